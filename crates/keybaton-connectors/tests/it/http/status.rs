//! Every status for every operation: what is certain, and whose fault it is.

use keybaton_connectors::http::{HttpIssuer, IssuerSettings};
use keybaton_ports::{Blame, Certainty, Fault, Issuer};
use keybaton_types::IssuedId;

use super::fake::Fake;
use super::rig::{create, secret};

const OPERATIONS: [&str; 5] = ["create", "list", "disable", "enable", "destroy"];

/// The answer has what create and list want, so that the status alone decides.
const BODY: &str = r#"{"id":"k1","secret":"s","keys":[]}"#;

fn settings(base: &str) -> IssuerSettings {
    let table = format!(
        r#"
        base = "{base}"
        create  = {{ request = "POST /k", id = "$.id", value = "$.secret" }}
        list    = {{ request = "GET /k", items = "$.keys[*]", id = "$.id" }}
        disable = {{ request = "POST /k/{{{{ id }}}}/off" }}
        enable  = {{ request = "POST /k/{{{{ id }}}}/on" }}
        revoke  = {{ request = "DELETE /k/{{{{ id }}}}", gone = [418] }}
        "#
    );
    toml::from_str(&table).unwrap()
}

pub(crate) async fn call(issuer: &HttpIssuer, operation: &str) -> Option<Fault> {
    let id = IssuedId::from("k1");
    match operation {
        "create" => create(issuer, "kb1-a1b2c3-payments-prod-1").await.err(),
        "list" => issuer.listing().unwrap().list().await.err(),
        "disable" => issuer.switching().unwrap().disable(&id).await.err(),
        "enable" => issuer.switching().unwrap().enable(&id).await.err(),
        "destroy" => issuer.destroy(&id).await.err(),
        other => panic!("{other} is no operation"),
    }
}

/// DESIGN section 6, written down once more and otherwise.
fn expected(operation: &str, status: u16) -> Option<(Certainty, Blame)> {
    let names_a_credential = !matches!(operation, "create" | "list");
    match status {
        200..=299 => None,
        418 if operation == "destroy" => None,
        408 | 409 | 425 | 429 => Some((Certainty::Unknown, Blame::Transient)),
        401 | 403 => Some((Certainty::Refused, Blame::OurCredential)),
        404 | 410 if names_a_credential => Some((Certainty::Refused, Blame::NotFound)),
        405 => Some((Certainty::Refused, Blame::Unsupported)),
        400..=499 => Some((Certainty::Refused, Blame::Rejected)),
        300..=399 => Some((Certainty::Unknown, Blame::Rejected)),
        _ => Some((Certainty::Unknown, Blame::Transient)),
    }
}

#[tokio::test]
async fn every_status_of_every_operation_is_classified() {
    // 204, 205 and 304 have no body, so that create and list cannot read one; they come below.
    let with_body = (200..600).filter(|status| ![204, 205, 304].contains(status));
    for status in with_body {
        let fake = Fake::saying(status, BODY).await;
        let issuer = HttpIssuer::new(&settings(&fake.url), &secret(), vec![]).unwrap();
        for operation in OPERATIONS {
            let fault = call(&issuer, operation).await;
            let seen = fault.as_ref().map(|fault| (fault.certainty, fault.blame));
            assert_eq!(seen, expected(operation, status), "{operation} answered with {status}: {fault:?}");
        }
        assert_eq!(fake.asked().len(), OPERATIONS.len(), "{status}: nothing is sent twice");
    }
}

#[tokio::test]
async fn a_success_without_the_new_credential_is_unknown() {
    for (status, body) in [
        (200, ""),
        (204, ""),
        (201, "{}"),
        (201, r#"{"id":"k1"}"#),
        (201, r#"{"secret":"s"}"#),
        (201, r#"{"id":"k1","secret":""}"#),
        (201, r#"{"id":"","secret":"s"}"#),
        (201, r#"{"id":"k1","secret":17}"#),
        (201, r#"{"id":1.5,"secret":"s"}"#),
        (201, r#"{"id":18446744073709551616,"secret":"s"}"#),
        (201, r#"{"id":null,"secret":"s"}"#),
        (201, r#"{"id":"a\nb","secret":"s"}"#),
        (201, r#"[{"id":"k1","secret":"s"}]"#),
        (201, "<html>created</html>"),
        (201, r#"{"id":"k1","secret":"s""#),
    ] {
        let fake = Fake::saying(status, body).await;
        let issuer = HttpIssuer::new(&settings(&fake.url), &secret(), vec![]).unwrap();
        let fault = call(&issuer, "create").await.expect(body);
        assert_eq!((fault.certainty, fault.blame), (Certainty::Unknown, Blame::Corrupt), "{body}: {fault}");
        assert!(fault.what.contains("POST /k"), "the words name the request: {fault}");
    }
}

#[tokio::test]
async fn a_success_without_the_whole_list_is_a_fault() {
    for body in [
        "",
        "{}",
        r#"{"keys":null}"#,
        r#"{"keys":{}}"#,
        r#"{"error":"try later"}"#,
        r#"{"keys":[{"name":"x"}]}"#,
        r#"{"keys":[{"id":{}}]}"#,
        r#"{"keys":[{"id":"a"},null]}"#,
        r#"{"keys":[{"id":"a"},{"id":"a"}]}"#,
        "[]",
    ] {
        let fake = Fake::saying(200, body).await;
        let issuer = HttpIssuer::new(&settings(&fake.url), &secret(), vec![]).unwrap();
        let fault = call(&issuer, "list").await.expect(body);
        assert_eq!((fault.certainty, fault.blame), (Certainty::Unknown, Blame::Corrupt), "{body}: {fault}");
    }
}

#[tokio::test]
async fn an_id_may_be_a_number_as_large_as_they_come() {
    let fake = Fake::saying(201, r#"{"id":18446744073709551615,"secret":"s"}"#).await;
    let issuer = HttpIssuer::new(&settings(&fake.url), &secret(), vec![]).unwrap();
    assert_eq!(create(&issuer, "kb1-a1b2c3-payments-prod-1").await.unwrap().id.0, "18446744073709551615");
}
