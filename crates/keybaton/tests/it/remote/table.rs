//! Every command, as it is typed, with its exit code: on the same state it ends the same wherever it is typed.

use super::side::Side;
use crate::stage::{Ended, OLD_VALUE};

/// One row: what is done, and how it ends.
pub(super) enum Row {
    /// A command: the line, what it reads, and its exit code.
    Run(&'static str, Input, i32),
    /// A command that goes on until its words contain this; another one runs meanwhile, and then it ends.
    Meanwhile(&'static str, &'static str, &'static str, i32),
    /// Nothing but a consumer is awaited.
    OnlyConsumers(&'static str),
    /// No rotation is under way.
    Rest,
}

/// What a command reads on its standard input.
#[derive(Clone, Copy)]
pub(super) enum Input {
    /// Nothing.
    Nothing,
    /// The value of the old key.
    OldValue,
    /// A value that no service accepts.
    Nonsense,
}

use Input::{Nonsense, Nothing, OldValue};
use Row::{Meanwhile, OnlyConsumers, Rest, Run};

/// The walk: what comes later meets what came before.
pub(super) const TABLE: &[Row] = &[
    // nothing is managed yet
    Run("status --json", Nothing, 0),
    Run("status --check --overdue", Nothing, 0),
    Run("status --owner nobody", Nothing, 2),
    Run("needs-rotation payments/prod --json", Nothing, 3),
    Run("needs-rotation --any", Nothing, 3),
    Run("plan payments/prod --json", Nothing, 0),
    Run("plan tight/prod --json", Nothing, 1),
    Run("explain payments/prod --json", Nothing, 0),
    Run("check payments/prod --json", Nothing, 3),
    Run("get payments/prod", Nothing, 2),
    Run("get payments/prod --reveal", Nothing, 1),
    Run("history --json", Nothing, 0),
    Run("audit verify --json", Nothing, 0),
    Run("rollback payments/prod", Nothing, 1),
    Run("alert list --json", Nothing, 0),
    Run("alert test ops", Nothing, 2),
    // a key is taken over
    Run("adopt payments/prod --id key/legacy+1", Nothing, 2),
    Run("adopt payments/prod --id nobody", OldValue, 1),
    Run("adopt payments/prod --id key/legacy+1", Nonsense, 1),
    Run("adopt payments/prod", OldValue, 2),
    Run("adopt payments/prod --id key/legacy+1 --json", OldValue, 0),
    Run("adopt payments/prod --id key/legacy+1", OldValue, 1),
    Run("status --json", Nothing, 0),
    Run("status", Nothing, 0),
    Run("explain payments/prod", Nothing, 0),
    Run("plan payments/prod --json", Nothing, 0),
    Run("check payments/prod --json", Nothing, 0),
    Run("consumers list payments/staging --json", Nothing, 0),
    Run("needs-rotation payments/prod --json", Nothing, 1),
    Run("get payments/prod --reveal --json", Nothing, 0),
    // schedules stop for a while
    Run("pause payments/prod", Nothing, 2),
    Run("pause payments/prod --until 200d", Nothing, 2),
    Run("pause payments/prod --until 7d --reason fair --json", Nothing, 0),
    Run("plan payments/prod", Nothing, 1),
    Run("rotate payments/prod --yes", Nothing, 1),
    Run("pause --owner team-payments --until 2h --json", Nothing, 0),
    Run("pause --all --until 2h --json", Nothing, 0),
    Run("resume payments/prod --json", Nothing, 0),
    Run("resume payments/prod", Nothing, 1),
    Run("resume --owner team-payments --json", Nothing, 0),
    Run("resume --all --json", Nothing, 0),
    Run("resume --all", Nothing, 1),
    Run("resume payments/prod", Nothing, 1),
    // one rotation from its begin to its end, and what cannot be asked of it
    Run("revoke payments/prod --version 1 --yes", Nothing, 2),
    Run("rotate payments/prod --wait --json", Nothing, 0),
    Run("history payments/prod -n 1 --json", Nothing, 0),
    Run("explain payments/prod --json", Nothing, 0),
    Run("rotate tight/prod --wait --json", Nothing, 5),
    Run("status --check", Nothing, 1),
    // a first key, then a consumer that has not moved
    Run("rotate payments/staging --wait --json", Nothing, 0),
    Run("rotate payments/staging --json", Nothing, 0),
    OnlyConsumers("payments/staging"),
    Run("rotate payments/staging --wait=1s --json", Nothing, 6),
    Run("explain payments/staging --json", Nothing, 0),
    Run("consumers ack payments/staging nobody", Nothing, 1),
    Run("consumers forget payments/staging ghost", Nothing, 1),
    Run("consumers forget payments/staging billing/ghost", Nothing, 1),
    Run("rollback payments/staging --json", Nothing, 0),
    Run("rollback payments/staging", Nothing, 1),
    Meanwhile(
        "rotate payments/staging --wait --json",
        "draining-back",
        "consumers ack payments/staging billing --json",
        4,
    ),
    Run("history payments/staging -n 1 --json", Nothing, 0),
    // the overlap is ended by force
    Run("rotate payments/staging --json", Nothing, 0),
    OnlyConsumers("payments/staging"),
    Run("revoke payments/staging --version 3", Nothing, 2),
    Run("revoke payments/staging --version 3 --yes --json", Nothing, 0),
    // tokens
    Run("token create --consumer billing --secret payments/staging --json", Nothing, 0),
    Run("token create --consumer stranger --secret payments/prod --expires 2w --json", Nothing, 0),
    Run("token create --operator pipeline --secret payments/staging --json", Nothing, 0),
    Run("token create --consumer billing --secret nothing/prod", Nothing, 2),
    Run("token create --operator pipeline --all --secret payments/prod", Nothing, 2),
    Run("token create --consumer billing --all", Nothing, 2),
    Run("token list --json", Nothing, 0),
    Run("token revoke a1b2c3d4", Nothing, 2),
    // what is in the audit, and everything at once
    Rest,
    Run("consumers forget payments/staging billing --json", Nothing, 0),
    Run("audit tail -n 5 --json", Nothing, 0),
    Run("audit tail payments/staging", Nothing, 0),
    Run("audit export payments/prod", Nothing, 0),
    Run("audit verify", Nothing, 0),
    Run("audit checkpoint --json", Nothing, 0),
    Run("audit show payments.prod.1", Nothing, 0),
    Run("audit show payments.prod.99", Nothing, 1),
    Run("history -n 3 --json", Nothing, 0),
    Run("rotate --all --yes", Nothing, 0),
    // a secret that there is not
    Run("needs-rotation nothing/prod", Nothing, 2),
    Run("adopt nothing/prod --id x", OldValue, 2),
    Run("plan nothing/prod", Nothing, 2),
    Run("explain nothing/prod", Nothing, 2),
    Run("check nothing/prod", Nothing, 2),
    Run("rotate nothing/prod --yes", Nothing, 2),
    Run("rollback nothing/prod", Nothing, 2),
    Run("revoke nothing/prod --version 1 --yes", Nothing, 2),
    Run("pause nothing/prod --until 1d", Nothing, 2),
    Run("pause --owner nobody --until 1d", Nothing, 2),
    Run("resume nothing/prod", Nothing, 2),
    Run("consumers list nothing/prod", Nothing, 2),
    Run("consumers ack nothing/prod billing", Nothing, 2),
    Run("get nothing/prod --reveal", Nothing, 2),
];

/// Commands about this machine, which refuse a server.
pub(super) const LOCAL: &[&str] = &[
    "demo",
    "init",
    "dev",
    "serve",
    "tick",
    "config check",
    "config show",
    "config schema",
    "connector list",
    "connector show http",
    "connector test payments/prod",
    "connector new x",
    "completions bash",
    "man",
    "doctor",
    "scan .",
    "hook install",
    "hook status",
    "hook uninstall",
    "hook run pre-commit",
    "state show",
    "state fingerprints x",
    "state backup x",
    "state restore x",
];

/// Commands that read through a server as a consumer does; their own tests are elsewhere.
pub(super) const READERS: &[&str] = &["run --file KEY=payments/prod -- true", "agent"];

impl Row {
    /// The lines that it types.
    pub(super) fn lines(&self) -> Vec<&'static str> {
        match self {
            Run(line, ..) => vec![line],
            Meanwhile(line, _, other, _) => vec![line, other],
            OnlyConsumers(_) | Rest => Vec::new(),
        }
    }

    /// Does it; what was typed and how it ended.
    pub(super) async fn done(&self, side: &Side) -> Vec<Ended> {
        match self {
            Run(line, input, code) => vec![side.run(line, input.text()).await.exits(*code)],
            Meanwhile(line, words, other, code) => {
                let mut running = side.begin(line);
                running.says(words).await;
                let meanwhile = side.run(other, "").await.exits(0);
                vec![meanwhile, running.ended().await.exits(*code)]
            }
            OnlyConsumers(secret) => {
                side.only_waits_for_consumers(secret).await;
                Vec::new()
            }
            Rest => {
                side.rests().await;
                Vec::new()
            }
        }
    }
}

impl Input {
    fn text(self) -> &'static str {
        match self {
            Nothing => "",
            OldValue => OLD_VALUE,
            Nonsense => "sk_nonsense_77",
        }
    }
}
