//! The pages of `docs/howto`: whoever copies a configuration from one gets one that is accepted.

use std::fs;
use std::path::PathBuf;

use crate::stage::Keybaton;

/// Every page, with its name.
fn pages() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/howto");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = entries.filter(|path| path.extension().is_some_and(|end| end == "md"));
    pages
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The blocks of TOML that are a whole configuration.
fn configurations(page: &str) -> Vec<&str> {
    let blocks = page.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    blocks.filter(|block| block.contains("version = 1")).collect()
}

/// The commands of the blocks of shell: the first word after `keybaton` of each line.
fn commands(page: &str) -> Vec<&str> {
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("keybaton ")?.split(' ').next()).collect()
}

#[tokio::test]
async fn every_command_of_a_page_exists() {
    let mut seen = std::collections::BTreeSet::new();
    for (name, page) in pages() {
        for command in commands(&page) {
            if seen.insert(command.to_owned()) {
                let ended = Keybaton::new().run(&format!("{command} --help")).await;
                assert_eq!(ended.code(), Some(0), "{name}\n{}", ended.transcript());
            }
        }
    }
    assert!(seen.contains("hook") && seen.contains("scan") && seen.contains("state"), "{seen:?}");
}

#[tokio::test]
async fn every_configuration_of_a_page_is_accepted() {
    let mut checked = 0;
    for (name, page) in pages() {
        for text in configurations(&page) {
            let keybaton = Keybaton::new();
            keybaton.write("keybaton.toml", text);
            let ended = keybaton.run("config check").await;
            assert_eq!(ended.code(), Some(0), "{name}\n{}", ended.transcript());
            checked += 1;
        }
    }
    assert!(checked >= 4, "{checked} configurations stand in the pages");
}
