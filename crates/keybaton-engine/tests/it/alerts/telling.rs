//! What channels hear.

use std::{sync::Arc, time::Duration};

use keybaton_ports::{Outbox as _, Standing, Store as _};
use tokio_util::sync::CancellationToken;

use super::stage::{Answers, Ear, Stage, Swift, look};

const MINUTE: Duration = Duration::from_mins(1);

fn held(standing: Standing) -> (Standing, String) {
    (standing, "held".to_owned())
}

#[tokio::test]
async fn an_alert_is_told_once_and_so_is_its_end() {
    let stage = Stage::new().await;
    let ear = Ear::new(Answers::Takes);
    let courier = stage.courier("one", &["ops"], &[("ops", &ear)]);
    stage.raise("look").await;
    look(&courier).await;
    look(&courier).await;
    let raised = ear.heard();
    assert_eq!(raised.len(), 1);
    assert_eq!((raised[0].standing, raised[0].what.as_str()), (Standing::Raised, "look"));
    assert_eq!(raised[0].owner.as_deref(), Some("team-payments"));
    stage.resolve().await;
    look(&courier).await;
    let over = ear.heard();
    assert_eq!((over.len(), over[0].standing), (1, Standing::Resolved));
    assert_eq!(over[0].thread, raised[0].thread);
    assert_ne!(over[0].id, raised[0].id);
}

#[tokio::test]
async fn of_many_processes_one_tells() {
    let stage = Stage::new().await;
    let ear = Ear::new(Answers::Takes);
    let couriers = ["one", "two", "three"].map(|holder| stage.courier(holder, &["ops"], &[("ops", &ear)]));
    stage.raise("look").await;
    let [one, two, three] = &couriers;
    tokio::join!(look(one), look(two), look(three));
    assert_eq!(ear.brief(), [held(Standing::Raised)]);
}

#[tokio::test]
async fn a_channel_that_hangs_keeps_nobody_else_waiting() {
    let stage = Stage::new().await;
    let (stuck, ear) = (Ear::new(Answers::Hangs), Ear::new(Answers::Takes));
    let courier = stage.courier("one", &["stuck", "ops"], &[("stuck", &stuck), ("ops", &ear)]);
    stage.raise("look").await;
    look(&courier).await;
    assert_eq!(ear.brief(), [held(Standing::Raised)]);
    stage.resolve().await;
    look(&courier).await;
    assert_eq!(ear.brief(), [held(Standing::Resolved)]);
}

#[tokio::test]
async fn a_channel_that_fails_is_an_alert_on_the_others_until_it_works() {
    let stage = Stage::new().await;
    let (deaf, ear) = (Ear::new(Answers::Fails), Ear::new(Answers::Takes));
    let courier = stage.courier("one", &["deaf"], &[("deaf", &deaf), ("ops", &ear)]);
    stage.raise("look").await;
    look(&courier).await;
    look(&courier).await;
    assert_eq!(stage.store.channels().await.unwrap()[0].failures, 1, "it is not tried again at once");
    stage.clock.advance(MINUTE);
    look(&courier).await;
    look(&courier).await;
    let heard = ear.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!((heard[0].kind.as_str(), heard[0].subject.to_string()), ("channel-failing", "alert.deaf".to_owned()));
    assert!(heard[0].what.contains("no connection"), "{}", heard[0].what);
    deaf.answer(Answers::Takes);
    stage.clock.advance(MINUTE);
    look(&courier).await;
    look(&courier).await;
    assert_eq!(deaf.brief(), [held(Standing::Raised)], "nothing is lost");
    assert_eq!(ear.brief(), [(Standing::Resolved, "channel-failing".to_owned())]);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_under_the_same_id() {
    let stage = Stage::new().await;
    let ear = Ear::new(Answers::Forgets);
    let courier = stage.courier("one", &["ops"], &[("ops", &ear)]);
    stage.raise("look").await;
    look(&courier).await;
    ear.answer(Answers::Takes);
    stage.clock.advance(MINUTE);
    look(&stage.courier("two", &["ops"], &[("ops", &ear)])).await;
    let heard = ear.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].id, heard[1].id);
}

#[tokio::test]
async fn a_message_that_is_refused_does_not_hold_up_the_next_one() {
    let stage = Stage::new().await;
    let ear = Ear::new(Answers::Refuses);
    let courier = stage.courier("one", &["ops"], &[("ops", &ear)]);
    stage.raise("look").await;
    stage.store.raise(&keybaton_ports::Subject::Keybaton, "odd", "nothing").await.unwrap();
    look(&courier).await;
    assert_eq!(stage.store.channels().await.unwrap()[0].failures, 2, "both were tried");
}

#[tokio::test]
async fn words_that_change_are_told_once_in_a_while() {
    let stage = Stage::new().await;
    let ear = Ear::new(Answers::Takes);
    let courier = stage.courier("one", &["ops"], &[("ops", &ear)]);
    for what in ["one waits", "two wait", "three wait"] {
        stage.raise(what).await;
        look(&courier).await;
    }
    assert_eq!(ear.brief(), [held(Standing::Raised)]);
    stage.clock.advance(10 * MINUTE);
    look(&courier).await;
    let heard = ear.heard();
    assert_eq!((heard.len(), heard[0].standing, heard[0].what.as_str()), (1, Standing::Changed, "three wait"));
}

#[tokio::test]
async fn a_secret_tells_only_whom_it_names() {
    let stage = Stage::new().await;
    let (named, other) = (Ear::new(Answers::Takes), Ear::new(Answers::Takes));
    let courier = stage.courier("one", &["ops"], &[("ops", &named), ("other", &other)]);
    stage.raise("look").await;
    look(&courier).await;
    assert_eq!(named.brief(), [held(Standing::Raised)]);
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn a_courier_beside_a_command_tells_and_ends_with_it() {
    let stage = Stage::new().await;
    let ear = Ear::new(Answers::Takes);
    let courier = stage.courier("one", &["ops"], &[("ops", &ear)]);
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(courier.run(stop.clone()));
    stage.raise("look").await;
    let mut heard = Vec::new();
    while heard.is_empty() {
        tokio::task::yield_now().await;
        heard = ear.heard();
    }
    stop.cancel();
    running.await.unwrap();
    assert_eq!(stage.store.now().await.unwrap(), heard[0].at);
}

#[tokio::test]
async fn what_is_over_for_a_week_is_dropped_while_a_courier_runs() {
    let stage = Stage::new().await;
    let (stop, time) = (CancellationToken::new(), Arc::new(Swift(stage.clock.clone())));
    let running = tokio::spawn(stage.courier_in(time, "one", &[], &[]).run(stop.clone()));
    stage.raise("look").await;
    stage.resolve().await;
    assert_eq!(stage.store.notices(10).await.unwrap().len(), 1);
    stage.clock.advance(Duration::from_hours(8 * 24));
    let dropped = async {
        while !stage.store.notices(10).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), dropped).await.expect("an hour passes soon in this time");
    stop.cancel();
    running.await.unwrap();
}
