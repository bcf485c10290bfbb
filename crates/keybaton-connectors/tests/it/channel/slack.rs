//! Messages to Slack.

use keybaton_connectors::slack::{ChannelSettings, SlackChannel};
use keybaton_ports::{Channel as _, Standing};
use serde_json::json;

use super::{
    alert::{CANARY, held},
    receiver::Receiver,
};

#[tokio::test]
async fn a_message_says_what_is_the_matter_and_mentions_nobody() {
    let settings: ChannelSettings = serde_json::from_value(json!({ "url": { "env": "U" } })).unwrap();
    let receiver = Receiver::answering(200).await;
    let channel = SlackChannel::new(&settings, vec![receiver.secret()]).unwrap();
    channel.send(&held(Standing::Raised)).await.unwrap();
    let raised = receiver.json();
    let text = raised["attachments"][0]["blocks"][0]["text"]["text"].as_str().unwrap();
    assert!(text.contains("web/web-2 still uses the old key &lt;!channel&gt; &amp;"), "{text}");
    assert!(text.contains("owner: team-payments") && text.contains("keybaton explain payments/prod"), "{text}");
    assert_eq!(raised["text"], "[keybaton] payments/prod: held");
    assert_eq!(raised["attachments"][0]["color"], "danger");
    assert!(!raised.to_string().contains(CANARY), "{raised}");
    channel.send(&held(Standing::Resolved)).await.unwrap();
    let resolved = receiver.json();
    assert_eq!(
        (&resolved["text"], &resolved["attachments"][0]["color"]),
        (&json!("[keybaton] payments/prod: held (resolved)"), &json!("good"))
    );
}
