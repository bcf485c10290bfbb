//! A program of one's own.

use keybaton_connectors::exec::{ChannelSettings, ExecChannel};
use keybaton_ports::{Certainty, Channel as _, Standing};
use serde_json::json;

use super::{
    alert::{CANARY, held},
    receiver::text,
};
use crate::exec::rig::Rig;

fn channel(rig: &Rig, timeout: &str) -> ExecChannel {
    let table = json!({
        "program": "program", "folder": rig.path(""), "timeout": timeout, "secrets": { "token": { "env": "X" } },
        "options": { "room": "ops" },
    });
    let settings: ChannelSettings = serde_json::from_value(table).unwrap();
    ExecChannel::new(&settings, vec![text(CANARY)]).unwrap()
}

#[tokio::test]
async fn a_program_gets_the_alert_as_one_document_on_its_stdin() {
    let rig = Rig::new();
    let kept = rig.folder.path().join("came");
    let said = r#"{"schema":"keybaton/exec/v1","ok":{}}"#;
    rig.write("program", &format!("#!/bin/sh\ncat > {}\necho '{said}'\n", kept.display()));
    channel(&rig, "10s").send(&held(Standing::Raised)).await.unwrap();
    let came: serde_json::Value = serde_json::from_slice(&std::fs::read(kept).unwrap()).unwrap();
    assert_eq!((&came["verb"], &came["options"]["room"]), (&json!("alert"), &json!("ops")));
    assert_eq!((&came["id"], &came["alert"]["kind"]), (&json!("c0ffee-7-raised"), &json!("held")));
    assert_eq!(came["secrets"]["token"], CANARY);
    assert!(!came["alert"].to_string().contains(CANARY), "{came}");
}

#[tokio::test]
async fn a_program_that_fails_or_hangs_is_an_attempt_of_which_nobody_knows() {
    let failing = Rig::script("echo no $1 >&2; exit 3");
    let fault = channel(&failing, "10s").send(&held(Standing::Raised)).await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::Unknown, "{fault}");
    let hanging = Rig::script("sleep 60");
    let fault = channel(&hanging, "400ms").send(&held(Standing::Raised)).await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::Unknown, "{fault}");
    let refusing = Rig::script(r#"echo '{"schema":"keybaton/exec/v1","refused":"no such room"}'"#);
    let fault = channel(&refusing, "10s").send(&held(Standing::Raised)).await.unwrap_err();
    assert_eq!(fault.certainty, Certainty::Refused, "{fault}");
}
