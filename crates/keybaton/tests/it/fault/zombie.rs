//! The leader is stopped after it has sent a call, and wakes when everything is over.

use keybaton_sandbox::{Fault, Operation};
use rustix::process::Signal;

use super::rig::{is_idle, seen, until};
use crate::{
    remote::serve,
    stage::{Bench, OLD_ID, OLD_VALUE, SECRET, expire_leases},
};

#[tokio::test]
async fn a_leader_that_slept_through_its_lease_changes_nothing_when_it_wakes() {
    let bench = Bench::adopted().await;
    // the old key is switched off, and the answer comes late: the call is in the world when the leader sleeps
    bench.service.state().push_fault(Operation::Disable, Fault::DoneThenHang { ms: 1_500 });
    let (leader, _) = serve(&bench).await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    seen(&bench, "the call of the leader", |state| state.calls(Operation::Disable) > 0).await;
    leader.signal(Signal::STOP);
    let actors = rows(&bench).await;
    expire_leases(&bench.keybaton).await;

    let (_second, _) = serve(&bench).await;
    bench.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    until(&bench, "the rollback is over", is_idle).await;
    let written = rows(&bench).await;
    assert!(written > actors, "the second one wrote nothing");

    leader.signal(Signal::CONT);
    // it is awake when it says again that it is alive
    until_awake(&bench, leader.id()).await;
    bench.run("audit verify").await.exits(0);
    assert!(bench.service.lets_in(OLD_VALUE).await, "the key in use died");
    assert_eq!(bench.service.live(), [OLD_ID]);
    assert_eq!(bench.value().await, OLD_VALUE);
    let asleep = engine(leader.id());
    let late = bench.run(&format!("audit export {SECRET}")).await.exits(0).out;
    let late = late.lines().skip(usize::try_from(written).unwrap()).filter(|line| line.contains(&asleep)).count();
    assert_eq!(late, 0, "the leader wrote after it woke");
    bench.assert_whole().await;
}

/// How many rows the audit of the secret has.
async fn rows(bench: &Bench) -> u64 {
    bench.run(&format!("audit export {SECRET}")).await.exits(0).out.lines().count() as u64
}

/// What is in the name of an engine of this process.
fn engine(process: u32) -> String {
    format!(":{process}:")
}

async fn until_awake(bench: &Bench, process: u32) {
    let looked = async {
        loop {
            let status = bench.run("status --json").await.exits(0).json();
            if status.to_string().contains(&engine(process)) {
                return;
            }
        }
    };
    // its heartbeat ran out while it slept
    tokio::time::timeout(std::time::Duration::from_mins(1), looked).await.unwrap();
}
