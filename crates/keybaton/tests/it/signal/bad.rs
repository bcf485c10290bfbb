//! A Prometheus that is down, answers nonsense or hangs: nothing counts because of it, and that is said.

use std::time::Duration;

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse as _};

use crate::{
    fault::rig::{is_idle, until},
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET},
};

const TERMS: &str =
    "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"2s\", every = \"500ms\", failures = 2 }";

#[derive(Clone, Copy, Debug)]
enum Bad {
    Down,
    Nonsense,
    NotANumber,
    Error,
    Hangs,
}

async fn answer(State(bad): State<Bad>) -> axum::response::Response {
    match bad {
        Bad::Down | Bad::Nonsense => "<html>sign in first: 1000 refused</html>".into_response(),
        Bad::NotANumber => {
            let sample = "{\"metric\":{\"version\":\"2\"},\"value\":[1,\"NaN\"]}";
            format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{sample}]}}}}")
                .into_response()
        }
        Bad::Error => (StatusCode::SERVICE_UNAVAILABLE, "refused").into_response(),
        Bad::Hangs => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            "late".into_response()
        }
    }
}

async fn listens(bad: Bad) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    if !matches!(bad, Bad::Down) {
        let router = Router::new().fallback(answer).with_state(bad);
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    url
}

#[tokio::test]
async fn a_signal_that_is_down_hangs_or_answers_nonsense_says_nothing_and_stops_nothing() {
    for bad in [Bad::Down, Bad::Nonsense, Bad::NotANumber, Bad::Error, Bad::Hangs] {
        let url = listens(bad).await;
        let signal = format!(
            "\n[signal.api]\ntype = \"prometheus\"\nurl = \"{url}\"\nevery = \"1s\"\ntimeout = \"1s\"\nrefused = \"x\"\ncalls = \"y\"\n"
        );
        let bench = Bench::with(&format!("{TERMS}{signal}")).await;
        let (mut serve, _) = serve(&bench).await;
        serve.says("a signal says nothing").await;
        bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
        until(&bench, "the end", |row| row["version"] == 2 && is_idle(row)).await;
        assert!(!bench.service.lets_in(OLD_VALUE).await, "{bad:?}: it stopped the rotation");
        bench.assert_whole().await;
    }
}

#[tokio::test]
async fn an_address_that_holds_a_password_or_leaves_this_machine_in_the_clear_is_refused() {
    for url in
        ["http://user:word@127.0.0.1:9090", "http://prometheus.example:9090", "nonsense", "https://p.example/?q=1"]
    {
        let signal =
            format!("\n[signal.api]\ntype = \"prometheus\"\nurl = \"{url}\"\nrefused = \"x\"\ncalls = \"y\"\n");
        let bench = Bench::described(crate::stage::Service::start().await, &format!("{TERMS}{signal}"));
        bench.run("config check").await.exits(2).says(&["url", "hint:"]).hides("word@");
    }
}
