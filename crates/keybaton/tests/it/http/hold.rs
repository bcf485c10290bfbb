//! Rotations that wait for a person.

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn a_full_issuer_holds_the_rotation_and_names_who_fills_it() {
    let bench = Bench::adopted().await;
    let foreign = bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("plan {SECRET}")).await.exits(1).prints(&["would be held"]);
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["held", &foreign, "safe:", "hint: `keybaton explain payments/prod`"]);
    assert_eq!(bench.service.live(), [OLD_ID.to_owned(), foreign.clone()], "a key was deleted to make room");
    assert_eq!(bench.value().await, OLD_VALUE);
    let book = bench.book().await;
    assert!(book.is_held() && book.alerts() > 0);
    bench.run("status --check").await.exits(1).prints(&["held"]).says(&["alert: payments/prod"]);
}

#[tokio::test]
async fn a_hold_goes_on_by_itself_when_there_is_room() {
    let bench = Bench::adopted().await;
    let foreign = bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    bench.service.state().destroy(&foreign).unwrap();
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    let state = bench.service.state().clone();
    let moved = state.until(|state| state.key(OLD_ID).is_some_and(|key| key.destroyed));
    tokio::time::timeout(std::time::Duration::from_mins(1), moved).await.expect("the hold never went on");
    drop(serve);
}

#[tokio::test]
async fn a_consumer_that_never_moves_is_a_straggler_until_a_person_decides() {
    let terms = "overlap = { min = \"1s\", max = \"2s\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n\
                 consumers = [{ name = \"billing\", evidence = \"ack\" }]";
    let bench = Bench::with(terms).await;
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["held", "billing"]);
    assert!(bench.service.lets_in(OLD_VALUE).await, "a straggler was cut off");
    assert_eq!(bench.status().await["phase"], "held");
}
