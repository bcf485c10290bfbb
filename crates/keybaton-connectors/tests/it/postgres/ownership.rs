//! What the old role made stays with the owner, whoever logs in.

use keybaton_ports::{Issuer, Verdict};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::Postgres;
use keybaton_types::IssuedId;
use sqlx::AssertSqlSafe;

use super::Bench;

/// Runs statements as a credential, as a consumer does.
async fn run(bench: &Bench<'_>, id: &IssuedId, value: &SecretValue, statements: &str) {
    let mut session = bench.database.login(&id.0, value).await.unwrap();
    let done = sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut session).await;
    done.unwrap_or_else(|error| panic!("{id}: {statements}: {error}"));
}

#[tokio::test]
async fn everything_is_the_owners_after_two_rotations() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("ownership").await).await;
    let owner = bench.owner_id();
    run(&bench, &owner, &bench.adopted, "CREATE TABLE zero (n int)").await;

    let (a, value_a) = bench.create(1, std::slice::from_ref(&owner)).await;
    run(&bench, &a, &value_a, "CREATE TABLE one (n int); ALTER TABLE zero ADD m int").await;
    bench.issuer.destroy(&owner).await.unwrap();
    assert_eq!(bench.verdict(&owner, &bench.adopted).await, Verdict::Refused);

    let (b, value_b) = bench.create(2, std::slice::from_ref(&a)).await;
    assert_eq!((&a, &b), (&bench.member('a'), &bench.member('b')));
    run(&bench, &b, &value_b, "CREATE TABLE two (n int); ALTER TABLE one ADD m int; INSERT INTO zero VALUES (1)").await;
    bench.issuer.destroy(&a).await.unwrap();
    run(&bench, &b, &value_b, "ALTER TABLE zero ADD k int; DROP TABLE one").await;

    let (again, value) = bench.create(3, std::slice::from_ref(&b)).await;
    assert_eq!(again, a, "logins alternate");
    run(&bench, &again, &value, "ALTER TABLE two ADD m int").await;
    assert_eq!(bench.verdict(&a, &value_a).await, Verdict::Refused, "its first password stays dead");

    let owners = "SELECT string_agg(DISTINCT tableowner::text, ' ') FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(bench.database.text(owners).await, Some(bench.owner.clone()));
}

#[tokio::test]
async fn members_have_the_owners_settings_and_connection_limit() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("inherited").await).await;
    let (owner, database) = (&bench.owner, bench.database.name());
    let settings = format!(
        "ALTER ROLE \"{owner}\" SET search_path = \"$user\", 'odd, \"one', public; \
         ALTER ROLE \"{owner}\" IN DATABASE \"{database}\" SET statement_timeout = '7s'; \
         ALTER ROLE \"{owner}\" SET app.tenant = 'it''s \\ here'; ALTER ROLE \"{owner}\" CONNECTION LIMIT 7"
    );
    bench.database.execute(&settings).await;
    let shown = "SELECT concat_ws(' | ', current_setting('search_path'), current_setting('statement_timeout'), \
        current_setting('app.tenant'), current_user, rolconnlimit) FROM pg_roles WHERE rolname = session_user";
    let of = async |id: &IssuedId, value: &SecretValue| {
        let mut session = bench.database.login(&id.0, value).await.unwrap();
        sqlx::query_scalar::<_, String>(shown).fetch_one(&mut session).await.unwrap()
    };
    let before = of(&bench.owner_id(), &bench.adopted).await;
    assert!(before.contains("it's \\ here") && before.ends_with("| 7"), "{before}");
    let (a, value) = bench.create(1, &[bench.owner_id()]).await;
    assert_eq!(of(&a, &value).await, before);
}

#[tokio::test]
async fn a_comment_that_a_person_wrote_survives() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("comment").await).await;
    let (owner, id) = (bench.owner.clone(), bench.owner_id());
    bench.database.execute(&format!("COMMENT ON ROLE \"{owner}\" IS 'it''s the app \\'")).await;
    let comment = format!("SELECT shobj_description('\"{owner}\"'::regrole, 'pg_authid')");
    let switching = bench.issuer.switching().unwrap();
    switching.disable(&id).await.unwrap();
    let listed = bench.issuer.listing().unwrap().list().await.unwrap();
    assert_eq!(listed.first().and_then(|listed| listed.label.as_deref()), Some("it's the app \\"));
    assert_eq!(listed.first().and_then(|listed| listed.enabled), Some(false));
    switching.enable(&id).await.unwrap();
    assert_eq!(bench.database.text(&comment).await.as_deref(), Some("it's the app \\"));
    bench.issuer.destroy(&id).await.unwrap();
    assert_eq!(bench.database.text(&comment).await.as_deref(), Some("it's the app \\ (retired by keybaton)"));
    assert!(bench.issuer.listing().unwrap().list().await.unwrap().is_empty());
}
