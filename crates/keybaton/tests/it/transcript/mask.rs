//! What is different every time, under the name of what it is.

use std::path::Path;

use regex::Regex;

/// What varies, and the name that stands for it; earlier rows come first.
const MASKS: &[(&str, &str)] = &[
    (r"http://127\.0\.0\.1:\d+", "[SERVICE]"),
    (r"127\.0\.0\.1:\d+", "[ADDRESS]"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| UTC)?", "[TIME]"),
    (r"\d{4}-\d\d-\d\d", "[DATE]"),
    (r"fingerprint [0-9a-f]{32}\b", "fingerprint [FINGERPRINT]"),
    (r"[\w.-]+:\d+:[0-9a-f]{4}\b", "[ENGINE]"),
    (r"\(uid \d+\)", "(uid [UID])"),
    (r"is \d+(ms|s) old", "is [SPAN] old"),
    (r"deadline is in (3d|2d 23h)\b", "deadline is in 3d"),
    (r"\bkb1-[0-9a-z]+-", "kb1-[INSTALL]-"),
    (r"(held for|took|minted,|\(in) \d+(ms|s|m|h)( \d+(s|m))?( ago| old)?\b", "$1 [SPAN]$5"),
    (r"it was revoked [^(]*\(grade", "it was revoked [SPAN] (grade"),
    (r" The next look is [^.]*\.", ""),
    (r"(prod +)\d+[sm] +none", "${1}AGE  none"),
    (r"1\|   minting \d.*\n(1\|     .*\n)*", "1|   [PHASES]\n"),
    (r" #\d+  ", " #[ROW]  "),
    (r"\b\d+ rows", "[COUNT] rows"),
    // Waits that pass by themselves, and phases: which of them are seen depends on how fast the machine is.
    (r"2\|      waits: (the overlap lasts|watched|switched off and watched) .*\n", ""),
    (r"(2\|  ● )\w+ +(\w+\.\w+\.\d+\n)(2\|  ● \w+ +\w+\.\w+\.\d+\n)*", "$1[PHASE]          $2"),
];

/// The text with placeholders.
pub(super) fn masked(text: &str, folder: &Path) -> String {
    let folder = folder.display().to_string();
    let text = text.replace(folder.trim_end_matches('/'), "[FOLDER]");
    MASKS.iter().fold(text, |text, (varies, name)| Regex::new(varies).unwrap().replace_all(&text, *name).into_owned())
}

#[test]
fn what_varies_is_named_and_the_rest_is_kept() {
    let text = "/tmp/x/state.db at http://127.0.0.1:4711 on 2026-11-23T04:31:52Z, min 1h (in 59m 49s)";
    assert_eq!(masked(text, Path::new("/tmp/x/")), "[FOLDER]/state.db at [SERVICE] on [TIME], min 1h (in [SPAN])");
}
