//! The master key and its file.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use keybaton_seal::{Error, KeyId, MasterKey, SecretValue};
use tempfile::TempDir;

use crate::house::{refused, value};

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("master.key");
    (folder, path)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_created_key_is_one_line_that_only_its_owner_reads_and_loads_again() {
    let (_folder, path) = folder();
    let created = MasterKey::create(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("kbm1-") && text.ends_with('\n') && text.lines().count() == 1);
    assert_eq!(MasterKey::load(&path).unwrap().id().unwrap(), created.id().unwrap());
    let given = SecretValue::from_text(format!("  {text}\n")).unwrap();
    assert_eq!(MasterKey::from_text(&given).unwrap().id().unwrap(), created.id().unwrap());
}

#[test]
fn a_key_is_never_written_over_another() {
    let (_folder, path) = folder();
    let first = MasterKey::create(&path).unwrap().id().unwrap();
    assert!(matches!(refused(MasterKey::create(&path)), Error::MasterKeyExists { .. }));
    assert_eq!(MasterKey::load(&path).unwrap().id().unwrap(), first);
}

#[test]
fn a_dangling_link_is_not_followed_when_a_key_is_created() {
    let (folder, path) = folder();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
    assert!(matches!(refused(MasterKey::create(&path)), Error::MasterKeyExists { .. }));
    assert!(!folder.path().join("elsewhere").exists());
}

#[test]
fn a_missing_key_and_a_missing_folder_are_told_apart_from_a_bad_key() {
    let (_folder, path) = folder();
    assert!(matches!(refused(MasterKey::load(&path)), Error::MasterKeyMissing { .. }));
    let nowhere = path.join("nowhere");
    assert!(matches!(refused(MasterKey::create(&nowhere)), Error::MasterKeyFile { what: "written", .. }));
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let (_folder, path) = folder();
    MasterKey::create(&path).unwrap();
    for (bits, accepted) in
        [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false), (0o644, false)]
    {
        fs::set_permissions(&path, Permissions::from_mode(bits)).unwrap();
        match MasterKey::load(&path) {
            Ok(_) => assert!(accepted, "mode {bits:o} was accepted"),
            Err(error) => {
                assert!(matches!(error, Error::MasterKeyReadable { mode, .. } if mode == bits), "{error}");
                assert!(!accepted && error.to_string().contains(&format!("{bits:04o}")), "{error}");
            }
        }
    }
}

#[test]
fn a_damaged_file_says_what_is_wrong_with_it() {
    let (_folder, path) = folder();
    MasterKey::create(&path).unwrap();
    let sound = fs::read_to_string(&path).unwrap();
    let flipped = if sound.as_bytes()[20] == b'a' { "b" } else { "a" };
    let cases = [
        (String::new(), "empty"),
        ("\n".to_owned(), "empty"),
        (sound[..30].to_owned(), "length"),
        (sound.repeat(2), "length"),
        (sound.replace("kbm1-", "kbm2-"), "kbm1-"),
        (format!("{}{flipped}{}", &sound[..20], &sound[21..]), "checksum"),
        (format!("{}!{}", &sound[..20], &sound[21..]), "characters"),
        ("x".repeat(100_000), "long"),
    ];
    for (text, word) in cases {
        fs::write(&path, text).unwrap();
        let error = refused(MasterKey::load(&path));
        let told = matches!(&error, Error::MasterKeyMalformed { why, whence } if why.contains(word) && whence.ends_with("master.key"));
        assert!(told, "{word}: {error}");
    }
}

#[test]
fn a_folder_is_not_a_key() {
    let (folder, _) = folder();
    assert!(matches!(refused(MasterKey::load(folder.path())), Error::MasterKeyMalformed { .. }));
}

#[test]
fn the_wrong_key_for_a_database_is_named_beside_the_right_one() {
    let [database, this] = [(); 2].map(|()| MasterKey::generate().unwrap());
    let [right, wrong] = [&database, &this].map(|key| key.id().unwrap());
    assert!(database.check(right).is_ok());
    let text = refused(this.check(right)).to_string();
    assert_eq!(text, format!("wrong master key: the database was made with key {right}, this is {wrong}"));
}

#[test]
fn an_id_survives_its_text_and_rubbish_is_refused() {
    let id = MasterKey::generate().unwrap().id().unwrap();
    assert_eq!(id.to_string().len(), 8);
    assert_eq!(id.to_string().parse::<KeyId>().unwrap(), id);
    for text in ["", "abc", "abcdefg1", "abcdefghi", "abcdefgh\n"] {
        assert!(matches!(text.parse::<KeyId>(), Err(Error::KeyIdMalformed)), "{text:?} was taken");
    }
}

#[test]
fn a_text_that_is_no_key_is_refused() {
    assert!(matches!(refused(MasterKey::from_text(&value("hunter2"))), Error::MasterKeyMalformed { .. }));
}
