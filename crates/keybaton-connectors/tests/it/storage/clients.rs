//! The server itself, checked with Microsoft's own client of Azure Resource Manager.

use std::path::Path;
use std::process::{Command, Stdio};

use keybaton_testkit::fake::{ACCOUNT, GROUP, OWN, OWN_SECRET, SUBSCRIPTION, StorageRights, TENANT};
use keybaton_testkit::server::{javascript, skipped};

use super::rig::Rig;

/// The script takes its own names for everything from here.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/storage/client.js");

fn run(rig: &Rig, work: &str) -> String {
    let output = Command::new("node")
        .arg(Path::new(SCRIPT))
        .env("NODE_PATH", javascript().join("node_modules"))
        .env("NODE_EXTRA_CA_CERTS", &rig.authority)
        .env("URL", rig.account.url())
        .env("TENANT", TENANT)
        .env("CLIENT", OWN)
        .env("SECRET", OWN_SECRET)
        .env("SUBSCRIPTION", SUBSCRIPTION)
        .env("GROUP", GROUP)
        .env("ACCOUNT", ACCOUNT)
        .env("WORK", work)
        .stdin(Stdio::null())
        .output();
    let output = output.unwrap_or_else(|error| panic!("node is needed ({error}): cargo xtask packages"));
    let (told, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "(cargo xtask packages installs its library):\n{told}\n{error}");
    told.trim().to_owned()
}

/// Lists, new keys in each slot, properties, refusals and an account that is not there, as the client asks for them and
/// understands the answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_azure_resource_manager_to_the_client_of_microsoft() {
    if skipped() {
        return;
    }
    let rig = Rig::new().await;
    let before = ["key1", "key2"].map(|slot| rig.account.desk().key(slot));
    let rig = tokio::task::spawn_blocking(move || {
        assert_eq!(run(&rig, "everything"), before.join("\n"));
        rig
    });
    let rig = rig.await.unwrap();
    assert_eq!(rig.times(), (1, 1));
    rig.account.desk().rights = StorageRights::Reader;
    let told = tokio::task::spawn_blocking(move || run(&rig, "forbidden")).await.unwrap();
    assert_eq!(told, "403 AuthorizationFailed");
}
