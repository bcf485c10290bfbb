//! `connector test`: tries a configured connector, one line a check. Nothing is changed unless `--create` says so.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use clap::Args;
use keybaton_config::Config;
use keybaton_connectors::registry;
use keybaton_core::{
    answer::Blame,
    sheet::{Addressing, Chooser},
};
use keybaton_engine::{Charge, live_credentials};
use keybaton_ports::{Create, Created, Failure, FailureKind, Fault, Issuer, Presented, Probe, Store, Verdict};
use keybaton_types::{Label, SecretId};
use serde::Serialize;

use crate::{
    commands::{Context, Ended},
    exit::Exit,
    report::Input,
    signals::Interrupts,
    state::{Missing, State},
    wiring::{Reach, charges, load, lone_issuer},
};

/// The pause between two tries of a new key that is not accepted yet.
const PAUSE: Duration = Duration::from_millis(250);

/// Tries a configured connector without changing anything: the list, the current key, and what it can do.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// A secret as NAME/ENV, or an issuer as issuer.NAME
    #[arg(value_name = "NAME/ENV|issuer.NAME")]
    secret: Target,
    /// Make a test key too, try it, and destroy it again (asks first)
    #[arg(long)]
    create: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// What is tried.
#[derive(Clone, Debug)]
enum Target {
    Secret(SecretId),
    Issuer(String),
}

/// `keybaton/connector-test/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    target: String,
    connector: String,
    ok: bool,
    checks: Vec<Check>,
}

/// One thing that was tried.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    result: Came,
    detail: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Came {
    Ok,
    /// The answer is no.
    Failed,
    /// There was no answer.
    Unknown,
    /// There was nothing to try.
    Skipped,
}

/// What is tried, built.
struct Subject {
    connector: String,
    issuer: Arc<dyn Issuer>,
    charge: Option<Charge>,
}

pub(super) async fn run(context: Context<'_>, args: &TestArgs) -> Ended {
    let config = load(context.global, context.report)?;
    let state = State::open(&config, Missing::Refuse, context.report).await?;
    let subject = subject(context, &config, &state, &args.secret).await?;
    let mut checks = vec![settings(&subject)];
    let (listed, count) = list(subject.issuer.as_ref()).await;
    let reached = listed.result != Came::Unknown;
    checks.push(listed);
    if let Some(charge) = &subject.charge {
        checks.push(current(charge, &state).await?);
    }
    checks.extend(abilities(&subject));
    checks.extend(description(subject.issuer.as_ref()).await);
    let mut interrupted = false;
    if args.create && reached {
        let charge = subject.charge.as_ref().ok_or_else(no_probe)?;
        checks.extend(refusal(charge, count).map_or_else(Vec::new, |check| vec![check]));
        if checks.iter().all(|check| check.name != "test key") {
            agreed(context, args, &subject.connector)?;
            let mut interrupts = Interrupts::listen()?;
            checks.extend(made(charge).await?);
            interrupted = tokio::select! {
                biased;
                () = interrupts.wanted() => true,
                () = std::future::ready(()) => false,
            };
        }
    }
    Ok(end(context, args, subject.connector, checks, interrupted))
}

fn end(context: Context<'_>, args: &TestArgs, connector: String, checks: Vec<Check>, interrupted: bool) -> Exit {
    let has = |came: Came| checks.iter().any(|check| check.result == came);
    let exit = match (interrupted, has(Came::Failed), has(Came::Unknown)) {
        (true, _, _) => Exit::Interrupted,
        (false, true, _) => Exit::No,
        (false, false, true) => Exit::Unknown,
        (false, false, false) => Exit::Done,
    };
    if context.report.json {
        let (schema, target) = ("keybaton/connector-test/v1", args.secret.to_string());
        context.report.document(&Document { schema, target, connector, ok: exit == Exit::Done, checks });
        return exit;
    }
    for check in &checks {
        let glyph = match check.result {
            Came::Ok => "✓ ok     ",
            Came::Failed => "✗ failed ",
            Came::Unknown => "? unknown",
            Came::Skipped => "· skipped",
        };
        context.report.data(&format!("{glyph} {}: {}", check.name, check.detail));
    }
    if exit == Exit::No || exit == Exit::Unknown {
        context.report.hint("nothing was changed; `keybaton connector show NAME` explains the settings");
    }
    exit
}

async fn subject(context: Context<'_>, config: &Config, state: &State, target: &Target) -> Result<Subject, Failure> {
    let user = |name: &String| {
        config.secrets.values().find(|secret| secret.issuer.name.as_ref() == Some(name)).map(|secret| secret.id.clone())
    };
    let (secret, name) = match target {
        Target::Secret(secret) => (Some(secret.clone()), None),
        Target::Issuer(name) => (user(name), Some(name)),
    };
    let Some(secret) = secret else {
        let name = name.map(String::as_str).unwrap_or_default();
        let issuer = lone_issuer(config, state, context.report, name).await?.ok_or_else(|| missing(target))?;
        let connector = config.issuers.get(name).map(|issuer| issuer.kind.to_string()).unwrap_or_default();
        return Ok(Subject { connector, issuer, charge: None });
    };
    // Only this one is built: the token of another service may be out of reach here.
    let mut alone = config.clone();
    alone.secrets.retain(|id, _| *id == secret);
    let connector = alone.secrets.values().next().map(|secret| secret.issuer.kind.to_string());
    let connector = connector.ok_or_else(|| missing(target))?;
    let charge = charges(&alone, state, context.report, Reach::World).await?.pop().ok_or_else(|| missing(target))?;
    Ok(Subject { connector, issuer: Arc::clone(&charge.issuer), charge: Some(charge) })
}

fn settings(subject: &Subject) -> Check {
    let about = registry::find(&subject.connector).map_or("", |kind| kind.summary);
    ok("settings", format!("{}: {about}; every secret that it needs was read", subject.connector))
}

/// The list tells of the network, of our own credential and of the paths in its answer; and how many keys there are.
async fn list(issuer: &dyn Issuer) -> (Check, Option<usize>) {
    let Some(listing) = issuer.listing() else {
        let detail = "it has no list; whether the admin's credential works is seen at the first rotation".to_owned();
        return (Check { name: "list", result: Came::Skipped, detail }, None);
    };
    match listing.list().await {
        Ok(listed) => {
            let ours =
                listed.iter().filter(|key| key.label.as_ref().is_some_and(|label| label.starts_with("kb1-"))).count();
            let (all, shown) = (listed.len(), listed.iter().filter(|key| key.last_used.is_some()).count());
            let detail =
                format!("reached, admitted and read: {all} keys, {ours} made by keybaton, {shown} with a last use");
            (ok("list", detail), Some(all))
        }
        Err(fault) => (refused("list", &fault), None),
    }
}

/// Tries the current key of the ledger, if there is one.
async fn current(charge: &Charge, state: &State) -> Result<Check, Failure> {
    let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
    let opened = live_credentials(&store, &state.keyring, &charge.secret).await.map_err(|error| {
        Failure::new(FailureKind::Unknown, "the current key cannot be opened")
            .because(&error)
            .safe("nothing was changed")
    })?;
    let Some(key) = opened.into_iter().find(|key| key.is_current) else {
        let detail = format!("there is none yet; `keybaton adopt {}` takes one over", charge.secret);
        return Ok(Check { name: "current key", result: Came::Skipped, detail });
    };
    let presented = Presented { secret: &charge.secret, id: &key.id, value: &key.value };
    Ok(tried("current key", charge.probe.as_ref(), presented).await)
}

async fn tried(name: &'static str, probe: &dyn Probe, presented: Presented<'_>) -> Check {
    match probe.probe(presented).await {
        Ok(Verdict::Accepted) => ok(name, "the probe was let in".to_owned()),
        Ok(Verdict::Refused) => Check { name, result: Came::Failed, detail: "the probe was refused".to_owned() },
        Ok(Verdict::Inconclusive) => {
            let detail = "the service answered neither yes nor no".to_owned();
            Check { name, result: Came::Unknown, detail }
        }
        Err(fault) => Check { name, result: Came::Unknown, detail: said(&fault) },
    }
}

/// What the sheet says, in words.
fn abilities(subject: &Subject) -> Vec<Check> {
    let (issuer, traits) = (subject.issuer.as_ref(), subject.issuer.traits());
    let can = |has: bool, yes: &str, no: &str| if has { yes.to_owned() } else { no.to_owned() };
    let most = traits.max_credentials.map_or("no bound on keys".to_owned(), |most| format!("at most {most} keys"));
    let chooser = match traits.chooser {
        Chooser::Issuer => "the service chooses the value",
        Chooser::Us => "keybaton chooses the value",
        Chooser::Person(_) => "a person makes the key and deletes the old one",
    };
    let used = traits.last_used_lag.map_or("no last use".to_owned(), |_| "tells the last use".to_owned());
    let words = [
        most,
        chooser.to_owned(),
        can(issuer.listing().is_some(), "lists its keys", "has no list: what a crash leaves behind cannot be found"),
        can(issuer.switching().is_some(), "can disable before it destroys", "cannot disable: a revoke is final"),
        can(issuer.sessions().is_some(), "shows sessions", "shows no sessions"),
        used,
    ];
    vec![ok("abilities", words.join("; "))]
}

/// What the far side says of itself, held against the settings; to say nothing is no mistake.
async fn description(issuer: &dyn Issuer) -> Option<Check> {
    let found = issuer.describing()?.differences().await;
    let check = |result, detail| Some(Check { name: "description", result, detail });
    match found {
        Ok(differences) if differences.is_empty() => {
            check(Came::Ok, "it says the same of itself as the configuration".to_owned())
        }
        Ok(differences) => check(Came::Failed, differences.join("; ")),
        Err(fault) => check(Came::Skipped, format!("it does not describe itself: {}", said(&fault))),
    }
}

/// Why no test key can be made here.
fn refusal(charge: &Charge, count: Option<usize>) -> Option<Check> {
    let no = |detail: String| Some(Check { name: "test key", result: Came::Failed, detail });
    let traits = charge.issuer.traits();
    if traits.addressing == Addressing::Again {
        return no(
            "its ids are used again, so a test key would take the place of a real one; rotate instead".to_owned()
        );
    }
    if traits.chooser.errand().is_some() {
        return no("only a person makes keys there; rotate instead".to_owned());
    }
    match (traits.max_credentials, count) {
        (Some(most), Some(count)) if count >= usize::try_from(most).unwrap_or(usize::MAX) => {
            no(format!("there is no room: {count} of {most} keys exist"))
        }
        _ => None,
    }
}

fn agreed(context: Context<'_>, args: &TestArgs, connector: &str) -> Result<(), Failure> {
    let refused = |what: &str, hint: &str, kind| Err(Failure::new(kind, what).safe("nothing was changed").hint(hint));
    if args.yes {
        return Ok(());
    }
    if context.report.input == Input::None {
        return refused("a test key needs a yes", "pass --yes", FailureKind::Usage);
    }
    if context.report.agrees(&format!("Make a test key at {connector}, try it, and destroy it")) {
        return Ok(());
    }
    refused("no test key was made", "without --create nothing is changed", FailureKind::No)
}

/// Makes a key, tries it until it is let in or `propagation` is over, and destroys it whatever came of that.
async fn made(charge: &Charge) -> Result<Vec<Check>, Failure> {
    let traits = charge.issuer.traits();
    let unknown = |error: &keybaton_seal::Error| {
        Failure::new(FailureKind::Unknown, "no test key was made").because(error).safe("nothing was changed")
    };
    // A label that is nobody's: the sweep of a rotation must not take it for a key of its own, nor for a later one.
    let part = keybaton_seal::random_u64().map_err(|error| unknown(&error))?;
    let label = Label(format!("keybaton-test-{:08x}", part & 0xffff_ffff));
    let drawn = match traits.chooser {
        Chooser::Issuer | Chooser::Person(_) => None,
        Chooser::Us => {
            let alphabet = &keybaton_seal::Alphabet::ALPHANUMERIC;
            Some(keybaton_seal::draw(alphabet, traits.draw.len).map_err(|error| unknown(&error))?)
        }
    };
    let create = Create { secret: &charge.secret, label: &label, value: drawn.as_ref(), taken: &[] };
    let Created { id, value } = match charge.issuer.create(create).await {
        Ok(created) => created,
        Err(fault) => {
            let mut check = refused("test key", &fault);
            check.detail = format!("{}; look for the name {label} at the service", check.detail);
            return Ok(vec![check]);
        }
    };
    let mut checks = vec![ok("test key", format!("made, named {label}"))];
    if let Some(value) = value.as_ref().or(drawn.as_ref()) {
        let presented = Presented { secret: &charge.secret, id: &id, value };
        checks.push(proven(charge, presented, traits.propagation).await);
    }
    checks.push(match charge.issuer.destroy(&id).await {
        Ok(()) => ok("clean-up", "the test key was destroyed".to_owned()),
        Err(fault) => {
            let check = refused("clean-up", &fault);
            Check { result: Came::Failed, detail: format!("{}; destroy {label} by hand", check.detail), ..check }
        }
    });
    Ok(checks)
}

async fn proven(charge: &Charge, presented: Presented<'_>, propagation: Duration) -> Check {
    let until = tokio::time::Instant::now() + propagation;
    loop {
        let check = tried("new key", charge.probe.as_ref(), presented).await;
        if check.result == Came::Ok || tokio::time::Instant::now() >= until {
            return check;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn ok(name: &'static str, detail: String) -> Check {
    Check { name, result: Came::Ok, detail }
}

/// A fault, by whose it is: only what may pass by itself leaves the question open.
fn refused(name: &'static str, fault: &Fault) -> Check {
    let result = match fault.blame {
        Blame::Transient | Blame::Lost => Came::Unknown,
        Blame::OurCredential
        | Blame::Rejected
        | Blame::Full
        | Blame::NotFound
        | Blame::Unsupported
        | Blame::Corrupt
        | Blame::Bug
        | Blame::Person => Came::Failed,
    };
    Check { name, result, detail: said(fault) }
}

fn said(fault: &Fault) -> String {
    let whose = match fault.blame {
        Blame::Transient | Blame::Lost => "not reached",
        Blame::OurCredential => "the admin's credential was not admitted",
        Blame::Rejected => "the request was rejected",
        Blame::Full => "there is no room for another key",
        Blame::NotFound => "nothing is at this address",
        Blame::Unsupported => "it cannot do that",
        Blame::Person => "a person has to do it",
        Blame::Corrupt => "the answer could not be read",
        Blame::Bug => "a defect in keybaton",
    };
    let cause = std::error::Error::source(fault).map(|cause| format!(" ({cause})")).unwrap_or_default();
    format!("{whose}: {fault}{cause}")
}

fn missing(target: &Target) -> Failure {
    Failure::new(FailureKind::Usage, format!("{target} is not in the configuration"))
        .safe("nothing was done")
        .hint("`keybaton config show` lists what is")
}

fn no_probe() -> Failure {
    Failure::new(FailureKind::Usage, "a test key needs a secret of this issuer, whose probe tries it")
        .safe("nothing was changed")
        .hint("add a [secret.NAME] that uses it, and name that one")
}

impl FromStr for Target {
    type Err = keybaton_types::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("issuer.") {
            Some(name) if !name.contains('/') => Ok(Self::Issuer(name.to_owned())),
            _ => text.parse().map(Self::Secret),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(secret) => secret.fmt(f),
            Self::Issuer(name) => write!(f, "issuer.{name}"),
        }
    }
}
