//! One user with several passwords.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::Redis;
use keybaton_types::IssuedId;
use serde_json::json;

use super::bench::bench_of;
use crate::bench::{create, drawn, text};

#[tokio::test]
async fn the_old_password_works_until_it_is_revoked_and_connections_outlive_it() {
    let Some(redis) = Redis::shared().await else { return };
    let old = redis.user("one_sides", "~* +@all").await;
    let bench = bench_of(redis, &json!({ "user": "one_sides" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let mut connection = redis.login("one_sides", &old).await.unwrap();
    let (new_id, new) = bench.create(1, std::slice::from_ref(&old_id)).await;
    assert_eq!(bench.verdict(&new_id, &new).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Accepted);
    assert_eq!(bench.ids().await.len(), 2);

    bench.issuer.destroy(&old_id).await.unwrap();
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Refused);
    assert_eq!(bench.verdict(&new_id, &new).await, Verdict::Accepted);
    assert_eq!(connection.run("PING").await.unwrap(), "PONG", "a connection outlives its password");
    assert!(bench.issuer.sessions().is_none(), "nobody can tell whose it is");
}

#[tokio::test]
async fn connections_of_the_user_are_ended_where_that_is_asked_for() {
    let Some(redis) = Redis::shared().await else { return };
    let old = redis.user("one_ended", "~* +@all").await;
    let bench = bench_of(redis, &json!({ "user": "one_ended", "on_revoke": "end-connections" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let mut connection = redis.login("one_ended", &old).await.unwrap();
    let (new_id, new) = bench.create(1, &[]).await;
    bench.issuer.destroy(&old_id).await.unwrap();
    assert!(connection.run("PING").await.is_err(), "the connection is gone");
    assert_eq!(bench.verdict(&new_id, &new).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_foreign_password_is_shown_and_never_touched() {
    let Some(redis) = Redis::shared().await else { return };
    redis.user("one_foreign", "~* +@all >theirs").await;
    let theirs = text("theirs");
    let bench = bench_of(redis, &json!({ "user": "one_foreign" }));
    let (id, _) = bench.create(1, &[]).await;
    let list = bench.issuer.listing().unwrap().list().await.unwrap();
    assert_eq!(list.len(), 3);
    assert!(list.iter().all(|listed| listed.label.is_none()));
    bench.issuer.destroy(&id).await.unwrap();
    let foreign = bench.recognised(&theirs).await.unwrap();
    assert_eq!(bench.verdict(&foreign, &theirs).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_password_that_a_person_removed_is_gone_and_destroying_it_is_success() {
    let Some(redis) = Redis::shared().await else { return };
    let old = redis.user("one_by_hand", "~* +@all").await;
    let bench = bench_of(redis, &json!({ "user": "one_by_hand" }));
    let id = bench.recognised(&old).await.unwrap();
    redis.run("ACL SETUSER one_by_hand resetpass").await;
    assert_eq!((bench.ids().await, bench.recognised(&old).await), (vec![], None));
    assert_eq!(bench.verdict(&id, &old).await, Verdict::Refused);
    bench.issuer.destroy(&id).await.unwrap();
}

#[tokio::test]
async fn a_user_that_is_missing_or_off_or_takes_any_password_is_refused_and_left_alone() {
    let Some(redis) = Redis::shared().await else { return };
    redis.run("ACL SETUSER one_off off ~* +@all").await;
    redis.run("ACL SETUSER one_open on nopass ~* +@all").await;
    for (user, blame) in [("one_nobody", Blame::NotFound), ("one_off", Blame::Rejected), ("one_open", Blame::Rejected)]
    {
        let bench = bench_of(redis, &json!({ "user": user }));
        let before = redis.run("ACL LIST").await;
        let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (blame, Certainty::Refused), "{fault}");
        let line = |list: &str| list.lines().find(|line| line.contains(user)).map(str::to_owned);
        assert_eq!(line(&redis.run("ACL LIST").await), line(&before), "{user}");
    }
    let open = bench_of(redis, &json!({ "user": "one_open" }));
    let fault = open.issuer.listing().unwrap().list().await.unwrap_err();
    assert!(fault.what.contains("nopass"), "{fault}");
}

#[tokio::test]
async fn a_value_of_odd_characters_is_one_password() {
    let Some(redis) = Redis::shared().await else { return };
    redis.user("one_odd", "~* +@all").await;
    let bench = bench_of(redis, &json!({ "user": "one_odd" }));
    for odd in ["a b\"c'", "\r\n$3\r\nfoo", "caf\u{e9} \u{1f511}", ">x", "#y"] {
        let value = text(odd);
        let id = create(&*bench.issuer, 1, &value, &[]).await.unwrap().id;
        assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted, "{odd:?}");
        bench.issuer.destroy(&id).await.unwrap();
        assert_eq!(bench.verdict(&id, &value).await, Verdict::Refused, "{odd:?}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_ping_is_accepted_all_the_same() {
    let Some(redis) = Redis::shared().await else { return };
    let value = redis.user("one_narrow", "-@all +get ~x").await;
    let bench = bench_of(redis, &json!({ "user": "one_narrow" }));
    assert_eq!(bench.verdict(&IssuedId::from("one_narrow"), &value).await, Verdict::Accepted);
}
