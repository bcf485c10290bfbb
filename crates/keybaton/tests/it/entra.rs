//! Passwords of an application in a directory, from end to end.

use keybaton_testkit::fake::{APPLICATION, Directory, DirectoryMode, OWN, OWN_SECRET, Owner, Password, TENANT};

use crate::stage::Keybaton;

const SECRET: &str = "portal/prod";

/// An application with one password, which keybaton has taken over.
struct Rig {
    directory: Directory,
    keybaton: Keybaton,
    old: Password,
}

impl Rig {
    async fn adopted() -> Self {
        let keybaton = Keybaton::new();
        let directory = Directory::start(&keybaton.path("ca.pem")).await;
        let url = directory.url();
        keybaton.write("own.secret", OWN_SECRET);
        keybaton.write(
            "keybaton.toml",
            &format!(
                "version = 1\n[issuer.entra]\ntype = \"azure-entra\"\ntenant_id = \"{TENANT}\"\nclient_id = \"{APPLICATION}\"\n\
                 graph = \"{url}\"\nca_file = \"ca.pem\"\npropagation = \"0s\"\ntimeout = \"3s\"\n\
                 login = {{ tenant_id = \"{TENANT}\", client_id = \"{OWN}\", client_secret = {{ file = \"own.secret\" }}, \
                 authority = \"{url}\" }}\n\
                 [secret.portal.env.prod]\nissuer = \"entra\"\nwatch = {{ for = \"1s\", every = \"500ms\" }}\n\
                 overlap = {{ min = \"1s\", max = \"1h\", until = \"time\" }}\n"
            ),
        );
        let old = directory.desk().add("made in the portal");
        keybaton.run("init").await.exits(0);
        let adopt = format!("adopt {SECRET} --id {}", old.key_id);
        keybaton.feed(&adopt, old.secret()).await.exits(0).hides(old.secret());
        Self { directory, keybaton, old }
    }

    /// Asserts that the application has one password, which is ours, and that the old one is dead.
    fn assert_rotated(&self) {
        let desk = self.directory.desk();
        let live = desk.live();
        assert_eq!(live.len(), 1, "{live:?}");
        assert!(live[0].name.starts_with("kb1-") && live[0].key_id != self.old.key_id, "{live:?}");
        drop(desk);
        assert!(!self.directory.lets_in(self.old.secret()));
    }
}

#[tokio::test]
async fn a_password_of_an_application_is_replaced_and_the_old_one_removed() {
    let rig = Rig::adopted().await;
    rig.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0).hides(OWN_SECRET).hides(rig.old.secret());
    rig.assert_rotated();
    let live = rig.directory.desk().live()[0].secret().to_owned();
    rig.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).prints(&[&live]);
    assert!(rig.directory.lets_in(&live));
}

#[tokio::test]
async fn an_identity_that_is_no_owner_holds_the_rotation_and_both_go_on_when_it_is_one() {
    let rig = Rig::adopted().await;
    rig.directory.desk().owner = Owner::No;
    let ended = rig.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["403", "not accepted"]).hides(OWN_SECRET);
    assert!(rig.directory.lets_in(rig.old.secret()));
    rig.directory.desk().owner = Owner::Yes;
    rig.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_rotated();
}

#[tokio::test]
async fn graph_that_is_down_for_a_while_is_waited_for() {
    let rig = Rig::adopted().await;
    rig.directory.behave(DirectoryMode::Status(503));
    let mut rotate = rig.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("minting").await;
    assert!(!rig.directory.desk().passwords.is_empty());
    rig.directory.behave(DirectoryMode::Well);
    rotate.ended().await.exits(0);
    rig.assert_rotated();
}
