//! Every preset. Adding one is a file in `presets/` and a line here; the configuration's list of names follows.

use std::sync::LazyLock;

use super::file::Preset;

/// Makes the list of the files.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The name and the text of every file.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../presets/", $name, ".toml")))),+];
    };
}

files![
    "cloudflare",
    "datadog",
    "fastly",
    "gitlab",
    "grafana",
    "okta",
    "openai",
    "openai-project",
    "sendgrid",
    "stripe",
    "twilio",
];

/// A file that cannot be read is left out; the tests read each of them.
static PRESETS: LazyLock<Vec<Preset>> =
    LazyLock::new(|| FILES.iter().filter_map(|(name, text)| Preset::parse(name, text).ok()).collect());

/// Returns every preset, in the order of the alphabet.
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// Returns the preset of that name.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read() {
        for (name, text) in FILES {
            assert!(Preset::parse(name, text).is_ok(), "{name}: {:?}", Preset::parse(name, text).err());
        }
        assert!(FILES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
