//! A folder of programs.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use keybaton_connectors::exec::{ExecIssuer, ExecProbe, IssuerSettings, ProbeSettings};
use keybaton_ports::{Called, Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Label, SecretId};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A secret that the program is given: if it shows up in any words, the canary has sung.
pub(crate) const TOKEN: &str = "exec-token~canary-5d2c";

/// A value that is probed.
pub(crate) const VALUE: &str = "exec-value~canary-77ab";

/// A folder of programs.
pub(crate) struct Rig {
    pub(crate) folder: TempDir,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("exec.d")).unwrap();
        let rig = Self { folder };
        rig.chmod("", 0o755);
        rig
    }

    /// A folder with one shell script, called `program`.
    pub(crate) fn script(text: &str) -> Self {
        let rig = Self::new();
        rig.write("program", &format!("#!/bin/sh\n{text}\n"));
        rig
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("exec.d").join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        self.chmod(name, 0o755);
    }

    pub(crate) fn chmod(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn issuer(&self, more: &Value) -> ExecIssuer {
        let mut table = json!({
            "program": "program", "folder": self.path(""), "timeout": "10s", "secrets": { "token": { "env": "X" } },
        });
        table.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let settings: IssuerSettings = serde_json::from_value(table).unwrap();
        ExecIssuer::new(&settings, &secret(), vec![text(TOKEN)]).unwrap()
    }

    pub(crate) async fn create(&self, more: &Value) -> Called<Created> {
        let (secret, label) = (secret(), Label("kb1-c0ffee-payments-prod-1".to_owned()));
        self.issuer(more).create(Create { secret: &secret, label: &label, value: None, taken: &[] }).await
    }

    pub(crate) async fn probe(&self) -> Called<Verdict> {
        let table = json!({ "exec": "program", "folder": self.path(""), "timeout": "10s" });
        let settings: ProbeSettings = serde_json::from_value(table).unwrap();
        let (secret, id, value) = (secret(), IssuedId::from("key-1"), text(VALUE));
        let presented = Presented { secret: &secret, id: &id, value: &value };
        ExecProbe::new(&settings, Vec::new()).unwrap().probe(presented).await
    }
}

pub(crate) fn secret() -> SecretId {
    SecretId::new("payments", "prod").unwrap()
}

pub(crate) fn text(text: &str) -> SecretValue {
    SecretValue::from_text(text.to_owned()).unwrap()
}
