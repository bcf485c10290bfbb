//! Who keybaton is, from its surroundings: the environment, a workload identity, a managed identity, a developer's tool.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use keybaton_testkit::server::{KeyVault, TENANT};

use super::rig::{OWN, Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

/// Nothing of these may come from where the tests run.
const NAMES: [&str; 6] = [
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
];

async fn bare(login: &str) -> Rig {
    let mut rig = Rig::by(SHORT, OLD_VALUE, login).await;
    for name in NAMES {
        rig.bench.keybaton.set(name, "");
    }
    rig
}

async fn rotates(rig: &Rig) {
    rig.bench.run("init").await.exits(0);
    rig.bench.adopt().await.exits(0).hides(OLD_VALUE);
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0).hides(OLD_VALUE);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_secret_in_the_environment_comes_first() {
    let mut rig = bare("").await;
    let file = rig.bench.keybaton.path("federated").display().to_string();
    rig.server.by_header("function", "another");
    let set = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", KeyVault::APPLICATION),
        ("AZURE_CLIENT_SECRET", OWN),
        ("AZURE_FEDERATED_TOKEN_FILE", &file),
    ];
    for (name, value) in set {
        rig.bench.keybaton.set(name, value);
    }
    rotates(&rig).await;
}

#[tokio::test]
async fn a_workload_identity_comes_before_a_managed_one() {
    let mut rig = bare("").await;
    rig.server.by_assertion("workload", "a.b.c");
    rig.server.allow("workload", KeyVault::RIGHTS);
    rig.bench.keybaton.write("federated", "a.b.c");
    let file = rig.bench.keybaton.path("federated").display().to_string();
    let url = format!("{}/msi/token", rig.server.url());
    let set = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", "workload"),
        ("AZURE_FEDERATED_TOKEN_FILE", &file),
        ("IDENTITY_ENDPOINT", &url),
        ("IDENTITY_HEADER", "wrong"),
    ];
    for (name, value) in set {
        rig.bench.keybaton.set(name, value);
    }
    rotates(&rig).await;
}

#[tokio::test]
async fn a_function_has_a_managed_identity() {
    let mut rig = bare("").await;
    rig.server.by_header("function", "header-8812");
    rig.server.allow("function", KeyVault::RIGHTS);
    let url = format!("{}/msi/token", rig.server.url());
    for (name, value) in [("IDENTITY_ENDPOINT", url.as_str()), ("IDENTITY_HEADER", "header-8812")] {
        rig.bench.keybaton.set(name, value);
    }
    rotates(&rig).await;
    rig.server.by_header("function", "another");
    rig.server.forget_tokens();
    let ended = rig.bench.run(&format!("check {SECRET}")).await.exits(3).hides("header-8812");
    ended.says(&["the login by managed identity"]);
}

/// `az` is a script here; what it is asked and what it answers is what Microsoft's crate knows of it.
#[tokio::test]
async fn a_developer_has_a_tool() {
    let mut rig = bare("by = \"developer-tools\"").await;
    let token = rig.server.token(KeyVault::APPLICATION);
    let (folder, path) = (rig.bench.keybaton.path("bin"), std::env::var("PATH").unwrap());
    fs::create_dir(&folder).unwrap();
    let answer = format!("{{\"accessToken\": \"{token}\", \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}}");
    fs::write(folder.join("az"), format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
    fs::set_permissions(folder.join("az"), fs::Permissions::from_mode(0o700)).unwrap();
    rig.bench.keybaton.set("PATH", &format!("{}:{path}", folder.display()));
    rotates(&rig).await;
    fs::write(folder.join("az"), "#!/bin/sh\necho 'Please run az login' >&2\nexit 1\n").unwrap();
    let ended = rig.bench.run(&format!("check {SECRET}")).await.exits(3);
    ended.says(&["the login by developer tools (az login, azd auth login)"]);
}
