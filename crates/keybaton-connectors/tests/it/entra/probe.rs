//! What a login with a password proves, and what it does not.

use keybaton_ports::{Presented, Verdict};
use keybaton_testkit::fake::DirectoryMode;
use keybaton_types::IssuedId;
use serde_json::json;

use super::rig::{Rig, create};
use crate::bench::{secret, text};

#[tokio::test]
async fn only_a_word_about_the_password_itself_counts_against_it() {
    let rig = Rig::new().await;
    let made = create(&*rig.issuer(&json!({})), 1).await.unwrap();
    let presented = |probe: std::sync::Arc<dyn keybaton_ports::Probe>, value: String| async move {
        let (id, value) = (IssuedId::from("any"), text(&value));
        probe.probe(Presented { secret: &secret(), id: &id, value: &value }).await
    };
    let good = || keybaton_testkit::text(made.value.as_ref().unwrap());
    let probe = rig.probe(&json!({}));
    assert_eq!(presented(probe.clone(), good()).await.unwrap(), Verdict::Accepted);
    assert_eq!(presented(probe.clone(), "another&secret=1".to_owned()).await.unwrap(), Verdict::Refused);
    let other = rig.probe(&json!({ "azure-entra": "44444444-0000-4000-8000-000000000004" }));
    assert_eq!(presented(other, good()).await.unwrap(), Verdict::Inconclusive, "an application that is not there");
    for mode in [DirectoryMode::Status(503), DirectoryMode::Status(401), DirectoryMode::Throttles(1)] {
        rig.directory.behave(mode);
        assert_eq!(presented(probe.clone(), good()).await.unwrap(), Verdict::Inconclusive, "{mode:?}");
    }
    rig.directory.behave(DirectoryMode::Hangs);
    let fault = presented(rig.probe(&json!({ "timeout": "200ms" })), good()).await.unwrap_err();
    assert!(!fault.to_string().contains(&good()), "{fault}");
}
