//! Every key of keybaton.toml.

use crate::{page, schema};

#[test]
fn the_page_of_the_configuration_has_every_key() {
    let lead = "What a key of an issuer or of a probe may be depends on its connector: see [connectors](connectors.md). \
                An unknown key is an error. A *duration* is a whole number and a unit: `500ms`, `90s`, `30m`, `1h`, \
                `7d`, `2w`. A *reference* says where a secret comes from, because none stands in the file itself: \
                `{ env = \"NAME\" }`, `{ file = \"path\" }` (relative to the file's folder), \
                `{ credential = \"systemd name\" }`, `{ secret = \"name/env\" }` or `{ command = [\"program\", \"…\"] }`.";
    let body = schema::tables(&keybaton_config::schema(), "keybaton.toml", 2);
    page::compare("config.md", "Configuration", &format!("{lead}\n\n{body}"));
}
