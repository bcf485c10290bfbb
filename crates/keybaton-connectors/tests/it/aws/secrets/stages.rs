//! The labels of AWS are used as AWS means them, and versions by their request tokens.

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::server::Aws;
use serde_json::json;

use super::rig::{follow, fresh, of, publish, put, read, serves, vault};
use crate::aws::front::{Canned, Front};

#[tokio::test]
async fn the_old_value_stays_readable_as_previous_until_it_is_dead() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("stages");
    let vault = of(aws, &name, &json!({}));
    publish(&*vault, 1, "value-a").await.unwrap();
    assert_eq!(read(aws, &name, "AWSPREVIOUS"), None);
    publish(&*vault, 2, "value-b").await.unwrap();
    let labels = ["AWSCURRENT", "AWSPREVIOUS"].map(|label| read(aws, &name, label));
    assert_eq!(labels, [Some("value-b".to_owned()), Some("value-a".to_owned())]);
    let (here, secret) = (crate::publishing::installation(), crate::publishing::secret());
    let of = keybaton_ports::Slot { installation: &here, secret: &secret };
    let tidied = vault.tidying().unwrap().tidy(of, &|value| value.is(b"value-a")).await.unwrap();
    assert_eq!((tidied, read(aws, &name, "AWSPREVIOUS")), (1, None));
    assert!(serves(&*vault, "value-b").await);
}

#[tokio::test]
async fn versions_that_nobody_needs_lose_their_labels_before_aws_has_no_more() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("stages");
    let vault = of(aws, &name, &json!({}));
    for number in 1..=30 {
        publish(&*vault, number, &format!("value-{number}")).await.unwrap();
    }
    let told = aws.tell("DescribeSecret", &json!({ "SecretId": name }));
    let labels: usize =
        told["VersionIdsToStages"].as_object().unwrap().values().map(|labels| labels.as_array().unwrap().len()).sum();
    assert!((8..=20).contains(&labels), "{labels} labels of the 20 that AWS allows");
    assert!(serves(&*vault, "value-30").await);
}

#[tokio::test]
async fn the_first_version_of_an_empty_secret_is_current_at_once_at_aws_and_that_is_no_surprise() {
    let Some(aws) = Aws::moto().await else { return };
    let name = fresh("stages");
    aws.tell("CreateSecret", &json!({ "Name": name }));
    let vault = of(aws, &name, &json!({}));
    publish(&*vault, 1, "value-a").await.unwrap();
    assert!(serves(&*vault, "value-a").await);
    publish(&*vault, 2, "value-b").await.unwrap();
    assert!(serves(&*vault, "value-b").await);
}

#[tokio::test]
async fn a_rotation_of_somebody_else_that_is_under_way_is_left_alone() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("stages");
    let vault = of(aws, &name, &json!({}));
    publish(&*vault, 1, "value-a").await.unwrap();
    // At AWS a label that is put moves; here it stays on both.
    let told = aws.tell("DescribeSecret", &json!({ "SecretId": name }));
    let ours = told["VersionIdsToStages"].as_object().unwrap().keys().find(|id| id.starts_with("kb1-")).unwrap();
    aws.tell(
        "UpdateSecretVersionStage",
        &json!({
            "SecretId": name, "VersionStage": "AWSPENDING", "RemoveFromVersionId": ours,
        }),
    );
    let theirs = "11111111-0000-4000-8000-000000000000";
    let pending = json!({
        "SecretId": name, "SecretString": "theirs", "ClientRequestToken": theirs, "VersionStages": ["AWSPENDING"],
    });
    aws.tell("PutSecretValue", &pending);
    let fault = follow(&*vault, 2, "value-b").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    assert!(fault.to_string().contains(theirs), "{fault}");
    assert!(serves(&*vault, "value-a").await);
    let told = aws.tell("DescribeSecret", &json!({ "SecretId": name }));
    assert_eq!(told["VersionIdsToStages"][theirs], json!(["AWSPENDING"]));
    let done = json!({ "SecretId": name, "VersionStage": "AWSPENDING", "RemoveFromVersionId": theirs });
    aws.tell("UpdateSecretVersionStage", &done);
    follow(&*vault, 2, "value-b").await.unwrap();
    assert!(serves(&*vault, "value-b").await);
}

#[tokio::test]
async fn a_value_that_somebody_moved_back_is_seen() {
    let Some(aws) = Aws::ministack().await else { return };
    let name = fresh("stages");
    let vault = of(aws, &name, &json!({}));
    publish(&*vault, 1, "value-a").await.unwrap();
    publish(&*vault, 2, "value-b").await.unwrap();
    let told = aws.tell("DescribeSecret", &json!({ "SecretId": name }));
    let with = |label: &str| {
        let versions = told["VersionIdsToStages"].as_object().unwrap();
        versions.iter().find(|(_, labels)| labels.as_array().unwrap().contains(&json!(label))).unwrap().0.clone()
    };
    let back = json!({
        "SecretId": name, "VersionStage": "AWSCURRENT", "MoveToVersionId": with("AWSPREVIOUS"),
        "RemoveFromVersionId": with("AWSCURRENT"),
    });
    aws.tell("UpdateSecretVersionStage", &back);
    assert!(serves(&*vault, "value-a").await);
    publish(&*vault, 3, "value-b").await.unwrap();
    assert!(serves(&*vault, "value-b").await);
}

#[tokio::test]
async fn while_aws_asks_to_wait_nothing_is_sent() {
    let Some(aws) = Aws::ministack().await else { return };
    let front = Front::before(aws.port()).await;
    let name = fresh("stages");
    let vault = vault(&front.url(), aws.root(), &name, &json!({}));
    publish(&*vault, 1, "value-a").await.unwrap();
    let busy = Canned::json(400, "ThrottlingException", "Rate exceeded").with("retry-after", "1");
    front.says("DescribeSecret", busy);
    let first = publish(&*vault, 2, "value-b").await.unwrap_err();
    front.forwards();
    let asked = front.count("DescribeSecret");
    let second = publish(&*vault, 2, "value-b").await.unwrap_err();
    assert_eq!(front.count("DescribeSecret"), asked, "nothing was sent: {second}");
    for fault in [first, second] {
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    }
    while publish(&*vault, 2, "value-b").await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(read(aws, &name, "AWSCURRENT").as_deref(), Some("value-b"));
    put(aws, &name, "theirs");
    assert!(follow(&*vault, 3, "value-c").await.is_err());
}
