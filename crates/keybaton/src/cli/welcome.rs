//! What somebody reads who typed the bare name: what to do first, here.

use std::path::Path;

use keybaton_config::discover;

use crate::report::Report;

/// What to type, and what it does.
type Step = (&'static str, &'static str);

const FIRST: [Step; 4] = [
    ("keybaton demo", "watch a rotation, a straggler and a rollback; no accounts needed"),
    ("keybaton init", "find likely keys here, and write keybaton.toml"),
    ("keybaton dev", "try everything out on this machine, with a key of its own"),
    ("keybaton --help", "every command"),
];

const THEN: [Step; 3] = [
    ("keybaton status", "how every key stands, oldest first"),
    ("keybaton config check", "what the configuration says, and when it fires"),
    ("keybaton --help", "every command"),
];

/// Says what to do first: there is a configuration, or there is none yet.
pub(crate) fn say(report: &Report) {
    report.words("keybaton rotates API keys, passwords and tokens without downtime:");
    report.words("two keys overlap until every consumer has moved.\n");
    let steps: &[Step] = if let Ok(path) = discover(None, |name| std::env::var_os(name), Path::exists) {
        report.words(&format!("Configured by {}. Go on with:\n", path.display()));
        &THEN
    } else {
        report.words("There is no keybaton.toml here yet. Begin with:\n");
        &FIRST
    };
    for (command, what) in steps {
        report.words(&format!("  {command:<22} {what}"));
    }
}
