//! The two keys of a storage account, from end to end.

use std::time::Duration;

use keybaton_testkit::fake::{
    ACCOUNT, GROUP, OWN, OWN_SECRET, SUBSCRIPTION, StorageAccount, StorageMode, StorageRights, TENANT,
};

use crate::stage::{Book, Keybaton};

pub(crate) const SECRET: &str = "photos/prod";

/// An account whose first key keybaton has taken over.
pub(crate) struct Rig {
    pub(crate) account: StorageAccount,
    pub(crate) keybaton: Keybaton,
    pub(crate) old: String,
}

impl Rig {
    pub(crate) async fn adopted(terms: &str) -> Self {
        let rig = Self::described(terms).await;
        rig.keybaton.run("init").await.exits(0);
        rig.keybaton.feed(&format!("adopt {SECRET}"), &rig.old).await.exits(0).hides(&rig.old);
        rig
    }

    async fn described(terms: &str) -> Self {
        let keybaton = Keybaton::new();
        let account = StorageAccount::start(&keybaton.path("ca.pem")).await;
        let (url, endpoint) = (account.url(), account.endpoint());
        keybaton.write("own.secret", OWN_SECRET);
        keybaton.write(
            "keybaton.toml",
            &format!(
                "version = 1\n[issuer.storage]\ntype = \"azure-storage\"\nsubscription_id = \"{SUBSCRIPTION}\"\n\
                 resource_group = \"{GROUP}\"\naccount = \"{ACCOUNT}\"\nmanagement = \"{url}\"\nendpoint = \"{endpoint}\"\n\
                 ca_file = \"ca.pem\"\npropagation = \"0s\"\ntimeout = \"2s\"\nquiescence = \"2s\"\n\
                 login = {{ tenant_id = \"{TENANT}\", client_id = \"{OWN}\", client_secret = {{ file = \"own.secret\" }}, \
                 authority = \"{url}\" }}\n\
                 [secret.photos.env.prod]\nissuer = \"storage\"\n{terms}\n\
                 probe = {{ azure-storage = \"{ACCOUNT}\", endpoint = \"{endpoint}\", ca_file = \"ca.pem\" }}\n"
            ),
        );
        let old = account.desk().key("key1");
        Self { account, keybaton, old }
    }

    /// Asserts that consumers read the key that is in this slot, that it works, and that the one before is dead.
    pub(crate) async fn assert_rotated(&self, slot: &str) {
        let now = self.account.desk().key(slot);
        let book = Book::read(&self.keybaton, SECRET).await;
        book.assert_at_rest();
        let live = book.live();
        assert!(live.len() == 1 && live[0].starts_with(slot), "{live:?}");
        self.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).prints(&[&now]);
        let desk = self.account.desk();
        assert!(desk.lets_in(&now) && !desk.lets_in(&self.old));
    }

    async fn rotate(&self, code: i32) -> crate::stage::Ended {
        self.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(code).hides(OWN_SECRET).hides(&self.old)
    }

    async fn made_anew(&self, slot: &str, times: usize) {
        let made = async {
            while self.account.desk().times(slot) < times {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), made).await.unwrap();
    }
}

const TERMS: &str = "watch = { for = \"1s\", every = \"500ms\" }\n\
                     overlap = { min = \"1s\", max = \"1h\", until = \"time\" }";

#[tokio::test]
async fn the_keys_of_an_account_are_replaced_in_turn() {
    let rig = Rig::adopted(TERMS).await;
    rig.rotate(0).await;
    rig.assert_rotated("key2").await;
    let times = |rig: &Rig| ["key1", "key2"].map(|slot| rig.account.desk().times(slot));
    assert_eq!(times(&rig), [1, 1], "the old one died when its slot was made anew");
    let second = rig.account.desk().key("key2");
    rig.rotate(0).await.hides(&second);
    rig.assert_rotated("key1").await;
    assert_eq!(times(&rig), [2, 2]);
    assert!(!rig.account.desk().lets_in(&second));
}

#[tokio::test]
async fn the_plan_says_whose_key_dies_and_what_dies_with_the_old_one() {
    let rig = Rig::adopted(TERMS).await;
    let planned = rig.keybaton.run(&format!("plan {SECRET}")).await.exits(0);
    planned.prints(&["takes the place of the one that is not in use", "shared access signature", "no label"]);
    assert_eq!(rig.account.desk().times("key2"), 0);
}

#[tokio::test]
async fn a_value_that_is_no_key_of_the_account_is_not_taken_over() {
    let rig = Rig::described(TERMS).await;
    rig.keybaton.run("init").await.exits(0);
    rig.keybaton.feed(&format!("adopt {SECRET}"), "bm90IHRoaXMgb25l").await.exits(1).hides("bm90IHRoaXMgb25l");
    rig.rotate(5).await.says(&["adopt the one that is"]);
    let desk = rig.account.desk();
    assert_eq!(["key1", "key2"].map(|slot| desk.times(slot)), [0, 0]);
}

#[tokio::test]
async fn an_identity_that_may_make_no_key_holds_the_rotation_and_it_goes_on_when_it_may() {
    let rig = Rig::adopted(TERMS).await;
    rig.account.desk().rights = StorageRights::Reader;
    let tried = rig.keybaton.run(&format!("connector test {SECRET}")).await.exits(1);
    tried.prints(&["may not make a key anew"]);
    rig.rotate(5).await.says(&["403", "Storage Account Key Operator Service Role"]);
    assert!(rig.account.desk().lets_in(&rig.old));
    rig.account.desk().rights = StorageRights::Operator;
    rig.rotate(0).await;
    rig.assert_rotated("key2").await;
}

#[tokio::test]
async fn an_account_that_somebody_is_changing_is_waited_for() {
    let rig = Rig::adopted(TERMS).await;
    rig.account.behave(StorageMode::Says(409, "StorageAccountIsNotProvisioned"));
    let mut rotate = rig.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("minting").await;
    assert_eq!(rig.account.desk().times("key2"), 0);
    rig.account.behave(StorageMode::Well);
    rotate.ended().await.exits(0);
    rig.assert_rotated("key2").await;
}

#[tokio::test]
async fn a_key_whose_answer_was_lost_is_made_anew_in_the_same_slot() {
    let rig = Rig::adopted(TERMS).await;
    rig.account.behave(StorageMode::Swallows);
    let rotate = rig.keybaton.start(&format!("rotate {SECRET} --wait"));
    rig.made_anew("key2", 1).await;
    let lost = rig.account.desk().key("key2");
    assert!(rig.account.desk().lets_in(&rig.old));
    rig.account.behave(StorageMode::Well);
    rotate.ended().await.exits(0).hides(&lost);
    rig.assert_rotated("key2").await;
    let desk = rig.account.desk();
    assert_eq!(["key1", "key2"].map(|slot| desk.times(slot)), [1, 2]);
    assert!(!desk.lets_in(&lost));
}

#[tokio::test]
async fn a_new_key_that_somebody_replaces_is_rolled_back_and_his_is_left_to_him() {
    let slow = TERMS.replace("\"1s\"", "\"4s\"");
    let rig = Rig::adopted(&slow).await;
    let mut rotate = rig.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let theirs = rig.account.desk().regenerate("key2");
    rotate.ended().await.exits(4).hides(&theirs);
    assert_eq!(["key1", "key2"].map(|slot| rig.account.desk().times(slot)), [0, 2], "ours and theirs");
    assert!([&theirs, &rig.old].into_iter().all(|key| rig.account.desk().lets_in(key)));
    rig.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).prints(&[&rig.old]);
}

#[tokio::test]
async fn two_secrets_never_share_an_account() {
    let rig = Rig::described(TERMS).await;
    let text = std::fs::read_to_string(rig.keybaton.path("keybaton.toml")).unwrap();
    rig.keybaton.write("keybaton.toml", &format!("{text}[secret.videos.env.prod]\nissuer = \"storage\"\n"));
    let ended = rig.keybaton.run("config check").await.exits(2);
    ended.says(&["photos/prod", "videos/prod", "the storage account acmephotos", "keybaton.toml:"]);
}
