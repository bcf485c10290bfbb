//! What was found, as blocks of a keybaton.toml: in comments, because nobody but a person knows how each key is made.

use std::{collections::BTreeSet, fmt::Write as _};

use keybaton_types::SecretId;

use super::{By, Found, Key};

/// The longest name of a secret that is made of the name of a variable.
const LONGEST: usize = 48;

/// The blocks; empty when nothing was found. Prose begins with `# `, what can be used with `#` alone.
pub(crate) fn blocks(found: &Found) -> String {
    if found.keys.is_empty() {
        return String::new();
    }
    let mut text =
        "\n# Found by `keybaton init`: names and places, never a value. Remove the \"#\" of a block, and fill in\n\
                    # what is marked with <…>; `keybaton connector show NAME` lists the settings of a connector.\n"
            .to_owned();
    let mut written = BTreeSet::new();
    for key in &found.keys {
        block(&mut text, key, &mut written);
    }
    text
}

/// A table stands once, so that all blocks can be used together.
fn block(text: &mut String, key: &Key, written: &mut BTreeSet<String>) {
    let name = secret_name(&key.name);
    let _ = write!(text, "\n# {} ({})", key.name, guess(key));
    for place in &key.places {
        let _ = write!(text, "\n#   at {place}");
    }
    if key.times > key.places.len() {
        let _ = write!(text, "\n#   and {} more places", key.times - key.places.len());
    }
    text.push('\n');
    if SecretId::new(&name, key.env).is_err() || !written.insert(format!("secret.{name}")) {
        return;
    }
    let issuer = key.service.unwrap_or("acme");
    let how = key.rotated_by.as_deref().unwrap_or("http");
    if written.insert(format!("issuer.{issuer}")) {
        let _ = writeln!(text, "#[issuer.{issuer}]\n{}", made_by(how));
    }
    let _ = writeln!(text, "#[secret.{name}]\n#issuer = \"{issuer}\"\n#max_age = \"90d\"");
    let _ = writeln!(text, "#[secret.{name}.env.{}]\n#every = \"30d\"", key.env);
    let _ = writeln!(text, "# then: keybaton adopt {name}/{} --id <the issuer's name of the key> < FILE", key.env);
}

fn made_by(how: &str) -> String {
    match how.strip_prefix("preset ") {
        Some(preset) => format!("#preset = \"{preset}\"\n# <its settings: keybaton connector show {preset}>"),
        None => format!("#type = \"{how}\"\n# <its settings: keybaton connector show {how}>"),
    }
}

/// The guess in words.
pub(crate) fn guess(key: &Key) -> String {
    let service = match (key.service, key.by) {
        (Some(service), By::Shape) => format!("{service}, by the shape of its value"),
        (Some(service), By::Name | By::None) => format!("{service}, by its name"),
        (None, _) => return "service unknown".to_owned(),
    };
    match &key.rotated_by {
        Some(how) => format!("{service}; rotated by {how}"),
        None => format!("{service}; no connector yet"),
    }
}

/// `STRIPE_API_KEY` is `stripe-api-key`.
pub(super) fn secret_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let name: String = name.trim_matches('-').chars().take(LONGEST).collect();
    name.trim_end_matches('-').to_owned()
}
