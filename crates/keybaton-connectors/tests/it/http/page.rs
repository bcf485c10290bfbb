//! Lists of many pages: all of them, or a fault.

use axum::http::header::{AUTHORIZATION, LINK};
use axum::response::IntoResponse;
use keybaton_connectors::http::HttpIssuer;
use keybaton_ports::{Blame, Called, Issuer, Listed};
use keybaton_sandbox::{Dialect, Fault as Sabotage, Operation};
use serde_json::{Value, json};

use super::dialect;
use super::fake::Fake;
use super::rig::{ADMIN, Rig, secret, text};

async fn list(fake: &Fake) -> Called<Vec<Listed>> {
    let issuer = HttpIssuer::new(&dialect::issuer(Dialect::Acme, &fake.url), &secret(), vec![text(ADMIN)]).unwrap();
    issuer.listing().unwrap().list().await
}

/// A service whose list is made of pages; each is its entries and the link to the next.
async fn pages(next: impl Fn(usize, &str) -> Value + Clone + Send + Sync + 'static) -> Fake {
    Fake::start(move |asked, url| {
        let page = asked.target.split_once("p=").map_or(0, |(_, page)| page.parse().unwrap());
        let body = json!({ "keys": [{ "id": format!("k{page}") }], "page": { "next": next(page, url) } });
        body.to_string().into_response()
    })
    .await
}

#[tokio::test]
async fn every_page_is_read_in_the_dialects_that_have_pages() {
    for dialect in [Dialect::Acme, Dialect::Nested] {
        let rig = Rig::with(dialect, |options| options.page_size = 2, |_| {}).await;
        let made: Vec<_> = (0..7).map(|n| rig.sandbox.state().create(&format!("foreign {n}")).unwrap()).collect();
        let listed: Vec<_> = rig.list().await.unwrap().into_iter().map(|listed| listed.id.0).collect();
        assert_eq!(listed, made, "{dialect}");
        assert_eq!(rig.sandbox.state().calls(Operation::List), 4, "{dialect}");
    }
}

#[tokio::test]
async fn a_list_that_leads_astray_is_a_fault_in_the_dialects_that_have_pages() {
    for dialect in [Dialect::Acme, Dialect::Nested] {
        for (sabotage, words) in [(Sabotage::ForeignNext, "another origin"), (Sabotage::LoopingNext, "go in circles")] {
            let rig = Rig::with(dialect, |options| options.page_size = 1, |_| {}).await;
            rig.sandbox.state().create("foreign").unwrap();
            rig.sandbox.state().create("foreign too").unwrap();
            for _page in 0..2 {
                rig.sandbox.state().push_fault(Operation::List, sabotage.clone());
            }
            let fault = rig.list().await.unwrap_err();
            assert_eq!(fault.blame, Blame::Corrupt, "{dialect} {sabotage:?}: {fault}");
            assert!(fault.what.contains(words), "{dialect} {sabotage:?}: {fault}");
        }
    }
}

#[tokio::test]
async fn a_later_page_that_fails_fails_the_list() {
    let fake = Fake::start(|asked, _| {
        if asked.target.contains("p=1") {
            return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        json!({ "keys": [{ "id": "a" }], "page": { "next": "?p=1" } }).to_string().into_response()
    })
    .await;
    assert!(list(&fake).await.unwrap_err().what.contains("answered with 500"));
}

#[tokio::test]
async fn our_credential_goes_with_every_page_and_to_no_other_origin() {
    let elsewhere = Fake::saying(200, r#"{"keys":[]}"#).await;
    let foreign = elsewhere.url.clone();
    let next = move |page, _: &str| if page < 2 { json!(format!("?p={}", page + 1)) } else { json!(foreign) };
    let fake = pages(next).await;
    assert!(list(&fake).await.unwrap_err().what.contains("another origin"));
    let asked = fake.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|asked| asked.method == "GET"));
    assert!(asked.iter().all(|asked| asked.headers[AUTHORIZATION] == format!("Bearer {ADMIN}")));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn an_endless_list_ends() {
    let mut settings = dialect::issuer(Dialect::Acme, "http://127.0.0.1:1");
    let fake = pages(|page, url| json!(format!("{url}/v1/keys?p={}", page + 1))).await;
    settings.base.clone_from(&fake.url);
    settings.timeout = std::time::Duration::from_mins(1);
    settings.quiescence = None;
    let issuer = HttpIssuer::new(&settings, &secret(), vec![text(ADMIN)]).unwrap();
    let fault = issuer.listing().unwrap().list().await.unwrap_err();
    assert!(fault.what.contains("more than 1000 pages"), "{fault}");
    assert_eq!(fake.asked().len(), 1000);
}

#[tokio::test]
async fn the_end_of_a_list_may_be_null_empty_or_nothing() {
    for end in [json!({ "next": null }), json!({ "next": "" }), json!({}), json!(null)] {
        let fake = Fake::start(move |_, _| json!({ "keys": [], "page": end }).to_string().into_response()).await;
        assert!(list(&fake).await.unwrap().is_empty());
    }
    let fake = pages(|_, _| json!({ "cursor": 7 })).await;
    assert!(list(&fake).await.unwrap_err().what.contains("$.page.next is an object, not a text"));
}

#[tokio::test]
async fn a_link_header_needs_no_setting() {
    let fake = Fake::start(|asked, _| {
        let body = json!({ "keys": [{ "id": asked.target }] }).to_string();
        let link = [(LINK, r#"</v1/keys?q=a,b>; rel="next""#)];
        if asked.target.contains("a,b") { body.into_response() } else { (link, body).into_response() }
    })
    .await;
    let ids: Vec<_> = list(&fake).await.unwrap().into_iter().map(|listed| listed.id.0).collect();
    assert_eq!(ids, ["/v1/keys", "/v1/keys?q=a,b"]);
}
