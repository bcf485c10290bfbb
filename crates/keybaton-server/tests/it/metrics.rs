//! `/metrics`: what stands on the page, what never does, and who may read it.

use std::collections::BTreeMap;

use keybaton_ports::Presented;
use keybaton_seal::SecretValue;
use keybaton_server::{METRICS, Shape};
use keybaton_types::{Domain, Powers, Role, Values};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::json;

use crate::house::{House, secret};

/// A row of the page.
struct Row {
    name: String,
    labels: BTreeMap<String, String>,
    value: String,
}

async fn page(house: &House) -> String {
    let answer = house.get("/metrics").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    answer.text().await.unwrap()
}

fn rows(page: &str) -> Vec<Row> {
    page.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// No label of these tests holds a comma, a brace or a quote.
fn row(line: &str) -> Row {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let pairs = labels.trim_end_matches('}').split(',').filter(|pair| !pair.is_empty());
    let pair =
        |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()));
    Row { name: name.to_owned(), labels: pairs.filter_map(pair).collect(), value: value.to_owned() }
}

/// The value of the only row that has these labels, or `none`.
fn value(page: &str, name: &str, labels: &[(&str, &str)]) -> String {
    let has = |row: &Row| labels.iter().all(|(name, value)| row.labels.get(*name).is_some_and(|found| found == value));
    let mut found = rows(page).into_iter().filter(|row| row.name == name && has(row));
    let value = found.next().map(|row| row.value);
    assert!(found.next().is_none(), "several rows of {name} are meant");
    value.unwrap_or_else(|| "none".to_owned())
}

const OF: (&str, &str) = ("secret", "payments");

/// Instances, reports, sightings of unknown versions and a probe: something of everything.
async fn busy() -> House {
    let house = House::new().await;
    house.ask(crate::house::READ).send().await.unwrap();
    for body in [json!({ "version": 1, "ok": 7, "unauthorized": 2 }), json!({ "version": 99, "forbidden": 3 })] {
        assert_eq!(house.tell("/auth-results", &body).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    house
}

async fn probe(house: &House) {
    let charge = house.charges.get(&secret("payments/prod")).unwrap();
    let value = SecretValue::from_text("the first value".to_owned()).unwrap();
    let presented = Presented { secret: &charge.secret, id: &"key-1".into(), value: &value };
    charge.probe.probe(presented).await.unwrap();
}

#[tokio::test]
async fn every_row_is_of_a_metric_in_the_list_and_has_its_labels() {
    let house = busy().await;
    probe(&house).await;
    let page = page(&house).await;
    assert!(page.ends_with("# EOF\n"), "{page}");
    let found = rows(&page);
    assert!(found.len() > 30, "{page}");
    for row in found {
        let plain = ["_bucket", "_sum", "_count"].iter().find_map(|end| row.name.strip_suffix(end));
        let metric = METRICS.iter().find(|metric| match metric.shape {
            Shape::Histogram => plain == Some(metric.name),
            Shape::Gauge | Shape::Counter => metric.name == row.name,
        });
        let metric = metric.unwrap_or_else(|| panic!("{} is not in the list", row.name));
        let mut labels: Vec<&str> = row.labels.keys().map(String::as_str).filter(|name| *name != "le").collect();
        let mut listed = metric.labels.to_vec();
        labels.sort_unstable();
        listed.sort_unstable();
        assert_eq!(labels, listed, "{}", row.name);
    }
}

#[tokio::test]
async fn no_value_no_id_of_a_key_and_no_instance_is_on_the_page() {
    let house = busy().await;
    probe(&house).await;
    let page = page(&house).await;
    for hidden in ["the first value", "key-1", "b-1", &house.token, "ab12"] {
        assert!(!page.contains(hidden), "{hidden}\n{page}");
    }
}

#[tokio::test]
async fn instances_count_where_they_are() {
    let house = House::new().await;
    house.ask(crate::house::READ).send().await.unwrap();
    let of = async |slot: &str| {
        value(&page(&house).await, "keybaton_consumer_instances", &[OF, ("consumer", "billing"), ("slot", slot)])
    };
    assert_eq!([of("current").await, of("previous").await, of("unknown").await], ["1.0", "0.0", "0.0"]);
    house.publish(2, "the second value").await;
    assert_eq!([of("current").await, of("previous").await, of("unknown").await], ["0.0", "1.0", "0.0"]);
    assert_eq!(value(&page(&house).await, "keybaton_keys_valid", &[OF, ("env", "prod")]), "2.0");
    let unknown = house.tell("/sightings", &json!({ "version": 77, "kind": "used" })).send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NO_CONTENT);
    assert_eq!([of("current").await, of("previous").await, of("unknown").await], ["0.0", "0.0", "1.0"]);
}

#[tokio::test]
async fn reports_count_by_the_key_that_they_are_about() {
    let house = busy().await;
    let of = |page: &str, code: &str, slot: &str| {
        value(page, "keybaton_auth_responses_total", &[OF, ("consumer", "billing"), ("code", code), ("slot", slot)])
    };
    let page = page(&house).await;
    assert_eq!([of(&page, "ok", "current"), of(&page, "401", "current")], ["7", "2"]);
    assert_eq!([of(&page, "403", "unknown"), of(&page, "ok", "previous")], ["3", "none"]);
}

#[tokio::test]
async fn a_probe_counts_for_the_current_key_alone() {
    let house = House::new().await;
    let success = async || value(&page(&house).await, "keybaton_probe_success", &[OF]);
    assert_eq!(success().await, "none", "nobody has probed it");
    probe(&house).await;
    assert_eq!(success().await, "0.0", "the issuer of the test does not know the key");
    house.publish(2, "the second value").await;
    assert_eq!(success().await, "none", "that an old key is refused is no trouble");
    let refused = [OF, ("code", "refused")];
    assert_eq!(value(&page(&house).await, "keybaton_probe_responses_total", &refused), "1");
}

#[tokio::test]
async fn whoever_asks_through_a_proxy_needs_a_token_that_operates_on_everything() {
    let house = House::new().await;
    let all = Role::Operator(Powers { domain: Domain::All, values: Values::Hidden });
    let named = Role::Operator(Powers { domain: Domain::Named, values: Values::Hidden });
    let (all, _) = house.grant_as(all, "prometheus", &[]).await;
    let (named, _) = house.grant_as(named, "prometheus", &["payments/prod"]).await;
    let status = async |request: RequestBuilder| request.send().await.unwrap().status();
    for header in ["forwarded", "x-forwarded-for", "x-real-ip", "via"] {
        let passed_on = || house.get("/metrics").header(header, "203.0.113.9");
        assert_eq!(status(passed_on()).await, StatusCode::UNAUTHORIZED, "{header}");
        assert_eq!(status(passed_on().bearer_auth(&house.token)).await, StatusCode::FORBIDDEN, "{header}");
        assert_eq!(status(passed_on().bearer_auth(&named)).await, StatusCode::FORBIDDEN, "{header}");
        assert_eq!(status(passed_on().bearer_auth(&all)).await, StatusCode::OK, "{header}");
    }
    assert_eq!(status(house.get("/metrics").header("host", "evil.example")).await, StatusCode::MISDIRECTED_REQUEST);
}
