//! `tick`: a rotation without a daemon, by a timer.

use crate::stage::Bench;

#[tokio::test]
async fn repeated_ticks_bring_a_rotation_to_its_end() {
    let mut bench =
        Bench::with("overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }").await;
    bench.run("tick").await.exits(0).says(&["Nothing was due"]);
    bench.rotate_until("draining").await;
    bench.agree("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }");
    let mut ticks = 0;
    while bench.book().await.is_busy() {
        let ticked = bench.run("tick --json").await.exits(0).json();
        assert_eq!(ticked["schema"], "keybaton/tick/v1");
        ticks += 1;
        assert!(ticks < 100, "no end after {ticks} ticks: {ticked}");
    }
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_schedule_that_is_due_is_started_by_a_tick() {
    let terms =
        "every = \"1s\"\noverlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";
    let bench = Bench::with(terms).await;
    while bench.book().await.rotations() == 0 {
        bench.run("tick").await.exits(0);
    }
    assert_eq!(bench.service.live().len(), 2);
}
