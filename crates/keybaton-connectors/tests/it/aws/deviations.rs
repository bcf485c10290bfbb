//! What the emulators do otherwise than AWS. Each row is asked anew: an upgrade that changes one fails here, and says which
//! of the other tests can be made stricter.

use keybaton_testkit::server::{Aws, AwsKey};
use serde_json::{Value, json};

use super::iam::rig::Rig;
use super::secrets::rig::fresh;

/// What an emulator does, where AWS does something else.
struct Row {
    /// What is asked, and what AWS answers.
    at_aws: &'static str,
    ministack: &'static str,
    moto: &'static str,
    ask: fn(&'static Aws) -> String,
}

const ROWS: [Row; 10] = [
    Row { at_aws: "a third key of a user: LimitExceeded", ministack: "made", moto: "LimitExceeded", ask: third_key },
    Row { at_aws: "a key that is Inactive: refused", ministack: "refused", moto: "taken", ask: inactive },
    Row { at_aws: "a key that was used: when", ministack: "never", moto: "at once", ask: last_used },
    Row {
        at_aws: "keys of a user who is not there: NoSuchEntity",
        ministack: "none",
        moto: "NoSuchEntity",
        ask: nobody,
    },
    Row {
        at_aws: "leave to ask for the last use of the keys of one user: given",
        ministack: "denied",
        moto: "denied",
        ask: leave_for_one_user,
    },
    Row {
        at_aws: "a secret that is made without a value: no version",
        ministack: "a version",
        moto: "no version",
        ask: empty_secret,
    },
    Row {
        at_aws: "the same token with another value: ResourceExistsException",
        ministack: "overwritten",
        moto: "ResourceExistsException",
        ask: other_value,
    },
    Row {
        at_aws: "the token of CreateSecret: the id of the version",
        ministack: "another id",
        moto: "the id",
        ask: token_of_create,
    },
    Row {
        at_aws: "a label that is put on another version: moved",
        ministack: "on both",
        moto: "moved",
        ask: label_put_twice,
    },
    Row {
        at_aws: "a move of AWSCURRENT from where it is not: InvalidParameterException",
        ministack: "InvalidParameterException",
        moto: "InvalidParameterException",
        ask: move_from_elsewhere,
    },
];

#[tokio::test]
async fn the_emulators_differ_from_aws_where_it_is_written_down() {
    let (Some(ministack), Some(moto)) = (Aws::ministack().await, Aws::moto().await) else { return };
    for row in &ROWS {
        assert_eq!((row.ask)(ministack), row.ministack, "ministack, {}", row.at_aws);
        assert_eq!((row.ask)(moto), row.moto, "moto, {}", row.at_aws);
    }
}

fn third_key(aws: &'static Aws) -> String {
    let rig = Rig::new(aws);
    let made = || aws.form(aws.root(), "iam", "CreateAccessKey", &[("UserName", &rig.user)]);
    let (_, _) = (made(), made());
    let (status, answer) = made();
    if status == 200 { "made".to_owned() } else { code(&answer) }
}

fn inactive(aws: &'static Aws) -> String {
    let rig = Rig::new(aws);
    let key = aws.access_key(&rig.user);
    assert!(aws.takes(&key));
    aws.run("UpdateAccessKey", &[("UserName", &rig.user), ("AccessKeyId", &key.id), ("Status", "Inactive")]);
    if aws.takes(&key) { "taken" } else { "refused" }.to_owned()
}

fn last_used(aws: &'static Aws) -> String {
    let rig = Rig::new(aws);
    let key = aws.access_key(&rig.user);
    assert!(aws.takes(&key));
    let told = aws.run("GetAccessKeyLastUsed", &[("AccessKeyId", &key.id)]);
    if told.contains("<LastUsedDate>2") { "at once" } else { "never" }.to_owned()
}

fn leave_for_one_user(aws: &'static Aws) -> String {
    let user = fresh("deviations").replace('/', "-");
    let about = json!({ "Effect": "Allow", "Action": "iam:*", "Resource": format!("arn:aws:iam::*:user/{user}") });
    aws.user(&user, Some(&json!({ "Version": "2012-10-17", "Statement": [about] }).to_string()));
    let key = aws.access_key(&user);
    let (status, _) = aws.form(&key, "iam", "GetAccessKeyLastUsed", &[("AccessKeyId", &key.id)]);
    if status == 200 { "given" } else { "denied" }.to_owned()
}

fn nobody(aws: &'static Aws) -> String {
    let (status, answer) = aws.form(aws.root(), "iam", "ListAccessKeys", &[("UserName", "nobody")]);
    if status == 200 { "none".to_owned() } else { code(&answer) }
}

fn empty_secret(aws: &'static Aws) -> String {
    let name = fresh("deviations");
    aws.tell("CreateSecret", &json!({ "Name": name }));
    let told = aws.tell("DescribeSecret", &json!({ "SecretId": name }));
    let versions = told["VersionIdsToStages"].as_object().map_or(0, serde_json::Map::len);
    if versions == 0 { "no version" } else { "a version" }.to_owned()
}

fn other_value(aws: &'static Aws) -> String {
    let name = made(aws);
    let token = "22222222-0000-4000-8000-000000000000";
    let put = |text: &str| {
        let body = json!({ "SecretId": name, "SecretString": text, "ClientRequestToken": token });
        aws.secrets(aws.root(), "PutSecretValue", &body)
    };
    put("one");
    let (status, answer) = put("two");
    if status == 200 { "overwritten".to_owned() } else { kind(&answer) }
}

fn token_of_create(aws: &'static Aws) -> String {
    let token = "33333333-0000-4000-8000-000000000000";
    let body = json!({ "Name": fresh("deviations"), "SecretString": "x", "ClientRequestToken": token });
    let told = aws.tell("CreateSecret", &body);
    if told["VersionId"] == token { "the id" } else { "another id" }.to_owned()
}

fn label_put_twice(aws: &'static Aws) -> String {
    let name = made(aws);
    for no in [6, 7] {
        let id = format!("{no}{no}{no}{no}{no}{no}{no}{no}-0000-4000-8000-000000000000");
        let body = json!({
            "SecretId": name, "SecretString": id, "ClientRequestToken": id, "VersionStages": ["AWSPENDING", "x"],
        });
        aws.tell("PutSecretValue", &body);
    }
    let told = aws.tell("DescribeSecret", &json!({ "SecretId": name }));
    let labels = told["VersionIdsToStages"].as_object().unwrap().values();
    let pending = labels.filter(|labels| labels.as_array().is_some_and(|list| list.contains(&json!("AWSPENDING"))));
    if pending.count() == 2 { "on both" } else { "moved" }.to_owned()
}

fn move_from_elsewhere(aws: &'static Aws) -> String {
    let name = made(aws);
    let versions = [4, 5].map(|no| format!("{no}{no}{no}{no}{no}{no}{no}{no}-0000-4000-8000-000000000000"));
    for id in &versions {
        let body = json!({ "SecretId": name, "SecretString": id, "ClientRequestToken": id, "VersionStages": [id] });
        aws.tell("PutSecretValue", &body);
    }
    let body = json!({
        "SecretId": name, "VersionStage": "AWSCURRENT", "MoveToVersionId": versions[0], "RemoveFromVersionId": versions[1],
    });
    let (status, answer) = aws.secrets(aws.root(), "UpdateSecretVersionStage", &body);
    if status == 200 { "moved".to_owned() } else { kind(&answer) }
}

#[tokio::test]
async fn the_root_of_ministack_is_known_by_its_id_alone_so_that_tests_use_keys_of_users() {
    let Some(aws) = Aws::ministack().await else { return };
    assert!(aws.takes(&AwsKey::new("test", "whatever")), "its root is verified now");
    let rig = Rig::new(aws);
    let key = aws.access_key(&rig.user);
    assert!(!aws.takes(&AwsKey::new(&key.id, "whatever")));
}

fn made(aws: &Aws) -> String {
    let name = fresh("deviations");
    aws.tell("CreateSecret", &json!({ "Name": name, "SecretString": "first" }));
    name
}

/// The code of a refusal in XML.
fn code(answer: &str) -> String {
    let code = answer.split_once("<Code>").and_then(|(_, rest)| rest.split_once('<'));
    code.map_or_else(|| answer.to_owned(), |(code, _)| code.to_owned())
}

/// The code of a refusal in JSON.
fn kind(answer: &Value) -> String {
    answer["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap().to_owned()
}
