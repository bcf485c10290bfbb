//! The transcripts, each in its folder.

use super::page::Page;
use crate::manual::{DAYS, Hand};
use crate::stage::{Bench, Keybaton, OLD_VALUE, Service};

/// These go on by themselves; `demo.rs` and `desk/dev.rs` play them.
const ALONE: [&str; 2] = ["demo", "dev"];

/// An overlap that waits for a consumer's word.
const TERMS: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n\
                     consumers = [{ name = \"billing\", evidence = \"ack\" }]";

#[tokio::test]
async fn transcript_of_the_empty_folder() {
    Page::read("empty").play_in_empty_folders().await;
}

#[tokio::test]
async fn every_command_is_typed_once_in_the_empty_folder() {
    let keybaton = Keybaton::new();
    keybaton.run("man --out pages").await.exits(0);
    let page = Page::read("empty");
    let pages = std::fs::read_dir(keybaton.path("pages")).unwrap();
    let names: Vec<String> = pages.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names.iter().filter_map(|name| name.strip_suffix(".1")) {
        let verbs = names.iter().any(|other| other.starts_with(&format!("{name}-")));
        let typed = page.types(&name.replace('-', " ")) || page.types(&name.replacen('-', " ", 1));
        assert!(verbs || typed || ALONE.iter().any(|alone| name.ends_with(alone)), "{name} is not in empty.txt");
    }
}

#[tokio::test]
async fn transcript_of_wrong_words() {
    Page::read("mistakes").play_in_empty_folders().await;
}

#[tokio::test]
async fn transcript_of_a_narrow_terminal() {
    let mut bench = Bench::adopted().await;
    Page::read("narrow").play(&mut bench.keybaton).await;
}

#[tokio::test]
async fn transcript_of_the_first_rotation() {
    let mut bench = Bench::described(Service::start().await, TERMS);
    bench.keybaton.write("old.key", OLD_VALUE);
    Page::read("rotation").play(&mut bench.keybaton).await;
}

#[tokio::test]
async fn transcript_of_a_rotation_that_is_not_let_in() {
    let mut bench = Bench::adopted().await;
    Page::read("trouble").play(&mut bench.keybaton).await;
}

#[tokio::test]
async fn transcript_of_a_key_that_a_person_makes() {
    let mut hand = Hand::adopted(DAYS).await;
    let made = hand.make().await;
    hand.bench.keybaton.write("old.key", OLD_VALUE);
    hand.bench.keybaton.write("new.key", &made.value);
    Page::read("manual").play(&mut hand.bench.keybaton).await;
}

#[tokio::test]
async fn transcript_of_documents() {
    let mut bench = Bench::described(Service::start().await, TERMS);
    bench.keybaton.write("old.key", OLD_VALUE);
    Page::read("documents").play(&mut bench.keybaton).await;
}
