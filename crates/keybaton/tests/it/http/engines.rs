//! Two engines on one state: leases decide.

use crate::stage::{Bench, SECRET};

#[tokio::test]
async fn two_commands_at_once_make_one_rotation() {
    let bench = Bench::adopted().await;
    let line = format!("rotate {SECRET} --wait");
    let (first, second) = tokio::join!(bench.run(&line), bench.run(&line));
    first.exits(0);
    second.exits(0);
    bench.assert_whole().await;
    assert_eq!(bench.book().await.rotations(), 1);
}

#[tokio::test]
async fn a_server_beside_a_command_and_a_tick_loses_nothing() {
    let bench = Bench::adopted().await;
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    let line = format!("rotate {SECRET} --wait");
    let (rotated, ticked, again) = tokio::join!(bench.run(&line), bench.run("tick"), bench.run(&line));
    rotated.exits(0);
    ticked.exits(0);
    again.exits(0);
    bench.assert_whole().await;
}
