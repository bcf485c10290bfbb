//! Rotations of a login role.

use std::sync::Arc;

use super::bench::{Roles, SECRET};
use crate::stage::Load;

const SESSION: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"1s\" }\n\
    consumers = [{ name = \"api\", evidence = \"session\", quiet = \"2s\" }]";

const TIME: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_rotated_twice_under_load_and_nobody_is_refused() {
    let Some(roles) = Roles::adopted("e2e_load", SESSION).await else { return };
    let roles = Arc::new(roles);
    let load = Load::start(&roles, 4).await;
    let mut seen = vec![roles.first()];
    for _ in 0..2 {
        let ended = roles.keybaton.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
        assert_eq!(ended.json()["grade"], "evidenced", "{}", ended.transcript());
        seen.push(roles.login().await);
    }
    load.assert_unharmed().await;
    for old in &seen[..2] {
        assert!(roles.open(old).await.is_err(), "{} still logs in", old.role);
    }
    assert_ne!(seen[1].role, seen[2].role, "logins alternate");
    roles.assert_whole().await;
}

#[tokio::test]
async fn a_session_of_the_old_login_keeps_it_alive_while_sessions_count() {
    let Some(roles) = Roles::adopted("e2e_session", SESSION).await else { return };
    let mut session = roles.open(&roles.first()).await.unwrap();
    roles.keybaton.rotate_until(SECRET, "waits: api").await;
    sqlx::raw_sql("SELECT 1").execute(&mut session).await.expect("a live session was ended");
    let told = roles.keybaton.run(&format!("explain {SECRET}")).await.exits(0);
    told.prints(&["api", "What happens next"]);
    sqlx::Connection::close(session).await.unwrap();
    roles.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    roles.assert_whole().await;
}

#[tokio::test]
async fn sessions_of_a_revoked_login_are_ended() {
    let Some(roles) = Roles::adopted("e2e_ended", TIME).await else { return };
    let mut session = roles.open(&roles.first()).await.unwrap();
    roles.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    let query = sqlx::raw_sql("SELECT 1").execute(&mut session).await;
    assert!(query.is_err(), "a session outlived its login");
    roles.assert_whole().await;
}

#[tokio::test]
async fn plan_status_and_explain_know_the_role() {
    let Some(roles) = Roles::adopted("e2e_words", SESSION).await else { return };
    let owner = roles.owner.clone();
    roles.keybaton.run(&format!("plan {SECRET}")).await.exits(0).prints(&["could be rotated now", &owner]);
    let row = roles.keybaton.run("status --json").await.exits(0).json()["secrets"][0].clone();
    assert_eq!((&row["phase"], &row["live_credentials"]), (&"idle".into(), &1.into()), "{row}");
    assert_eq!(row["consumers"]["declared"], 1, "{row}");
    roles.keybaton.run(&format!("explain {SECRET}")).await.exits(0).prints(&["What is safe now"]);
    assert_eq!(roles.live().await, [owner], "a plan changed a role");
}
