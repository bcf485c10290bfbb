//! The last use that IAM tells is evidence: a key that is used is not revoked. As moto has it, which tells it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keybaton_testkit::server::{Aws, AwsKey};

use crate::stage::Keybaton;

const SECRET: &str = "shop/prod";

/// Leave for everything: moto knows none for one user.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;

fn configuration(aws: &Aws, own: &AwsKey, terms: &str) -> String {
    format!(
        "version = 1\n[issuer.aws]\ntype = \"aws-iam\"\nuser = \"late\"\nendpoint = \"{}\"\n\
         access_key = {{ id = \"{}\", secret = {{ file = \"own.secret\" }} }}\n{terms}\n\
         timeout = \"3s\"\npropagation = \"200ms\"\nquiescence = \"3s\"\n\
         [secret.shop.env.prod]\nissuer = \"aws\"\nwatch = {{ for = \"1s\", every = \"500ms\" }}\n\
         overlap = {{ min = \"1s\", max = \"1h\" }}\n\
         consumers = [{{ name = \"api\", evidence = \"last-used\", quiet = \"3s\" }}]\n",
        aws.url(),
        own.id
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_used_is_not_revoked_until_it_is_silent() {
    let Some(aws) = Aws::moto().await else { return };
    aws.user("late", None);
    aws.user("keybaton-of-late", Some(POLICY));
    let (adopted, own) = (aws.access_key("late"), aws.access_key("keybaton-of-late"));
    let keybaton = Keybaton::new();
    keybaton.write("own.secret", &keybaton_testkit::text(&own.secret()));
    keybaton.write("keybaton.toml", &configuration(aws, &own, "last_used_lag = \"1s\""));
    keybaton.run("init").await.exits(0);
    keybaton.write("keybaton.toml", &configuration(aws, &own, ""));
    let refused = keybaton.run("config check").await.exits(2).explains();
    refused.says(&["`api` is quiet after 3s", "up to 4h late", "`quiet` of at least 4h"]);
    keybaton.write("keybaton.toml", &configuration(aws, &own, "last_used_lag = \"1s\""));
    let secret = keybaton_testkit::text(&adopted.secret());
    keybaton.feed(&format!("adopt {SECRET} --id {}", adopted.id), &secret).await.exits(0).hides(&secret);
    let (key, busy) = (adopted.clone(), Arc::new(AtomicBool::new(true)));
    let still = Arc::clone(&busy);
    let user = tokio::task::spawn_blocking(move || {
        let mut calls = 0;
        while still.load(Ordering::SeqCst) {
            assert!(aws.takes(&key), "a key was revoked while it was used");
            calls += 1;
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        calls
    });
    let ended = keybaton.run(&format!("rotate {SECRET} --wait=9s")).await.exits(6);
    ended.says(&["api"]);
    busy.store(false, Ordering::SeqCst);
    assert!(user.await.unwrap() > 10);
    keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert!(!aws.takes(&adopted));
}
