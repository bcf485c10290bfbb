//! What is found and not told, and what is told without the value.

use keybaton_scan::{Baseline, Finding, FindingKey, Ignored, Rules, Scanner, Text, redact};
use keybaton_seal::Fingerprinter;

const TEXT: &str = "db_password = 'Kx92kdls!q'\n";

fn findings(text: &str, path: &str) -> Vec<Finding> {
    let (rules, key) = (Rules::built_in(), FindingKey::new(Fingerprinter::public()));
    let text = Text::new(text.as_bytes()).at(path.as_bytes());
    let mut findings = Vec::new();
    Scanner::new(&rules).scan(&text, &mut |hit| findings.push(key.finding(&hit, &text).unwrap()));
    findings
}

#[test]
fn a_comment_allows_its_own_line_only() {
    for comment in ["keybaton:allow", "gitleaks:allow"] {
        let text = format!("{} # {comment}\n{TEXT}", TEXT.trim_end());
        assert_eq!(findings(&text, "a.py").iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
    }
}

#[test]
fn a_baseline_follows_the_value_and_not_the_place() {
    let baseline = Baseline::parse(&Baseline::write(&findings(TEXT, "a.py")));
    assert_eq!(baseline.len(), 1);
    assert!(findings(&format!("\n\n{TEXT}"), "moved/b.py").iter().all(|finding| baseline.holds(finding)));
    assert!(!baseline.holds(&findings(&TEXT.replace("92", "93"), "a.py")[0]));
}

#[test]
fn a_gitleaks_ignore_file_ignores_places() {
    let finding = &mut findings(TEXT, "src/a.py")[0];
    assert!(Ignored::parse("# why\nsrc/a.py:password:1\n").holds(finding));
    assert!(!Ignored::parse("src/a.py:password:2\nsrc/a.py:token:1\nabc:src/a.py:password:1").holds(finding));
    finding.commit = Some("abc".to_owned());
    assert!(Ignored::parse("abc:src/a.py:password:1").holds(finding));
}

#[test]
fn neither_a_finding_nor_a_redacted_text_holds_the_value() {
    let finding = &findings(TEXT, "a.py")[0];
    let told = format!("{finding:?}");
    assert!(!told.contains("Kx92") && told.contains("********"), "{told}");
    let text = format!("log: {TEXT} # keybaton:allow\nurl postgres://bob:kd83hHs2@db/x\nplain");
    let (clean, count) = redact(&Rules::built_in(), text.as_bytes());
    let clean = String::from_utf8(clean).unwrap();
    assert!(count == 2 && !clean.contains("Kx92") && !clean.contains("kd83") && clean.ends_with("plain"), "{clean}");
}
