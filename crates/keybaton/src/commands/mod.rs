//! One file a verb: parse, call the operations, print.

pub(crate) mod adopt;
pub(crate) mod agent;
pub(crate) mod alert;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod connector;
pub(crate) mod consumers;
pub(crate) mod demo;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod hook;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod needs_rotation;
pub(crate) mod pause;
pub(crate) mod plan;
pub(crate) mod resume;
pub(crate) mod revoke;
pub(crate) mod rollback;
pub(crate) mod rotate;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod serve;
pub(crate) mod state;
pub(crate) mod status;
pub(crate) mod tick;
pub(crate) mod token;

use std::sync::Arc;

use keybaton_engine::{LocalDesk, alerts::Channels};
use keybaton_ports::{AlertDesk, Failure, Operations, Store, TokenDesk, Tokens};

use crate::{
    cli::{Cli, Command, Global},
    exit::Exit,
    remote::Remote,
    report::Report,
    telling::{self, Unready},
    wiring::{Reach, Wired},
};

/// How a command ends.
pub(crate) type Ended = Result<Exit, Failure>;

/// What every command gets.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) global: &'a Global,
    pub(crate) report: &'a Report,
}

impl Context<'_> {
    pub(crate) async fn wire(&self, reach: Reach) -> Result<Wired, Failure> {
        Wired::new(self.global, self.report, reach).await
    }

    /// Who does the work: the server that was named, or this process.
    pub(crate) async fn operations(&self, reach: Reach) -> Result<Box<dyn Operations>, Failure> {
        Ok(match Remote::chosen(self.global)? {
            Some(remote) => Box::new(remote),
            None => Box::new(self.wire(reach).await?.local()),
        })
    }

    /// Who lists alerts, and tries channels where it is said what to do with one that cannot be built.
    pub(crate) async fn alert_desk(&self, unready: Option<Unready>) -> Result<Box<dyn AlertDesk>, Failure> {
        if let Some(remote) = Remote::chosen(self.global)? {
            return Ok(Box::new(remote));
        }
        let wired = self.wire(Reach::Ledger).await?;
        let board = match unready {
            Some(unready) => telling::board(&wired.config, &wired.state, self.report, unready).await?,
            None => telling::names(&wired.config),
        };
        Ok(Box::new(telling::desk(&wired.state, Channels::new(board))))
    }

    /// Who keeps the access tokens.
    pub(crate) async fn desk(&self) -> Result<Box<dyn TokenDesk>, Failure> {
        if let Some(remote) = Remote::chosen(self.global)? {
            return Ok(Box::new(remote));
        }
        let wired = self.wire(Reach::Ledger).await?;
        let store = &wired.state.store;
        let (store, tokens): (Arc<dyn Store>, Arc<dyn Tokens>) = (Arc::clone(store) as _, Arc::clone(store) as _);
        Ok(Box::new(LocalDesk::new(store, tokens, wired.charges)))
    }
}

/// Runs a command that needs no runtime, no configuration and no cryptography of the network, if it is one.
pub(crate) fn plain(cli: &Cli, report: &Report) -> Option<Ended> {
    let context = Context { global: &cli.global, report };
    match &cli.command {
        Command::Scan(args) => Some(scan::run(context, args)),
        Command::Hook(args) => Some(hook::run(context, args)),
        _ => None,
    }
}

/// Runs the command that was typed.
pub(crate) async fn run(cli: &Cli, report: &Report) -> Ended {
    let context = Context { global: &cli.global, report };
    match &cli.command {
        Command::Demo(args) => demo::run(context, args).await,
        Command::Init(args) => init::run(context, args).await,
        Command::Dev(args) => dev::run(context, args).await,
        Command::Status(args) => status::run(context, args).await,
        Command::Adopt(args) => adopt::run(context, args).await,
        Command::Plan(args) => plan::run(context, args).await,
        Command::Rotate(args) => rotate::run(context, args).await,
        Command::Rollback(args) => rollback::run(context, args).await,
        Command::Revoke(args) => revoke::run(context, args).await,
        Command::Pause(args) => pause::run(context, args).await,
        Command::Resume(args) => resume::run(context, args).await,
        Command::Explain(args) => explain::run(context, args).await,
        Command::Check(args) => check::run(context, args).await,
        Command::History(args) => history::run(context, args).await,
        Command::Scan(args) => scan::run(context, args),
        Command::Hook(args) => hook::run(context, args),
        Command::NeedsRotation(args) => needs_rotation::run(context, args).await,
        Command::Consumers(args) => consumers::run(context, args).await,
        Command::Get(args) => get::run(context, args).await,
        Command::Run(args) => run::run(context, args).await,
        Command::Agent(args) => agent::run(context, args).await,
        Command::Tick(args) => tick::run(context, args).await,
        Command::Serve(args) => serve::run(context, args).await,
        Command::Audit(args) => audit::run(context, args).await,
        Command::Config(args) => config::run(context, args).await,
        Command::Connector(args) => connector::run(context, args).await,
        Command::Completions(args) => completions::run(context, args),
        Command::CompleteSecrets(_) => Ok(completions::names(context)),
        Command::Man(args) => man::run(context, args),
        Command::Doctor(args) => doctor::run(context, args).await,
        Command::State(args) => state::run(context, args).await,
        Command::Alert(args) => alert::run(context, args).await,
        Command::Token(args) => token::run(context, args).await,
    }
}

/// Who is at the keyboard, for the audit.
pub(crate) fn person() -> String {
    let name = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_default();
    let uid = rustix::process::getuid().as_raw();
    if name.is_empty() { format!("uid {uid}") } else { format!("{name} (uid {uid})") }
}
