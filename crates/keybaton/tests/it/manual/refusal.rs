//! What is not taken as the new key, and what a command without a person does.

use super::hand::{DAYS, Hand};
use crate::stage::{OLD_ID, OLD_VALUE, SECRET};

impl Hand {
    /// Asserts that nothing was stored and the rotation still waits for its key.
    async fn assert_still_waits(&self) {
        assert_eq!(self.bench.sql("UPDATE handed SET issued = issued").await, 0, "a refused key was stored");
        assert_eq!(self.errand().await["task"], "make-key");
        assert_eq!(self.bench.value().await, OLD_VALUE);
        assert!(self.bench.service.lets_in(OLD_VALUE).await);
    }
}

#[tokio::test]
async fn a_value_that_the_probe_refuses_is_not_taken() {
    let hand = Hand::adopted(DAYS).await;
    hand.ask().await;
    let made = hand.make().await;
    let ended = hand.hand(&made.id, "pasted-wrong").await.exits(1).explains().hides("pasted-wrong");
    ended.says(&["refuses this value", "nothing was stored", "is still valid"]);
    hand.assert_still_waits().await;
    hand.hand(&made.id, &made.value).await.exits(0);
}

#[tokio::test]
async fn neither_the_present_value_nor_a_known_id_is_a_new_key() {
    let hand = Hand::adopted(DAYS).await;
    hand.ask().await;
    let made = hand.make().await;
    let ended = hand.hand(&made.id, OLD_VALUE).await.exits(1).explains().hides(OLD_VALUE);
    ended.says(&["the value of a key that payments/prod has"]);
    hand.hand(OLD_ID, &made.value).await.exits(1).explains().says(&["a key with the id key/legacy+1"]);
    hand.assert_still_waits().await;
}

#[tokio::test]
async fn without_a_terminal_the_instructions_are_printed_and_the_wait_has_its_limit() {
    let hand = Hand::adopted(DAYS).await;
    let ended = hand.bench.run(&format!("rotate {SECRET} --wait=1s --no-input --json")).await.exits(6);
    let rotation = ended.json();
    assert_eq!((&rotation["outcome"], &rotation["errand"]["task"]), (&"draining".into(), &"make-key".into()));
    assert!(rotation["errand"]["what"].as_str().unwrap().contains("with the scope repo"), "{rotation}");
    ended.says(&["with the scope repo", "hint: make the key, then `keybaton adopt payments/prod --id ID`"]);
    hand.assert_still_waits().await;
}

#[tokio::test]
async fn a_table_that_makes_no_sense_is_refused_with_its_line() {
    let hand = Hand::adopted(DAYS).await;
    for (wrong, word) in [
        ("instructions = \"use {{ value }}\"", "instructions"),
        ("instructions = \"x\"\nurl = \"http://example.com/\"", "url"),
        ("instructions = \"x\"\nmax_credentials = 1", "max_credentials"),
        ("instructions = \"x\"\ncreate = 1", "create"),
    ] {
        let text = format!(
            "version = 1\n[issuer.desk]\ntype = \"manual\"\n{wrong}\n[secret.payments]\nissuer = \"desk\"\n\
             probe = {}\n[secret.payments.env.prod]\n",
            hand.bench.service.probe()
        );
        hand.bench.keybaton.write("keybaton.toml", &text);
        hand.bench.run("config check").await.exits(2).says(&[word]);
    }
}
