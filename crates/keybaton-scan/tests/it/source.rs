//! Folders and streams as texts.

use std::{fs, io::Cursor, sync::Mutex};

use keybaton_scan::{
    Rules, Scanner,
    source::{self, Decoding, Reading, Walk},
};
use proptest::prelude::*;

const PASSWORD: &str = "db_password = 'Kx92kdls!q'\n";

/// Place and rule of every hit of a stream, line by line, as it is read in pieces.
fn seen(bytes: &[u8], reading: Reading) -> Vec<(u32, u32, String)> {
    let rules = Rules::built_in();
    let mut scanner = Scanner::new(&rules);
    let mut seen = Vec::new();
    let read = source::read(Cursor::new(bytes), None, reading, &mut |text| {
        scanner.scan(text, &mut |hit| seen.push((hit.line, hit.column, hit.rule.id.to_string())));
    });
    assert_eq!(read.unwrap().bytes, bytes.len() as u64);
    seen
}

fn small() -> Reading {
    Reading { piece: 0, ..Reading::default() }
}

#[test]
fn a_value_is_found_once_wherever_a_stream_is_cut() {
    for filler in [39_000, 40_950, 40_960, 81_900, 119_990, 120_000, 122_870, 122_880, 163_840, 200_000] {
        let text = [&"x\n".repeat(filler / 2), PASSWORD, &"y\n".repeat(100_000), PASSWORD].concat();
        let line = u32::try_from(filler / 2 + 1).unwrap();
        let expected = [(line, 16, "password".to_owned()), (line + 100_001, 16, "password".to_owned())];
        assert_eq!(seen(text.as_bytes(), small()), expected, "{filler}");
    }
}

#[test]
fn utf_16_is_read_like_utf_8() {
    let wide: Vec<u8> = PASSWORD.repeat(3).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(seen(&wide, small()), seen(PASSWORD.repeat(3).as_bytes(), small()));
    let marked: Vec<u8> = format!("\u{feff}{PASSWORD}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(seen(&marked, small()), [(1, 16, "password".to_owned())]);
}

#[test]
fn what_is_inside_base_64_is_found_on_request() {
    let text = "data: cGFzc3dvcmQgPSAnS3g5MmtkbHMhcSc=\n";
    assert_eq!(seen(text.as_bytes(), small()), []);
    let decoding = Reading { decoding: Decoding::Base64, ..small() };
    assert_eq!(seen(text.as_bytes(), decoding), [(1, 13, "password".to_owned())]);
}

#[test]
fn a_folder_is_read_without_what_git_ignores_and_the_unreadable_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at(".git")).unwrap();
    fs::create_dir_all(at(".hidden")).unwrap();
    fs::write(at(".gitignore"), "ignored.py\n").unwrap();
    for name in ["a.py", ".hidden/b.py", "ignored.py", ".git/c.py"] {
        fs::write(at(name), PASSWORD.replace('\n', "\r\n")).unwrap();
    }
    std::os::unix::fs::symlink("a.py", at("link.py")).unwrap();
    let (rules, found) = (Rules::built_in(), Mutex::new(Vec::new()));
    let walk = Walk::over([folder.path().to_owned(), at("missing")]);
    let tally = walk.run(|| {
        let mut scanner = Scanner::new(&rules);
        let found = &found;
        move |text| {
            scanner.scan(text, &mut |hit| {
                let path = String::from_utf8_lossy(text.path.unwrap()).into_owned();
                found.lock().unwrap().push((path.rsplit('/').next().unwrap().to_owned(), hit.line));
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    assert_eq!(found, [("a.py".to_owned(), 1), ("b.py".to_owned(), 1)]);
    assert_eq!((tally.files_read, tally.bytes_read), (3, 2 * (PASSWORD.len() as u64 + 1) + 11));
    assert_eq!(tally.unread.iter().map(|unread| unread.path.clone()).collect::<Vec<_>>(), [at("missing")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_scanned_without_a_panic_and_each_hit_is_inside(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"passwordkeytoken=:\"'() \n<>{}$"[..])], 0..600),
        planted in prop::option::of("(password|token|api_key|://a:|auth|curl -u )[ =:\"'(]{0,3}[ -~]{0,40}"),
    ) {
        let bytes = [bytes.as_slice(), planted.unwrap_or_default().as_bytes(), &bytes].concat();
        let rules = Rules::built_in();
        let mut last = 0;
        Scanner::new(&rules).scan(&keybaton_scan::Text::new(&bytes), &mut |hit| {
            assert!(last <= hit.start && hit.start < hit.end && hit.end <= bytes.len());
            last = hit.end;
        });
    }
}
