//! Only the three roles are ever touched, and only by a user who may.

use keybaton_connectors::postgres::PostgresIssuer;
use keybaton_ports::{Blame, Certainty, Issuer};
use keybaton_testkit::server::Postgres;
use keybaton_types::IssuedId;

use super::Bench;
use super::bench::settings;
use crate::bench::{create, drawn};

#[tokio::test]
async fn a_role_outside_the_three_is_never_touched() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("outside").await).await;
    let stranger = IssuedId(bench.database.role("stranger"));
    let value = bench.database.login_role(&stranger.0, "").await;
    let switching = bench.issuer.switching().unwrap();
    for fault in [
        bench.issuer.destroy(&stranger).await.unwrap_err(),
        switching.disable(&stranger).await.unwrap_err(),
        bench.issuer.sessions().unwrap().end(&stranger).await.unwrap_err(),
    ] {
        assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{fault}");
    }
    assert!(bench.database.login(&stranger.0, &value).await.is_ok());
}

#[tokio::test]
async fn a_member_that_somebody_uses_is_not_taken_over() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("foreign").await).await;
    let member = bench.member('a');
    let value = bench.database.login_role(&member.0, "").await;
    let fault = create(&bench.issuer, 1, &drawn(), &[bench.owner_id()]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{fault}");
    assert!(fault.what.contains(&member.0), "{fault}");
    assert!(bench.database.login(&member.0, &value).await.is_ok());
}

#[tokio::test]
async fn a_user_that_may_not_make_roles_is_named_as_our_own_credential() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("powerless").await).await;
    let admin = bench.database.role("powerless");
    let password = bench.database.login_role(&admin, "").await;
    let settings = settings(&bench.database.url_of(&admin), &bench.owner);
    let issuer = PostgresIssuer::new(&settings, password).unwrap();
    let fault = create(&issuer, 1, &drawn(), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::Refused), "{fault}");
}

#[tokio::test]
async fn an_owner_that_does_not_exist_is_named() {
    let Some(postgres) = Postgres::shared().await else { return };
    let database = postgres.database("nobody").await;
    let issuer = PostgresIssuer::new(&settings(&database.url(), "nobody"), database.password()).unwrap();
    let fault = create(&issuer, 1, &drawn(), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{fault}");
    assert!(fault.what.contains("\"nobody\""), "{fault}");
}
