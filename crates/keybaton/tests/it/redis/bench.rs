//! An ACL user whose password was adopted by the shipped binary.

use keybaton_seal::SecretValue;
use keybaton_testkit::server::{Redis, RedisClient};

use crate::stage::{Book, Consumed, Keybaton};

/// The secret of these tests.
pub(crate) const SECRET: &str = "cache/prod";

/// What keybaton's own user may do.
const KEEPER: &str = "-@all +acl|list +acl|setuser +acl|save +client|list +client|kill +quit";

/// An adopted user.
pub(crate) struct Cache {
    pub(crate) keybaton: Keybaton,
    redis: &'static Redis,
    user: String,
    adopted: String,
}

impl Cache {
    /// A user named after the test, alone or as one of two; `None` where real servers are to be skipped.
    pub(crate) async fn adopted(user: &str, mode: &str, render: &str, terms: &str) -> Option<Self> {
        let redis = Redis::shared().await?;
        let adopted = revealed(&redis.user(user, "~* +@all").await);
        let keeper = format!("{user}_keeper");
        let password = redis.user(&keeper, KEEPER).await;
        let keybaton = Keybaton::new();
        keybaton.write("keeper.password", &revealed(&password));
        let text = format!(
            "version = 1\n[issuer.cache]\ntype = \"redis\"\nurl = \"{}\"\n\
             auth = {{ user = \"{keeper}\", password = {{ file = \"keeper.password\" }} }}\n{mode}\n\
             timeout = \"3s\"\nquiescence = \"3s\"\n[secret.cache.env.prod]\nissuer = \"cache\"\n\
             render = \"{render}\"\n{terms}\n",
            redis.url()
        );
        keybaton.write("keybaton.toml", &text);
        keybaton.run("init").await.exits(0);
        keybaton.feed(&format!("adopt {SECRET}"), &adopted).await.exits(0).hides(&adopted);
        Some(Self { keybaton, redis, user: user.to_owned(), adopted })
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.redis.port())
    }

    /// The login that was adopted.
    pub(crate) fn first(&self) -> String {
        format!("{} {}", self.user, self.adopted)
    }

    /// Opens a connection.
    pub(crate) async fn open(&self, login: &str) -> Result<RedisClient, String> {
        let (user, password) = login.split_once(' ').unwrap();
        self.redis.login(user, &SecretValue::from_text(password.to_owned()).unwrap()).await
    }

    /// Asserts that the secret is at rest with one live credential, which works.
    pub(crate) async fn assert_whole(&self) {
        let book = Book::read(&self.keybaton, SECRET).await;
        book.assert_at_rest();
        assert_eq!(book.live().len(), 1);
        let login = self.read().await;
        assert!(self.open(&login).await.is_ok());
        let list = self.redis.run("ACL LIST").await;
        let ours = |line: &&str| {
            line.starts_with(&format!("user {} ", self.user)) || line.contains(&format!("{}_b ", self.user))
        };
        let digests: usize = list.lines().filter(ours).map(|line| line.matches('#').count()).sum();
        assert_eq!(digests, 1, "one password is left");
    }
}

impl Consumed for Cache {
    async fn read(&self) -> String {
        self.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).out.trim_end().to_owned()
    }

    async fn work(&self, login: &str) -> Result<(), String> {
        let mut connection = self.open(login).await?;
        for _ in 0..3 {
            connection.run(&format!("INCR {}", self.user)).await?;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        connection.run("QUIT").await.map(drop)
    }
}

#[expect(clippy::disallowed_methods, reason = "the test plays the person who knows the password")]
fn revealed(value: &SecretValue) -> String {
    String::from_utf8(value.expose().to_vec()).unwrap()
}
