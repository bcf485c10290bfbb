//! Any text as keybaton.toml: it is read or refused with a place in it, and what was read can be reported.
#![no_main]

use std::path::Path;

use keybaton_config::{Color, Config, report};
use keybaton_types::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (path, folder) = (Path::new("/fuzz/keybaton.toml"), Path::new("/fuzz"));
    match Config::parse(path, folder, text) {
        Ok(config) => {
            let shown = report::show(&config);
            assert!(serde_json::to_string(&shown).is_ok());
            let checked = report::check(&config, Timestamp(1_790_000_000_000_000));
            assert_eq!(checked.secrets.len(), config.secrets.len());
        }
        Err(error) => assert!(error.render(Color::Never).starts_with("error")),
    }
});
