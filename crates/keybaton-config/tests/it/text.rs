//! A configuration as a text in a test.

#![expect(clippy::panic, reason = "a helper of a test fails the test")]

use std::path::Path;

use keybaton_config::{Color, Config, Error};

/// Checks `text` as if it stood in `keybaton.toml` in `/srv/app`.
pub(crate) fn load(text: &str) -> Result<Config, Error> {
    Config::parse(Path::new("keybaton.toml"), Path::new("/srv/app"), text)
}

/// What a text that is accepted says.
pub(crate) fn accepted(text: &str) -> Config {
    load(text).unwrap_or_else(|error| panic!("{}", error.render(Color::Never)))
}

/// What is said about a text that is refused.
pub(crate) fn refused(text: &str) -> String {
    load(text).expect_err("the text is refused").render(Color::Never)
}
