//! A leaked key dies soon, and still never before the new one is proven and published.

use std::time::Instant;

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET};

const CALM: &str = "overlap = { min = \"1h\", max = \"2h\" }\nwatch = { for = \"30m\", every = \"1s\" }\n\
                    emergency = { force_after = \"2s\" }\nconsumers = [{ name = \"billing\", evidence = \"ack\" }]";

#[tokio::test]
async fn a_leaked_key_dies_soon_and_the_audit_names_who_was_cut_off() {
    let bench = Bench::with(CALM).await;
    let begun = Instant::now();
    bench.run(&format!("rotate {SECRET} --wait --reason leaked")).await.exits(0);
    assert!(begun.elapsed().as_secs() < 40, "{:?}", begun.elapsed());
    assert!(!bench.service.lets_in(OLD_VALUE).await);
    bench.assert_whole().await;
    bench.run(&format!("audit export {SECRET}")).await.exits(0).prints(&["billing", "leaked"]);
}

#[tokio::test]
async fn a_leaked_key_is_not_forced_out_while_the_issuer_is_full() {
    let bench = Bench::with(CALM).await;
    bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("rotate {SECRET} --wait --reason leaked")).await.exits(5).says(&["held"]);
    assert!(bench.service.live().contains(&OLD_ID.to_owned()));
    assert_eq!(bench.value().await, OLD_VALUE);
}
