//! From a server to a person through a real Prometheus and a real Alertmanager: our page, our rules, and a webhook.

use std::time::Duration;

use keybaton_testkit::server::{Alertmanager, Prometheus};
use serde_json::Value;

use super::{
    page::page,
    queried::{packaged, unknown},
};
use crate::{
    alert::Receiver,
    remote::serve,
    stage::{Bench, SECRET},
};

/// The rules as they ship, but for how long they wait: nobody waits minutes in a test.
fn hasty_rules() -> String {
    let rules = std::fs::read_to_string(packaged("prometheus/keybaton.rules.yml")).unwrap();
    let wait = |line: &str| line.trim().strip_prefix("for: ").map(|wait| line.replace(wait, "1s"));
    rules.lines().map(|line| wait(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Scrapes a server twice a second and tells an Alertmanager.
fn configuration(server: &str, rules: &str, alertmanager: &str) -> String {
    let server = server.trim_start_matches("http://");
    format!(
        "global: {{ scrape_interval: 500ms, scrape_timeout: 400ms, evaluation_interval: 500ms }}\n\
         rule_files: [\"{rules}\"]\n\
         alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: [\"{alertmanager}\"] }}] }}] }}\n\
         scrape_configs: [{{ job_name: keybaton, static_configs: [{{ targets: [\"{server}\"] }}] }}]\n"
    )
}

fn is(alert: &Value, name: &str, status: &str) -> bool {
    alert["labels"]["alertname"] == name && alert["status"] == status
}

/// Whether a message of Alertmanager has such an alert.
fn tells(message: &Value, name: &str, status: &str) -> bool {
    message["alerts"].as_array().is_some_and(|alerts| alerts.iter().any(|alert| is(alert, name, status)))
}

#[tokio::test]
async fn a_hold_reaches_a_webhook_through_prometheus_and_alertmanager_and_so_does_its_end() {
    let people = Receiver::answering(200).await;
    let Some(alertmanager) = Alertmanager::telling(&people.url).await else { return };
    let bench = Bench::adopted().await;
    let (_serve, url) = serve(&bench).await;
    bench.keybaton.write("rules.yml", &hasty_rules());
    let rules = bench.keybaton.path("rules.yml");
    let configured = configuration(&url, &rules.display().to_string(), &alertmanager.target());
    let Some(prometheus) = Prometheus::start(&configured).await else { return };
    let foreign = bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("rotate {SECRET} --wait --yes")).await.exits(5);
    let told = people.until(|message| tells(message, "KeybatonHeld", "firing")).await;
    let alert = told["alerts"].as_array().unwrap().iter().find(|alert| is(alert, "KeybatonHeld", "firing")).unwrap();
    assert_eq!((&alert["labels"]["secret"], &alert["labels"]["env"]), (&"payments".into(), &"prod".into()));
    assert_eq!(alert["annotations"]["next"], format!("keybaton explain {SECRET}"));
    bench.service.state().destroy(&foreign).unwrap();
    people.until(|message| tells(message, "KeybatonHeld", "resolved")).await;
    assert_everything_is_read(&prometheus, &page(&url).await).await;
    assert!(!prometheus.log().contains("level=error"), "{}", prometheus.log());
    assert!(!alertmanager.log().contains("level=error"), "{}", alertmanager.log());
}

/// Waits until a metric is read: one that has just come is on the page before it is asked for again.
async fn is_read(prometheus: &Prometheus, name: &str) {
    let begun = std::time::Instant::now();
    while !prometheus.ask("label/__name__/values").as_array().unwrap().iter().any(|known| *known == name) {
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{name} is not read");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// Every metric of the page is known to Prometheus under its name, and every rule of ours was evaluated without an error.
async fn assert_everything_is_read(prometheus: &Prometheus, page: &str) {
    let rows = page.lines().filter(|line| !line.starts_with('#'));
    for name in rows.map(|line| line.split(['{', ' ']).next().unwrap()) {
        is_read(prometheus, name).await;
        assert_eq!(unknown(name), Vec::<String>::new());
    }
    let groups = prometheus.ask("rules");
    let rules = groups["groups"][0]["rules"].as_array().unwrap();
    assert!(rules.len() >= 13, "{groups}");
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_told_by_prometheus_since_it_cannot_tell_itself() {
    let people = Receiver::answering(200).await;
    let Some(alertmanager) = Alertmanager::telling(&people.url).await else { return };
    let bench = Bench::adopted().await;
    let (serve, url) = serve(&bench).await;
    bench.keybaton.write("rules.yml", &hasty_rules());
    let rules = bench.keybaton.path("rules.yml");
    let configured = configuration(&url, &rules.display().to_string(), &alertmanager.target());
    let Some(prometheus) = Prometheus::start(&configured).await else { return };
    let scraped = async {
        while prometheus.ask("query?query=keybaton_build_info")["result"].as_array().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), scraped).await.unwrap();
    serve.signal(rustix::process::Signal::KILL);
    people.until(|message| tells(message, "KeybatonSchedulerDead", "firing")).await;
}
