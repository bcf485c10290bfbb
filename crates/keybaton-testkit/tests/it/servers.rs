//! Real servers start, keep tests apart, and take faults.

use std::time::Duration;

use keybaton_testkit::server::Postgres;
use sqlx::Connection;

#[tokio::test]
async fn the_shared_server_gives_every_test_a_database_and_roles_of_its_own() {
    let Some(postgres) = Postgres::shared().await else { return };
    let (one, two) = (postgres.database("apart-one").await, postgres.database("apart-two").await);
    let role = one.role("app");
    let value = one.login_role(&role, "").await;
    assert!(one.login(&role, &value).await.is_ok());
    assert_eq!(one.text("SELECT current_database()::text").await.as_deref(), Some("apart_one"));
    assert_ne!(one.url(), two.url());
}

#[tokio::test]
async fn a_private_server_freezes_dies_and_comes_back_with_its_data() {
    let Some(mut postgres) = Postgres::start().await else { return };
    let role = {
        let database = postgres.database("faults").await;
        let mut session = database.superuser().await;
        postgres.freeze();
        let ping = tokio::time::timeout(Duration::from_millis(200), session.ping()).await;
        assert!(ping.is_err(), "a frozen server does not answer");
        postgres.thaw();
        let role = database.role("app");
        database.login_role(&role, "").await;
        role
    };
    postgres.kill();
    postgres.restart().await;
    let database = postgres.database("after").await;
    let found = database.text(&format!("SELECT rolname::text FROM pg_roles WHERE rolname = '{role}'")).await;
    assert_eq!(found, Some(role));
}
