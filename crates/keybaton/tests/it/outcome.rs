//! The outcomes of a call to a real server: not sent, refused, unknown and done, unknown and not done, twice. Whatever
//! happens to create, disable or destroy, the rotation ends and nothing is left over.

use keybaton_sandbox::{Fault, Operation};

use crate::stage::{Bench, OLD_VALUE, SECRET};

/// Runs a rotation in which the first call of this kind goes wrong.
async fn survives(operation: Operation, fault: Fault) {
    let bench = Bench::adopted().await;
    bench.service.state().push_fault(operation, fault.clone());
    let mut ended = bench.run(&format!("rotate {SECRET} --wait")).await;
    for _ in 0..5 {
        if !bench.book().await.is_busy() {
            break;
        }
        if bench.book().await.is_held() {
            bench.run(&format!("resume {SECRET}")).await;
        }
        ended = bench.run(&format!("rotate {SECRET} --wait")).await;
    }
    let code = ended.code();
    assert!(matches!(code, Some(0 | 4)), "{operation:?} {fault:?}\n{}", ended.transcript());
    assert!(bench.service.state().faults_waiting().is_empty(), "{operation:?} {fault:?} was never reached");
    bench.assert_whole().await;
    assert_eq!(bench.service.lets_in(OLD_VALUE).await, code == Some(4));
}

/// Every outcome of one kind of call, at once.
async fn all(operation: Operation) {
    let faults = [
        Fault::RefuseBefore,
        Fault::WrongAdmin,
        Fault::TooManyRequests { retry_after: 1 },
        Fault::ErrorNotDone { status: 503 },
        Fault::HangNotDone { ms: 3_000 },
        Fault::ErrorDone { status: 500 },
        Fault::ResetAfterDone,
        Fault::DoneThenHang { ms: 3_000 },
        Fault::Late { after_ms: 800, status: 502 },
        Fault::BrokenJson,
        Fault::Duplicate,
    ];
    let mut running = tokio::task::JoinSet::new();
    for fault in faults {
        running.spawn(survives(operation, fault));
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test]
async fn whatever_becomes_of_a_create_no_orphan_is_left() {
    all(Operation::Create).await;
}

#[tokio::test]
async fn whatever_becomes_of_a_disable_the_rotation_ends() {
    all(Operation::Disable).await;
}

#[tokio::test]
async fn whatever_becomes_of_a_destroy_the_old_key_is_dead() {
    all(Operation::Destroy).await;
}

#[tokio::test]
async fn whatever_becomes_of_a_list_nothing_is_done_on_half_of_it() {
    all(Operation::List).await;
}
