//! The page of metrics of the real program.

use std::time::Duration;

use crate::{
    alert::{Receiver, told},
    remote::serve,
    stage::{Bench, OLD_ID, OLD_VALUE, SECRET},
};

/// The page as it is.
pub(super) async fn page(url: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{url}/metrics")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// The page once these rows stand on it.
async fn page_with(url: &str, rows: &[&str]) -> String {
    let shown = async {
        loop {
            let page = page(url).await;
            if rows.iter().all(|row| page.lines().any(|line| line == *row)) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let Ok(page) = tokio::time::timeout(Duration::from_mins(1), shown).await else {
        panic!("these rows never stand on the page: {rows:#?}\n{}", page(url).await);
    };
    page
}

#[tokio::test]
async fn a_rotation_shows_on_the_page_and_no_value_does() {
    let bench = Bench::adopted().await;
    let (serve, url) = serve(&bench).await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    let rows = [
        "keybaton_rotations_total{outcome=\"success\",trigger=\"asked\"} 1",
        "keybaton_secret_state{secret=\"payments\",env=\"prod\",state=\"idle\"} 1.0",
        "keybaton_keys_valid{secret=\"payments\",env=\"prod\"} 1.0",
        "keybaton_probe_success{secret=\"payments\",env=\"prod\"} 1.0",
        "keybaton_store_up{store=\"embedded\"} 1.0",
        "keybaton_scheduler_lapse_seconds{} 0.0",
    ];
    let page = page_with(&url, &rows).await;
    assert!(
        page.contains("keybaton_rotation_phase_duration_seconds_count{phase=\"draining\",issuer=\"stranger\"} 1"),
        "{page}"
    );
    let value = bench.value().await;
    for hidden in [value.as_str(), OLD_VALUE, OLD_ID, "kbt_"] {
        assert!(!page.contains(hidden), "{hidden}\n{page}");
    }
    drop(serve);
    let (_again, url) = crate::remote::serve(&bench).await;
    page_with(&url, &rows[..1]).await;
}

#[tokio::test]
async fn a_channel_that_does_not_get_through_shows_on_the_page() {
    let ops = Receiver::answering(503).await;
    let bench = told(&ops.url).await;
    let (_serve, url) = serve(&bench).await;
    let rows = [
        "keybaton_alert_channel_up{channel=\"ops\"} 0.0",
        "keybaton_alert_messages_total{channel=\"ops\"} 0",
        "keybaton_alerts_open{kind=\"no-policy\"} 1.0",
    ];
    let page = page_with(&url, &rows).await;
    assert!(!page.contains("canary-of-a-url"), "{page}");
}
