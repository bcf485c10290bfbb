//! Any text as a team's rules and as a shape: it is read or refused with a line in it, and what was read can scan.
#![no_main]

use std::time::{Duration, Instant};

use keybaton_scan::{Rules, Scanner, Text, shape, team::Config};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = shape::parse(text);
    match Config::parse(text, "fuzz.toml") {
        Ok(config) => {
            let rules = Rules::built_in().with(config);
            let begun = Instant::now();
            Scanner::new(&rules).scan(&Text::new(text.as_bytes()), &mut |hit| assert!(hit.end <= text.len()));
            assert!(begun.elapsed() < Duration::from_secs(5), "a rule takes too long");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
