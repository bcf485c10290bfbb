//! The systemd units: the supervisor itself reads them, and finds them closed enough.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stage::Keybaton;

/// The most exposure that we allow ourselves, in the supervisor's own tenths: 10 is open, 0 is closed.
const EXPOSURE: u32 = 15;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/systemd")
}

/// The units with the binary under test in place of the installed one, in a folder of their own.
fn units() -> (Keybaton, Vec<PathBuf>) {
    let keybaton = Keybaton::new();
    let names = ["keybaton.service", "keybaton-tick.service", "keybaton-agent.service", "keybaton-tick.timer"];
    for name in names {
        let unit = fs::read_to_string(folder().join(name)).unwrap();
        keybaton.write(name, &unit.replace("/usr/bin/keybaton", env!("CARGO_BIN_EXE_keybaton")));
    }
    let paths = names.iter().map(|name| keybaton.path(name)).collect();
    (keybaton, paths)
}

fn analyze(args: &[&str], units: &[PathBuf]) -> (bool, String) {
    let ran = Command::new("systemd-analyze").args(args).args(units).output().unwrap();
    (ran.status.success(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
}

#[test]
fn the_supervisor_accepts_every_unit() {
    let (_folder, units) = units();
    let (accepted, said) = analyze(&["verify", "--man=no"], &units);
    assert!(accepted && !said.contains("keybaton"), "{said}");
}

#[test]
fn a_unit_that_is_wrong_would_be_noticed() {
    let (folder, mut units) = units();
    let text = fs::read_to_string(&units[0]).unwrap();
    folder.write("keybaton.service", &text.replace("Type=notify", "Type=ready"));
    units.truncate(1);
    let (_, said) = analyze(&["verify", "--man=no"], &units);
    assert!(said.contains("ready"), "{said}");
}

#[test]
fn the_services_are_closed() {
    let (_folder, units) = units();
    let threshold = format!("--threshold={EXPOSURE}");
    let (closed, said) = analyze(&["security", "--offline=true", "--no-pager", &threshold], &units[..3]);
    assert!(closed, "{said}");
}

#[test]
fn both_services_are_closed_alike() {
    let of = |name: &str| -> BTreeSet<String> {
        let unit = fs::read_to_string(folder().join(name)).unwrap();
        let hardening = unit.lines().skip_while(|line| !line.starts_with("MemoryDenyWriteExecute"));
        hardening.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let of_serve = of("keybaton.service");
    assert!(of_serve.len() > 20, "{of_serve:?}");
    assert_eq!(of_serve, of("keybaton-tick.service"));
}
