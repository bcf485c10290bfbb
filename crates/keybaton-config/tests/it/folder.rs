//! keybaton.d: several files that are read as one.

use std::fs;
use std::path::PathBuf;

use keybaton_config::{Color, Config, Database, Error, LIMIT, MOST_FILES};
use tempfile::TempDir;

const MAIN: &str = "version = 1\n[defaults]\nttl = \"5m\"\n[secret.payments]\nissuer = \"acme\"\n";
const ISSUER: &str = "[issuer.acme]\ntype = \"http\"\n";
const PROD: &str = "version = 1\n[secret.payments.env.prod]\nevery = \"30d\"\n";

/// A folder with keybaton.toml and files in keybaton.d.
struct Place(TempDir);

impl Place {
    fn with(main: &str, files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::write(place.path("keybaton.toml"), main).unwrap();
        fs::create_dir(place.path("keybaton.d")).unwrap();
        for (name, text) in files {
            fs::write(place.path("keybaton.d").join(name), text).unwrap();
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self) -> Result<Config, Error> {
        Config::load(&self.path("keybaton.toml"))
    }

    fn refused(&self) -> String {
        let text = self.load().expect_err("it is refused").render(Color::Never);
        text.replace(&self.0.path().display().to_string(), "")
    }
}

#[test]
fn every_table_may_stand_in_any_file() {
    let place = Place::with(MAIN, &[("20-prod.toml", PROD), ("10-acme.toml", ISSUER)]);
    let config = place.load().unwrap();
    let secret = config.secrets.values().next().unwrap();
    assert_eq!(secret.id.to_string(), "payments/prod");
    assert_eq!(secret.policy.ttl.as_secs(), 300);
    let names: Vec<String> =
        config.document.paths().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["keybaton.toml", "10-acme.toml", "20-prod.toml"]);
}

#[test]
fn relative_paths_start_at_the_main_file() {
    let place = Place::with("version = 1\n", &[("a.toml", "[state]\nurl = \"sqlite:s.db\"\n")]);
    assert_eq!(place.load().unwrap().state.url, Database::Sqlite(place.path("s.db")));
}

#[test]
fn a_key_in_two_files_is_refused_with_both_places() {
    let place = Place::with(MAIN, &[("a.toml", ISSUER), ("b.toml", "\n[defaults]\nttl = \"9m\"\n")]);
    let error = place.refused();
    assert!(error.starts_with("error: `defaults.ttl` stands in two files\n --> /keybaton.d/b.toml:3:1"), "{error}");
    assert!(error.contains("note: first here\n --> /keybaton.toml:3:1"), "{error}");
    assert!(error.contains("hint: remove one of them"), "{error}");
}

#[test]
fn a_table_in_braces_is_complete() {
    let one = "[defaults]\noverlap = { min = \"1h\" }\n";
    let other = "[defaults]\noverlap = { max = \"2d\" }\n";
    let place = Place::with("version = 1\n", &[("a.toml", one), ("b.toml", other)]);
    assert!(place.refused().contains("`defaults.overlap` stands in two files"));
}

#[test]
fn errors_point_into_the_right_file() {
    let place =
        Place::with(MAIN, &[("a.toml", ISSUER), ("b.toml", "# here\n[secret.payments.env.prod]\nevry = \"1d\"\n")]);
    let error = place.refused();
    assert!(error.contains(" --> /keybaton.d/b.toml:3:1") && error.contains("3 | evry = …"), "{error}");
    assert!(error.contains("did you mean `every`?"), "{error}");
    let place = Place::with(MAIN, &[("a.toml", "no toml"), ("b.toml", PROD)]);
    assert!(place.refused().contains(" --> /keybaton.d/a.toml:1:"), "{}", place.refused());
    let place = Place::with("", &[("a.toml", PROD)]);
    assert!(place.refused().contains("`version` is missing"), "{}", place.refused());
}

#[test]
fn another_version_in_a_file_is_refused() {
    let place = Place::with("version = 1\n", &[("a.toml", "version = 2\n")]);
    assert!(place.refused().contains("`version` is not that of the main file"), "{}", place.refused());
}

#[test]
fn only_files_called_toml_are_read() {
    let files = [("README", "no toml"), (".#b.toml", "no toml"), ("b.toml~", "no toml"), ("b.toml", ISSUER)];
    let place = Place::with("version = 1\n", &files);
    assert!(place.load().unwrap().issuers.contains_key("acme"));
    fs::create_dir(place.path("keybaton.d/c.toml")).unwrap();
    assert!(
        place.refused().starts_with("error: /keybaton.d/c.toml is not a regular file\nhint: "),
        "{}",
        place.refused()
    );
}

#[test]
fn a_link_to_a_file_is_a_file_and_a_link_to_nothing_is_said() {
    let place = Place::with("version = 1\n", &[]);
    fs::write(place.path("elsewhere"), ISSUER).unwrap();
    std::os::unix::fs::symlink(place.path("elsewhere"), place.path("keybaton.d/a.toml")).unwrap();
    assert!(place.load().unwrap().issuers.contains_key("acme"));
    std::os::unix::fs::symlink("nowhere", place.path("keybaton.d/b.toml")).unwrap();
    assert!(place.refused().contains("/keybaton.d/b.toml can't be read"), "{}", place.refused());
}

#[test]
fn the_folder_is_bounded() {
    let place = Place::with("version = 1\n", &[]);
    let large = "#".repeat(usize::try_from(LIMIT).unwrap() + 1);
    fs::write(place.path("keybaton.d/large.toml"), large).unwrap();
    assert!(place.refused().contains("/keybaton.d/large.toml is larger than"), "{}", place.refused());
    fs::remove_file(place.path("keybaton.d/large.toml")).unwrap();
    for number in 0..=MOST_FILES {
        fs::write(place.path(&format!("keybaton.d/{number}.toml")), "").unwrap();
    }
    assert!(place.refused().contains("holds more than 256 files"), "{}", place.refused());
}

#[test]
fn the_folder_is_called_after_its_file() {
    let place = Place::with("version = 1\n", &[("a.toml", "no toml")]);
    fs::write(place.path("other.toml"), "version = 1\n").unwrap();
    Config::load(&place.path("other.toml")).unwrap();
    fs::create_dir(place.path("other.d")).unwrap();
    fs::write(place.path("other.d/a.toml"), ISSUER).unwrap();
    assert!(Config::load(&place.path("other.toml")).unwrap().issuers.contains_key("acme"));
}
