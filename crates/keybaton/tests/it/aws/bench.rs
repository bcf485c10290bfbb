//! A user of AWS whose key was adopted by the shipped binary.

use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_testkit::server::{Aws, AwsKey};
use serde_json::{Value, json};

use crate::stage::{Book, Consumed, Keybaton};

/// The secret of these tests.
pub(super) const SECRET: &str = "shop/prod";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where keybaton's own credential is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    /// In the configuration, by a reference.
    Table,
    /// In the environment.
    Environment,
    /// In a profile of the shared files.
    Profile,
}

/// A user whose key was adopted, and is in Secrets Manager.
pub(super) struct Cloud {
    pub(super) keybaton: Keybaton,
    pub(super) aws: &'static Aws,
    pub(super) user: String,
    pub(super) name: String,
    pub(super) adopted: AwsKey,
}

impl Cloud {
    /// `None` where real servers are to be skipped.
    pub(super) async fn adopted(own: Own) -> Option<Self> {
        let aws = Aws::ministack().await?;
        let no = NEXT.fetch_add(1, Ordering::Relaxed);
        let (user, name) = (format!("e2e-{no}"), format!("e2e/{no}"));
        aws.user(&user, None);
        let adopted = aws.access_key(&user);
        aws.tell("CreateSecret", &json!({ "Name": name, "SecretString": rendered(&adopted) }));
        let cloud = Self { keybaton: Keybaton::new(), aws, user, name, adopted };
        let cloud = cloud.known_to(own);
        cloud.keybaton.run("init").await.exits(0);
        let secret = keybaton_testkit::text(&cloud.adopted.secret());
        let line = format!("adopt {SECRET} --id {}", cloud.adopted.id);
        cloud.keybaton.feed(&line, &secret).await.exits(0).hides(&secret);
        Some(cloud)
    }

    /// Gives keybaton a key of its own, and a configuration.
    fn known_to(mut self, own: Own) -> Self {
        let keeper = self.keeper();
        self.aws.user(&keeper, None);
        self.may(&["Create", "Delete", "Update"]);
        let key = self.aws.access_key(&keeper);
        let secret = keybaton_testkit::text(&key.secret());
        let profile = format!("[rotator]\naws_access_key_id = {}\naws_secret_access_key = {secret}\n", key.id);
        let home = self.keybaton.path("");
        self.keybaton.set("HOME", &home.display().to_string());
        self.keybaton.set("AWS_EC2_METADATA_DISABLED", "true");
        let place = match own {
            Own::Table => {
                self.keybaton.write("own.secret", &secret);
                format!("access_key = {{ id = \"{}\", secret = {{ file = \"own.secret\" }} }}", key.id)
            }
            Own::Environment => {
                self.keybaton.set("AWS_ACCESS_KEY_ID", &key.id);
                self.keybaton.set("AWS_SECRET_ACCESS_KEY", &secret);
                String::new()
            }
            Own::Profile => {
                self.keybaton.write("profiles", &profile);
                let path = self.keybaton.path("profiles").display().to_string();
                self.keybaton.set("AWS_SHARED_CREDENTIALS_FILE", &path);
                "profile = \"rotator\"".to_owned()
            }
        };
        self.keybaton.write("keybaton.toml", &self.configuration(&place));
        self
    }

    fn configuration(&self, own: &str) -> String {
        let Self { aws, user, name, .. } = self;
        let url = aws.url();
        format!(
            "version = 1\n[issuer.aws]\ntype = \"aws-iam\"\nuser = \"{user}\"\nendpoint = \"{url}\"\n{own}\n\
             timeout = \"2s\"\npropagation = \"200ms\"\nquiescence = \"2s\"\n\
             [vault.aws]\ntype = \"aws-secrets-manager\"\nregion = \"us-east-1\"\nendpoint = \"{url}\"\n{own}\n\
             timeout = \"2s\"\nquiescence = \"2s\"\n\
             [secret.shop]\nrender = '{{\"id\": \"{{{{ id }}}}\", \"secret\": \"{{{{ value }}}}\"}}'\n\
             [secret.shop.env.prod]\nissuer = \"aws\"\nvault = \"aws\"\nname = \"{name}\"\n\
             watch = {{ for = \"1s\", every = \"500ms\" }}\n\
             overlap = {{ min = \"1s\", max = \"1h\", until = \"time\" }}\n"
        )
    }

    /// What keybaton may do with keys, beside all the rest that it needs.
    pub(super) fn may(&self, verbs: &[&str]) {
        let keys: Vec<_> = verbs.iter().map(|verb| format!("iam:{verb}AccessKey")).collect();
        let always = ["iam:ListAccessKeys", "iam:ListUserTags", "iam:TagUser", "iam:UntagUser"].map(str::to_owned);
        let actions: Vec<_> = keys.into_iter().chain(always).collect();
        let secrets = ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"];
        let allow =
            |actions: Value, resource: String| json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
        let statements = [
            allow(json!(actions), format!("arn:aws:iam::*:user/{}", self.user)),
            allow(json!("iam:GetAccessKeyLastUsed"), "*".to_owned()),
            allow(
                json!(secrets.map(|action| format!("secretsmanager:{action}"))),
                format!("arn:aws:secretsmanager:*:*:secret:{}*", self.name),
            ),
        ];
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        self.aws.policy(&self.keeper(), &document);
    }

    /// What consumers read.
    pub(super) fn text(&self) -> String {
        let asked = json!({ "SecretId": self.name, "VersionStage": "AWSCURRENT" });
        let told = self.aws.tell("GetSecretValue", &asked);
        told["SecretString"].as_str().unwrap().to_owned()
    }

    /// The key that consumers read.
    pub(super) fn key(&self) -> AwsKey {
        let read: Value = serde_json::from_str(&self.text()).unwrap();
        AwsKey::new(read["id"].as_str().unwrap(), read["secret"].as_str().unwrap())
    }

    /// How many keys the user has.
    pub(super) fn keys(&self) -> usize {
        self.ids().len()
    }

    /// Their ids.
    pub(super) fn ids(&self) -> Vec<String> {
        let listed = self.aws.run("ListAccessKeys", &[("UserName", &self.user)]);
        let parts = listed.split("<AccessKeyId>").skip(1);
        parts.map(|part| part.split_once('<').unwrap().0.to_owned()).collect()
    }

    /// Asserts that the secret is at rest with one live key, which is what consumers read, and works.
    pub(super) async fn assert_whole(&self) {
        let book = Book::read(&self.keybaton, SECRET).await;
        book.assert_at_rest();
        assert_eq!((book.live().len(), self.keys()), (1, 1));
        assert!(self.aws.takes(&self.key()), "what consumers read works");
        let ledger = self.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).out;
        assert_eq!(ledger.trim_end(), self.text(), "the vault and the ledger differ");
    }

    fn keeper(&self) -> String {
        format!("keybaton-of-{}", self.user)
    }
}

impl Consumed for Cloud {
    async fn read(&self) -> String {
        self.text()
    }

    async fn work(&self, text: &str) -> Result<(), String> {
        let read: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let key = AwsKey::new(read["id"].as_str().unwrap_or_default(), read["secret"].as_str().unwrap_or_default());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        if self.aws.takes(&key) { Ok(()) } else { Err("refused".to_owned()) }
    }
}

fn rendered(key: &AwsKey) -> String {
    format!("{{\"id\": \"{}\", \"secret\": \"{}\"}}", key.id, keybaton_testkit::text(&key.secret()))
}
