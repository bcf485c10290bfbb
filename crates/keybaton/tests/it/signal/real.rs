//! A real Prometheus that scrapes a real consumer's counters.

use std::time::Duration;

use super::{metrics::Metrics, prometheus::Prometheus};
use crate::{
    fault::rig::until,
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET},
};

/// The drain waits for somebody who never says a word, and rolls back by itself.
pub(super) const TERMS: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\", failures = 2 }\n\
    consumers = [{ name = \"billing\", evidence = \"ack\" }]";

fn signal(url: &str, by: &str) -> String {
    format!(
        "\n[signal.api]\ntype = \"prometheus\"\nurl = \"{url}\"\nevery = \"1s\"\n\
         refused = 'sum by ({by}) (api_refused_total{{secret=\"{{{{ secret }}}}\",env=\"{{{{ env }}}}\"}})'\n\
         calls = 'sum by ({by}) (api_calls_total{{secret=\"{{{{ secret }}}}\",env=\"{{{{ env }}}}\"}})'\n"
    )
}

/// Whether people are told of refusals that are not the new key's doing.
pub(super) async fn is_stormy(bench: &Bench) -> bool {
    let alerts = bench.run("alert list --json").await.exits(0).json();
    alerts["alerts"].as_array().unwrap().iter().any(|alert| alert["kind"] == "storm" && alert["standing"] == "raised")
}

/// A bench in its drain, whose consumer's metrics are scraped.
async fn draining(by: &str) -> Option<(Bench, crate::stage::Running, Metrics, Prometheus)> {
    let metrics = Metrics::default();
    let prometheus = Prometheus::scraping(metrics.serve().await).await?;
    let bench = Bench::with(&format!("{TERMS}{}", signal(&prometheus.url, by))).await;
    metrics.count("shop", "1", 100, 1);
    let (serve, _) = serve(&bench).await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    until(&bench, "the drain", |row| row["phase"] == "draining").await;
    Some((bench, serve, metrics, prometheus))
}

#[tokio::test]
async fn refusals_that_name_the_new_version_roll_it_back() {
    let Some((bench, _serve, metrics, _prometheus)) = draining("consumer, version").await else { return };
    let refused = async {
        loop {
            metrics.count("shop", "1", 10, 0);
            metrics.count("shop", "2", 10, 10);
            let row = bench.status().await;
            if row["version"] == 3 {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(90), refused).await.expect("nothing was rolled back");
    assert_eq!(bench.value().await, OLD_VALUE);
    assert!(bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn refusals_that_name_no_version_are_looked_into_and_roll_nothing_back() {
    let Some((bench, _serve, metrics, _prometheus)) = draining("consumer").await else { return };
    let stormed = async {
        loop {
            metrics.count("shop", "1", 30, 30);
            if is_stormy(&bench).await {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(90), stormed).await.expect("nobody looked into the storm");
    let row = bench.status().await;
    assert_eq!((&row["version"], &row["phase"]), (&2.into(), &"draining".into()), "a storm rolled it back");
    assert!(bench.service.lets_in(OLD_VALUE).await);
}
