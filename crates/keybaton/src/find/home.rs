//! Profiles of clouds in a home: their names, from files whose form is known.

use std::{fs, io::Read as _, path::Path};

use super::{By, Hit};

/// The most bytes of such a file.
const LARGEST: u64 = 256 * 1024;

/// The most profiles of one cloud.
const MOST: usize = 20;

/// The profiles of all clouds.
pub(super) fn profiles(home: &Path) -> Vec<Hit> {
    let mut hits = aws(home);
    hits.extend(azure(home));
    hits.extend(gcloud(home));
    hits
}

fn aws(home: &Path) -> Vec<Hit> {
    let text = read(&home.join(".aws/credentials")).unwrap_or_default();
    let lines = text.lines().enumerate().filter_map(|(number, line)| {
        let name = line.trim().strip_prefix('[')?.strip_suffix(']')?;
        Some(hit(name, &format!("~/.aws/credentials:{}", number + 1), "aws"))
    });
    lines.flatten().take(MOST).collect()
}

/// Tokens that stay signed in; the profile says for which account.
fn azure(home: &Path) -> Vec<Hit> {
    let text = read(&home.join(".azure/azureProfile.json")).unwrap_or_default();
    let profile: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let subscriptions = profile["subscriptions"].as_array().cloned().unwrap_or_default();
    let names = subscriptions.iter().filter_map(|subscription| subscription["name"].as_str());
    names.filter_map(|name| hit(name, "~/.azure/azureProfile.json", "azure")).take(MOST).collect()
}

fn gcloud(home: &Path) -> Vec<Hit> {
    let folder = home.join(".config/gcloud");
    let mut hits = Vec::new();
    if folder.join("application_default_credentials.json").is_file() {
        hits.extend(hit("default", "~/.config/gcloud/application_default_credentials.json", "google"));
    }
    let entries = fs::read_dir(folder.join("configurations")).into_iter().flatten().take(MOST);
    for entry in entries.filter_map(Result::ok) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_prefix("config_") {
            hits.extend(hit(name, &format!("~/.config/gcloud/configurations/config_{name}"), "google"));
        }
    }
    hits
}

/// A profile is called after its cloud, so that two clouds may both have a `default`.
fn hit(name: &str, place: &str, service: &'static str) -> Option<Hit> {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || " -_.".contains(*c)).take(40).collect();
    let plain = plain.trim().replace(' ', "-");
    let place: String = place.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let name = format!("{service}-profile-{plain}");
    (!plain.is_empty()).then_some(Hit { name, place, env: "prod", service: Some(service), by: By::Name })
}

fn read(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LARGEST).read_to_string(&mut text).ok()?;
    Some(text)
}
