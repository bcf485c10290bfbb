//! Creates that are done and whose answers are lost, again and again.

use keybaton_sandbox::{Fault, Operation};

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET, Service};

const TERMS: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

#[tokio::test]
async fn answers_that_are_lost_until_the_issuer_is_full_leave_no_orphan_and_delete_nothing_foreign() {
    let bench = Bench::at(Service::with_room(3).await, TERMS).await;
    let foreign = bench.service.state().create("somebody else's").unwrap();
    bench.adopt().await.exits(0);
    // one place is left: the first lost answer fills it, and so does the second
    for _ in 0..2 {
        bench.service.state().push_fault(Operation::Create, Fault::ResetAfterDone);
    }
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(bench.service.state().calls(Operation::Create), 3, "the answers were not lost");
    let live = bench.service.live();
    assert!(live.contains(&foreign), "a foreign key was deleted to make room: {live:?}");
    assert_eq!(live.len(), 2, "an orphan is left: {live:?}");
    assert!(!live.contains(&OLD_ID.to_owned()) && !bench.service.lets_in(OLD_VALUE).await);
    let value = bench.value().await;
    assert!(bench.service.lets_in(&value).await);
    bench.book().await.assert_at_rest();
}
