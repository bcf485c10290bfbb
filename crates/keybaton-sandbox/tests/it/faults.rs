//! Calls that fail, and what has happened all the same.

use std::time::{Duration, Instant};

use keybaton_sandbox::{Dialect, Fault, Operation};

use crate::rig::{Rig, soon};

const LONG_MS: u64 = 30_000;

async fn with(fault: Fault) -> Rig {
    let rig = Rig::start(Dialect::Acme).await;
    rig.sandbox.state().push_fault(Operation::Create, fault);
    rig
}

fn live(rig: &Rig) -> usize {
    rig.sandbox.state().live_ids().len()
}

#[tokio::test]
async fn connections_break_before_or_after_the_effect() {
    for (fault, made) in [(Fault::RefuseBefore, 0), (Fault::ResetAfterDone, 1), (Fault::HangNotDone { ms: 20 }, 0)] {
        let rig = with(fault.clone()).await;
        let error = rig.create_request("a").send().await.unwrap_err();
        assert!(error.is_request() && !error.is_connect() && !error.is_timeout(), "{fault:?}: {error:?}");
        assert_eq!(live(&rig), made, "{fault:?}");
        assert_eq!(rig.sandbox.state().calls(Operation::Create), 1, "{fault:?}: the client must not retry");
        rig.create("b").await;
    }
}

#[tokio::test]
async fn errors_come_with_and_without_the_effect() {
    for (fault, status, made) in [
        (Fault::ErrorNotDone { status: 503 }, 503, 0),
        (Fault::ErrorDone { status: 502 }, 502, 1),
        (Fault::TooManyRequests { retry_after: 7 }, 429, 0),
        (Fault::WrongAdmin, 401, 0),
        (Fault::Full, 409, 0),
        (Fault::EchoAdmin, 500, 0),
    ] {
        let rig = with(fault.clone()).await;
        assert_eq!(rig.create_request("a").send().await.unwrap().status(), status, "{fault:?}");
        assert_eq!(live(&rig), made, "{fault:?}");
    }
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_back() {
    let rig = with(Fault::TooManyRequests { retry_after: 7 }).await;
    assert_eq!(rig.create_request("a").send().await.unwrap().headers()["retry-after"], "7");
}

#[tokio::test]
async fn a_redirect_leads_to_another_origin_and_does_nothing() {
    let rig = with(Fault::Redirect { to: "http://127.0.0.2:9/x".to_owned() }).await;
    let response = rig.create_request("a").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (307, &"http://127.0.0.2:9/x".parse().unwrap())
    );
    assert_eq!(live(&rig), 0);
}

#[tokio::test]
async fn a_duplicate_makes_two_keys_of_one_name() {
    let rig = with(Fault::Duplicate).await;
    let made = rig.create("twin").await;
    let keys = rig.list().await;
    assert_eq!(keys.iter().map(|key| key.label.as_str()).collect::<Vec<_>>(), ["twin", "twin"]);
    assert_eq!(keys[0].id, made.id);
}

#[tokio::test]
async fn a_late_effect_lands_after_its_error() {
    let rig = with(Fault::Late { after_ms: 50, status: 504 }).await;
    assert_eq!(rig.create_request("a").send().await.unwrap().status(), 504);
    soon(rig.sandbox.state().until(|state| state.live_ids().len() == 1)).await;
}

#[tokio::test]
async fn a_late_disable_overtakes_a_later_enable() {
    let rig = Rig::start(Dialect::Acme).await;
    let made = rig.create("a").await;
    let late = Fault::Late { after_ms: 50, status: 500 };
    rig.sandbox.state().push_fault(Operation::Disable, late);
    assert_eq!(rig.disable(&made.id).await, 500);
    assert_eq!(rig.enable(&made.id).await, 200);
    soon(rig.sandbox.state().until(|state| state.key(&made.id).is_some_and(|key| !key.enabled))).await;
    assert_eq!(rig.work(&made.value).await, 401);
}

#[tokio::test]
async fn a_hanging_call_is_done_even_if_the_caller_hangs_up() {
    let rig = with(Fault::HangThenDone { ms: 200 }).await;
    let impatient = rig.create_request("a").timeout(Duration::from_millis(50));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    soon(rig.sandbox.state().until(|state| state.live_ids().len() == 1)).await;
}

#[tokio::test]
async fn a_patient_caller_of_a_hanging_call_gets_the_honest_answer() {
    for fault in [Fault::HangThenDone { ms: 20 }, Fault::DoneThenHang { ms: 20 }] {
        let rig = with(fault).await;
        let made = rig.create("a").await;
        assert_eq!(rig.work(&made.value).await, 200);
    }
}

#[tokio::test]
async fn a_call_can_be_done_before_it_hangs() {
    let rig = with(Fault::DoneThenHang { ms: LONG_MS }).await;
    let pending = rig.create_request("a").timeout(Duration::from_secs(20)).send();
    let done = soon(rig.sandbox.state().until(|state| state.live_ids().len() == 1));
    tokio::select! {
        _ = pending => panic!("the answer came too early"),
        () = done => {}
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_what_hangs() {
    let rig = with(Fault::HangThenDone { ms: LONG_MS }).await;
    rig.sandbox.state().push_fault(Operation::Create, Fault::Late { after_ms: LONG_MS, status: 500 });
    let state = rig.sandbox.state().clone();
    let hanging = tokio::spawn(rig.create_request("a").send());
    soon(state.until(|state| state.calls(Operation::Create) == 1)).await;
    assert_eq!(rig.create_request("b").send().await.unwrap().status(), 500);
    let start = Instant::now();
    rig.sandbox.stop().await;
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(hanging.await.unwrap().is_err());
    assert_eq!(state.live_ids(), [""; 0]);
}

#[tokio::test]
async fn faults_wait_in_line_for_their_own_operation() {
    let rig = with(Fault::ErrorNotDone { status: 500 }).await;
    let state = rig.sandbox.state();
    state.push_fault(Operation::Create, Fault::WrongAdmin);
    state.push_fault(Operation::Destroy, Fault::ErrorDone { status: 500 });
    assert_eq!(state.faults_waiting()[&Operation::Create], 2);
    assert_eq!(rig.create_request("a").send().await.unwrap().status(), 500);
    assert_eq!(rig.create_request("a").send().await.unwrap().status(), 401);
    let made = rig.create("a").await;
    assert_eq!(rig.destroy(&made.id).await, 500);
    assert_eq!(live(&rig), 0);
    assert!(state.faults_waiting().is_empty());
}

#[tokio::test]
async fn every_operation_can_go_wrong_in_the_wrapped_dialect_too() {
    let rig = Rig::start(Dialect::Nested).await;
    let (state, made) = (rig.sandbox.state(), rig.create("a").await);
    for operation in [Operation::List, Operation::Disable, Operation::Enable, Operation::Destroy] {
        state.push_fault(operation, Fault::ErrorDone { status: 500 });
    }
    assert_eq!(rig.list_request().send().await.unwrap().status(), 500);
    assert_eq!(rig.disable(&made.id).await, 500);
    assert!(!state.key(&made.id).unwrap().enabled);
    assert_eq!(rig.enable(&made.id).await, 500);
    assert!(state.key(&made.id).unwrap().enabled);
    assert_eq!(rig.destroy(&made.id).await, 500);
    assert!(state.key(&made.id).unwrap().destroyed);
}
