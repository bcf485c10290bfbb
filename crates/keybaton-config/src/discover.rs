//! Where the configuration file is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::Error;

const NAME: &str = "keybaton.toml";

/// Finds the configuration file: `--config`, `KEYBATON_CONFIG`, `./keybaton.toml`, the XDG path,
/// `/etc/keybaton/keybaton.toml`.
///
/// A file that is named is taken even if it does not exist, so that a typing error is not covered up by another file.
/// `env` looks up an environment variable and `exists` a file, so the order can be tested without either.
pub fn discover(
    flag: Option<&Path>,
    env: impl Fn(&str) -> Option<OsString>,
    exists: impl Fn(&Path) -> bool,
) -> Result<PathBuf, Error> {
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = flag.map(Path::to_owned).or_else(|| set("KEYBATON_CONFIG")) {
        return Ok(path);
    }
    // The XDG specification ignores relative paths.
    let xdg = set("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let home = xdg.or_else(|| set("HOME").map(|home| home.join(".config")));
    let usual = [
        Some(PathBuf::from(NAME)),
        home.map(|home| home.join("keybaton").join(NAME)),
        Some(Path::new("/etc/keybaton").join(NAME)),
    ];
    let tried: Vec<PathBuf> = usual.into_iter().flatten().collect();
    match tried.iter().find(|path| exists(path)) {
        Some(path) => Ok(path.clone()),
        None => Err(Error::NotFound { tried }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(flag: Option<&str>, env: &[(&str, &str)], files: &[&str]) -> Result<String, Error> {
        let look = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
        let exists = |path: &Path| files.contains(&path.to_str().unwrap());
        discover(flag.map(Path::new), look, exists).map(|path| path.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_file_is_found_in_the_documented_order() {
        let env = [("KEYBATON_CONFIG", "e.toml"), ("XDG_CONFIG_HOME", "/x"), ("HOME", "/home/u")];
        let files = ["keybaton.toml", "/x/keybaton/keybaton.toml", "/etc/keybaton/keybaton.toml"];
        assert_eq!(found(Some("f.toml"), &env, &files).unwrap(), "f.toml");
        assert_eq!(found(None, &env, &files).unwrap(), "e.toml");
        assert_eq!(found(None, &env[1..], &files).unwrap(), "keybaton.toml");
        assert_eq!(found(None, &env[1..], &files[1..]).unwrap(), "/x/keybaton/keybaton.toml");
        let home = "/home/u/.config/keybaton/keybaton.toml";
        assert_eq!(found(None, &env[2..], &[home]).unwrap(), home);
        assert_eq!(found(None, &env[1..], &files[2..]).unwrap(), "/etc/keybaton/keybaton.toml");
    }

    #[test]
    fn a_named_file_is_taken_even_if_it_does_not_exist_and_an_empty_variable_names_none() {
        assert_eq!(found(Some("nowhere.toml"), &[], &["keybaton.toml"]).unwrap(), "nowhere.toml");
        assert_eq!(found(None, &[("KEYBATON_CONFIG", "")], &["keybaton.toml"]).unwrap(), "keybaton.toml");
    }

    #[test]
    fn without_a_file_every_place_is_named() {
        let error = found(None, &[("HOME", "/home/u")], &[]).unwrap_err().render(crate::Color::Never);
        assert_eq!(
            error,
            "error: no keybaton.toml found; looked at keybaton.toml, /home/u/.config/keybaton/keybaton.toml, \
             /etc/keybaton/keybaton.toml\nhint: `keybaton init` writes one, or name it with --config"
        );
    }
}
