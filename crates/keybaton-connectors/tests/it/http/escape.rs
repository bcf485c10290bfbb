//! Nothing that a variable holds changes the shape of a request.

use axum::response::IntoResponse;
use keybaton_connectors::http::{HttpIssuer, IssuerSettings};
use keybaton_ports::{Certainty, Create, Issuer};
use keybaton_sandbox::Dialect;
use keybaton_types::{IssuedId, Label};
use serde_json::{Value, json};

use super::fake::Fake;
use super::rig::{Rig, create, secret, text};

const NASTY: &str = "a\"b\\c\u{1}d/e+f&g=h?i#j%k é {{ id }} \u{2028}</x>";

async fn echoing() -> Fake {
    Fake::start(|_, _| json!({ "id": "k1", "secret": "s" }).to_string().into_response()).await
}

fn settings(base: &str, create: &str) -> IssuerSettings {
    let table = format!(
        "base = '{base}'\ncreate = {{ request = 'POST /k/{{{{ label }}}}?of={{{{ secret }}}}', id = '$.id', {create} }}\nrevoke = {{ request = 'DELETE /k/{{{{ id }}}}/now?id={{{{ id }}}}' }}"
    );
    toml::from_str(&table).unwrap()
}

#[tokio::test]
async fn a_label_with_quotes_stays_one_json_string() {
    let fake = echoing().await;
    let table = r"value = '$.secret', json = { name = '{{ label }}', deep = [{ '{{ label }}' = 'x {{ label }} y' }], n = 3, b = true }";
    let issuer = HttpIssuer::new(&settings(&fake.url, table), &secret(), vec![]).unwrap();
    create(&issuer, NASTY).await.unwrap();
    let asked = &fake.asked()[0];
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let deep = json!([{ "{{ label }}": format!("x {NASTY} y") }]);
    assert_eq!(body, json!({ "name": NASTY, "deep": deep, "n": 3, "b": true }));
    assert_eq!(asked.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_form_and_a_path_are_encoded() {
    let fake = echoing().await;
    let table = "value = '$.secret', form = { name = '{{ label }}', env = '{{ env }}' }";
    let issuer = HttpIssuer::new(&settings(&fake.url, table), &secret(), vec![]).unwrap();
    create(&issuer, "a b&c=d/e").await.unwrap();
    let asked = &fake.asked()[0];
    assert_eq!(asked.target, "/k/a%20b%26c%3Dd%2Fe?of=payments");
    assert_eq!(asked.body, "env=prod&name=a+b%26c%3Dd%2Fe");
    assert_eq!(asked.headers["content-type"], "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn an_id_with_a_slash_and_a_plus_stays_one_segment() {
    let fake = echoing().await;
    let issuer = HttpIssuer::new(&settings(&fake.url, "value = '$.secret'"), &secret(), vec![]).unwrap();
    issuer.destroy(&IssuedId::from("key/7+a?x#y%2F")).await.unwrap();
    assert_eq!(fake.asked()[0].method, "DELETE");
    assert_eq!(fake.asked()[0].target, "/k/key%2F7%2Ba%3Fx%23y%252F/now?id=key%2F7%2Ba%3Fx%23y%252F");

    let rig = Rig::start(Dialect::Nested).await;
    let (id, _) = rig.made("kb1-a1b2c3-payments-prod-1").await;
    assert!(id.0.contains('/') && id.0.contains('+'), "{id}");
    rig.issuer.switching().unwrap().disable(&id).await.unwrap();
    rig.issuer.destroy(&id).await.unwrap();
    assert!(rig.sandbox.state().live_ids().is_empty());
}

#[tokio::test]
async fn an_id_that_climbs_is_not_sent() {
    let fake = echoing().await;
    let issuer = HttpIssuer::new(&settings(&fake.url, "value = '$.secret'"), &secret(), vec![]).unwrap();
    for id in [".", ".."] {
        let fault = issuer.destroy(&IssuedId::from(id)).await.unwrap_err();
        assert_eq!(fault.certainty, Certainty::NotSent, "{id}: {fault}");
    }
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn a_header_takes_no_line_break() {
    let fake = echoing().await;
    let table = "value = '$.secret', headers = { Idempotency-Key = '{{ label }}' }";
    let issuer = HttpIssuer::new(&settings(&fake.url, table), &secret(), vec![]).unwrap();
    let fault = create(&issuer, "a\r\nX-Evil: b").await.err().unwrap();
    assert_eq!(fault.certainty, Certainty::NotSent, "{fault}");
    assert!(fake.asked().is_empty());
    create(&issuer, "kb1-a1b2c3-payments-prod-1").await.unwrap();
    assert_eq!(fake.asked()[0].headers["idempotency-key"], "kb1-a1b2c3-payments-prod-1");
}

#[tokio::test]
async fn a_value_that_we_choose_goes_into_the_body_and_is_not_read_back() {
    let fake = echoing().await;
    let table = "json = { name = '{{ label }}', password = '{{ value }}' }";
    let issuer = HttpIssuer::new(&settings(&fake.url, table), &secret(), vec![]).unwrap();
    assert_eq!(issuer.traits().chooser, keybaton_core::sheet::Chooser::Us);
    let (label, value) = (Label("l".to_owned()), text("chosen \"value\""));
    let create = Create { secret: &secret(), label: &label, value: Some(&value), taken: &[] };
    let created = issuer.create(create).await.unwrap();
    assert!(created.value.is_none());
    let body: Value = serde_json::from_slice(&fake.asked()[0].body).unwrap();
    assert_eq!(body["password"], "chosen \"value\"");
    let nothing = issuer.create(Create { value: None, ..create }).await.err().unwrap();
    assert_eq!(nothing.certainty, Certainty::NotSent);
}

#[tokio::test]
async fn an_id_that_is_taken_is_not_believed() {
    let fake = echoing().await;
    let issuer = HttpIssuer::new(&settings(&fake.url, "value = '$.secret'"), &secret(), vec![]).unwrap();
    let label = Label("l".to_owned());
    let taken = [IssuedId::from("k1")];
    let fault = issuer.create(Create { secret: &secret(), label: &label, value: None, taken: &taken }).await.err();
    assert_eq!(fault.unwrap().certainty, Certainty::Unknown);
}
