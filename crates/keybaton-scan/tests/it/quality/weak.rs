//! The wider look: passwords that people choose and should not, in the places where passwords stand.
//!
//! The bars: 0.8 of them are found, 0.9 of what is told is true, and whatever the usual look finds is found too.

use keybaton_scan::{Rules, Scanner, Text};

use super::{EACH, Planted, chosen::PASSWORDS, draw::Draw, forms, scan_by, share};

const WORDS: [&str; 16] = [
    "sunshine",
    "dragon",
    "welcome",
    "monkey",
    "hello",
    "letmein",
    "summer",
    "wordpress",
    "shadow",
    "football",
    "princess",
    "master",
    "tiger",
    "changeme",
    "iloveyou",
    "gandalf",
];

/// A password that nobody should have.
fn password(draw: &mut Draw) -> String {
    let word = *draw.one(&WORDS);
    match draw.below(5) {
        0 | 1 => word.to_owned(),
        2 => format!("{word}{}", draw.below(100)),
        3 => format!("admin{}", draw.below(900) + 100),
        _ => format!("{word}{}", draw.one(&WORDS)),
    }
}

/// Lines in which a word stands where a password would, and is none.
const INNOCENT: &[(&str, &str)] = &[
    ("src/a.py", "password = 'password'\n"),
    ("src/a.py", "login('user', password=new_password)\n"),
    ("src/a.py", "credentials = 'include'\n"),
    ("src/a.js", "fetch(url, { credentials: 'same-origin' });\n"),
    ("src/a.js", "client.close(() => t.pass('Closed'));\n"),
    ("src/a.js", "  password: form.passwordField,\n"),
    ("src/a.ts", "  confirmPassword: 'Passwords do not match',\n"),
    ("src/a.go", "const ErrPassword = \"password-not-available\"\n"),
    ("src/a.go", "const PasswordOid = \"2.16.840.1.113730.3.4.5\"\n"),
    ("src/a.rb", "  crypted_password: 'user_password_hash'\n"),
    ("conf/a.yml", "password: secret\n"),
    ("conf/a.yml", "password: your_password\n"),
    ("conf/a.yml", "password: \"{{ required \\\"A password is required!\\\" }}\"\n"),
    ("conf/a.rsp", "SYSPASSWORD=###ORACLE_PWD###\n"),
    ("conf/a.json", "{\"SetPassword\": \"service:SetUserPassword\"}\n"),
    ("res/values/strings.xml", "  <string name=\"password\">Wachtwoord</string>\n"),
    ("schema.graphql", "  password: String!\n"),
    ("doc/a.md", "`postgres://user:pass@host/db`, with the flag --password flag\n"),
    ("doc/a.md", "A temporary password is generated for root.\n"),
    ("locale/de.json", "\"password\": \"Kennwort\"\n"),
    ("doc/a.md", "Basic understanding of passwords, basic usage\n"),
];

fn weak(draw: &mut Draw) -> Vec<Planted> {
    let planted = |draw: &mut Draw, (path, template): &(&str, &str)| {
        Planted::new(path, template, &password(draw), "a weak password")
    };
    (0..EACH).flat_map(|_| PASSWORDS.iter().map(|place| planted(draw, place)).collect::<Vec<_>>()).collect()
}

#[test]
fn weak_passwords_are_found_by_the_wider_look_alone() {
    let texts = weak(&mut Draw(5));
    let recall = |rules: &Rules| {
        let (scores, wrong) = scan_by(rules, &texts);
        assert!(wrong.is_empty(), "{wrong:#?}");
        scores.values().map(|score| share(score.found, score.planted)).sum::<f64>()
    };
    let (wide, usual) = (recall(&Rules::built_in().weak()), recall(&Rules::built_in()));
    println!("a weak password: recall {wide:.3}, of the usual look {usual:.3}");
    assert!(wide >= 0.8 && usual < 0.5, "{wide:.3} {usual:.3}");
}

#[test]
fn what_the_wider_look_tells_is_true() {
    let draw = &mut Draw(6);
    let plain = |(path, text): &(&str, &str)| Planted {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        value: None,
        of: "nothing".to_owned(),
    };
    let texts: Vec<Planted> =
        [weak(draw), forms(draw), super::chosen(draw), super::innocent(draw), INNOCENT.iter().map(plain).collect()]
            .into_iter()
            .flatten()
            .collect();
    let (scores, mut wrong) = scan_by(&Rules::built_in().weak(), &texts);
    let found: usize = scores.values().map(|score| score.found).sum();
    let precision = share(found, found + wrong.len());
    println!("precision {precision:.3}: {found} true, {} not", wrong.len());
    wrong.sort();
    wrong.dedup();
    assert!(precision >= 0.9, "{wrong:#?}");
    println!("{wrong:#?}");
    let (_, wrong) = scan_by(&Rules::built_in().weak(), &INNOCENT.iter().map(plain).collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_the_usual_look_finds_the_wider_one_finds_too_and_by_the_same_name() {
    let draw = &mut Draw(7);
    let (usual, wide) = (Rules::built_in(), Rules::built_in().weak());
    for text in [forms(draw), super::chosen(draw), weak(draw)].into_iter().flatten() {
        let found = |rules: &Rules| {
            let mut found = Vec::new();
            Scanner::new(rules).scan(&Text::new(text.text.as_bytes()).at(text.path.as_bytes()), &mut |hit| {
                found.push((hit.rule.id.clone(), hit.range()));
            });
            found
        };
        let wide = found(&wide);
        assert!(found(&usual).iter().all(|hit| wide.contains(hit)), "{}: {wide:?}", text.path);
    }
}
