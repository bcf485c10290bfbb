//! The manual.

use crate::stage::Keybaton;

#[tokio::test]
async fn one_page_goes_to_stdout() {
    let page = Keybaton::new().run("man").await.exits(0).prints(&[".TH keybaton 1", ".SH NAME", "rotate"]);
    assert_eq!(page.err, "");
    let json = Keybaton::new().run("man --json").await.exits(0).json();
    assert_eq!(json["schema"], "keybaton/man/v1");
}

#[tokio::test]
async fn every_command_gets_a_page_in_a_folder() {
    let keybaton = Keybaton::new();
    let ended = keybaton.run("man --out pages/man1 --json").await.exits(0);
    let files = ended.json()["files"].as_array().unwrap().clone();
    for name in ["keybaton.1", "keybaton-rotate.1", "keybaton-config-check.1"] {
        assert!(files.contains(&name.into()), "{}", ended.transcript());
    }
    let page = std::fs::read_to_string(keybaton.path("pages/man1/keybaton-rotate.1")).unwrap();
    assert!(page.contains("SH OPTIONS"), "{page}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said() {
    let keybaton = Keybaton::new();
    keybaton.write("taken", "");
    keybaton.run("man --out taken").await.exits(3).explains().says(&["taken was not written"]);
    keybaton.run("man --wrong").await.exits(2).explains();
}
