//! A server over TLS, with a certificate of its own.

use keybaton_ports::{Blame, Certainty, Presented, Verdict};
use keybaton_testkit::server::Mariadb;
use serde_json::{Value, json};

use super::bench::{issuer, settings};
use crate::bench::{self, Bench, create, drawn};

/// The connector with these settings of the connection.
fn bench_by(server: &Mariadb, host: &str, way: &Value) -> Bench {
    let url = format!("mysql://{}@{host}:{}", server.admin(), server.port());
    let table = bench::with(settings(server, server.admin(), &json!({ "account": "app", "url": url })), way);
    let probe = bench::with(json!({ "mariadb": format!("mysql://{host}:{}", server.port()) }), way);
    Bench { issuer: issuer(&table, server.password()), probe: bench::probe("mariadb", &probe) }
}

#[tokio::test]
async fn a_password_is_rotated_over_tls_and_the_account_can_require_it() {
    let Some(server) = Mariadb::with_tls().await else { return };
    let old = server.user("app").await;
    server.run("ALTER USER app REQUIRE SSL").await;
    let bench = bench_by(&server, "127.0.0.1", &json!({ "sslmode": "verify-full", "ca_file": server.authority() }));
    let old_id = bench.recognised(&old).await.unwrap();
    let (id, value) = bench.create(1, &[]).await;
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    let plain = bench_by(&server, "127.0.0.1", &json!({ "sslmode": "disable" }));
    assert_eq!(plain.verdict(&id, &value).await, Verdict::Refused, "the account requires TLS");
    bench.issuer.destroy(&old_id).await.unwrap();
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Refused);
    assert_eq!(bench.ids().await, [id]);
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_sent_nothing() {
    let Some(server) = Mariadb::with_tls().await else { return };
    let old = server.user("app").await;
    let trusted = bench_by(&server, "127.0.0.1", &json!({ "sslmode": "verify-ca", "ca_file": server.authority() }));
    let id = trusted.recognised(&old).await.unwrap();
    let unknown = bench_by(&server, "127.0.0.1", &json!({ "sslmode": "verify-full" }));
    let strict = json!({ "sslmode": "verify-full", "ca_file": server.authority() });
    let misnamed = bench_by(&server, "localhost", &strict);
    for bench in [unknown, misnamed] {
        let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::NotSent), "{fault}");
        assert!(fault.what.contains("no safe connection"), "{fault}");
        let presented = Presented { secret: &bench::secret(), id: &id, value: &old };
        let fault = bench.probe.probe(presented).await.unwrap_err();
        assert_eq!(fault.certainty, Certainty::NotSent, "it says nothing of the credential: {fault}");
    }
    assert_eq!(trusted.ids().await, [id]);
}
