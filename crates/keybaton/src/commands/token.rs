//! `token`: makes, lists or revokes the access tokens with which consumers read, alert managers tell and operators work from
//! afar.

use std::io::Write as _;

use clap::{Args, Subcommand};
use keybaton_core::rotation::span;
use keybaton_ports::{Failure, FailureKind, Order, TokenDesk};
use keybaton_seal::AccessToken;
use keybaton_types::{
    Domain, Powers, Role, SecretId, TokenId, TokenLife, Values,
    document::{TokenDone, TokenRow},
    parse_duration,
};
use serde::Serialize;

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    report::{Tone, table},
};

/// Makes, lists or revokes access tokens.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a token for a consumer or an operator, and print it: it is shown this once
    Create(CreateArgs),
    /// List every token, the newest first; never what it says
    List,
    /// Revoke a token, by its id
    Revoke {
        /// The id, as `token list` shows it
        id: TokenId,
    },
}

#[derive(Debug, Args)]
struct CreateArgs {
    /// The consumer that reads with it
    #[arg(long, value_name = "NAME", value_parser = consumer, required_unless_present_any = ["operator", "signal"])]
    consumer: Option<String>,
    /// Instead, the person or pipeline that does with it what the commands do, through a server
    #[arg(long, value_name = "NAME", value_parser = consumer, conflicts_with = "consumer")]
    operator: Option<String>,
    /// Instead, the alert manager that tells with it that calls are refused; it reads nothing
    #[arg(long, value_name = "NAME", value_parser = consumer, conflicts_with_all = ["consumer", "operator"])]
    signal: Option<String>,
    /// What it may read, tell of or work on, as NAME/ENV; give it again for more
    #[arg(long = "secret", value_name = "NAME/ENV", required_unless_present = "all")]
    secrets: Vec<SecretId>,
    /// An operator's: every secret, those that come later too, and what belongs to none
    #[arg(long, requires = "operator", conflicts_with_all = ["secrets", "consumer"])]
    all: bool,
    /// An operator's: values may be shown with it as well
    #[arg(long, requires = "operator", conflicts_with = "consumer")]
    reveal: bool,
    /// How long it is good for, at most two years [default: 90d]
    #[arg(long, value_name = "DURATION", value_parser = life)]
    expires: Option<TokenLife>,
}

impl CreateArgs {
    fn name(&self) -> String {
        [&self.consumer, &self.operator, &self.signal].into_iter().find_map(Clone::clone).unwrap_or_default()
    }

    fn role(&self) -> Role {
        if self.operator.is_none() {
            return if self.signal.is_some() { Role::Signal } else { Role::Reader };
        }
        Role::Operator(Powers {
            domain: if self.all { Domain::All } else { Domain::Named },
            values: if self.reveal { Values::Shown } else { Values::Hidden },
        })
    }
}

/// `keybaton/token/v1` with the token itself: printed once.
#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    done: &'a TokenDone,
    token: &'a str,
}

pub(crate) async fn run(context: Context<'_>, args: &TokenArgs) -> Ended {
    let desk = context.desk().await?;
    match &args.verb {
        Verb::Create(args) => create(context, desk.as_ref(), args).await,
        Verb::List => list(context, desk.as_ref()).await,
        Verb::Revoke { id } => revoke(context, desk.as_ref(), id).await,
    }
}

async fn create(context: Context<'_>, desk: &dyn TokenDesk, args: &CreateArgs) -> Ended {
    let token = AccessToken::draw().map_err(|error| undrawn(&error))?;
    let order = Order {
        hash: token.hash(),
        role: args.role(),
        consumer: args.name(),
        secrets: args.secrets.clone(),
        life: args.expires.unwrap_or(TokenLife::DEFAULT),
    };
    let made = desk.make(&order, &person()).await?;
    for warning in &made.warnings {
        context.report.words(&format!("warning: {warning}"));
    }
    print(context, &token, &made)?;
    let (id, life) = (&made.row.id, span::brief(order.life.span()));
    let text = format!("{id}, for {}, good for {life}; it is shown this once", order.consumer);
    context.report.step(Tone::Good, "made", &text);
    Ok(Exit::Done)
}

#[expect(clippy::disallowed_methods, reason = "a new token is printed once, for whoever asked for it")]
fn print(context: Context<'_>, token: &AccessToken, made: &TokenDone) -> Result<(), Failure> {
    let text = token.text().expose();
    if context.report.json {
        context.report.document(&Made { done: made, token: std::str::from_utf8(text).unwrap_or_default() });
        return Ok(());
    }
    let mut out = std::io::stdout();
    let written = out.write_all(text).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written.map_err(|error| {
        Failure::new(FailureKind::Unknown, "the token was made and could not be printed")
            .because(&error)
            .safe("nobody has seen it")
            .hint(format!("make another one, and revoke this one: `keybaton token revoke {}`", made.row.id))
    })
}

async fn list(context: Context<'_>, desk: &dyn TokenDesk) -> Ended {
    let tokens = desk.list().await?;
    if context.report.json {
        context.report.document(&tokens);
        return Ok(Exit::Done);
    }
    if tokens.tokens.is_empty() {
        context.report.words("There is no token yet.");
        context.report.hint("`keybaton token create --consumer NAME --secret NAME/ENV` makes one");
        return Ok(Exit::Done);
    }
    let head = ["ID", "FOR", "SECRETS", "CREATED", "EXPIRES", "LAST USED", "STATE"];
    let cells: Vec<Vec<String>> = tokens.tokens.iter().map(cells).collect();
    context.report.data(&table(&head, &cells));
    Ok(Exit::Done)
}

async fn revoke(context: Context<'_>, desk: &dyn TokenDesk, id: &TokenId) -> Ended {
    let revoked = desk.revoke(id, &person()).await?;
    if context.report.json {
        context.report.document(&revoked);
    }
    let text = format!("{id} of {} is refused from now on", name(&revoked.row));
    context.report.step(Tone::Good, "revoked", &text);
    Ok(Exit::Done)
}

/// Who presents it.
fn name(row: &TokenRow) -> &str {
    [&row.consumer, &row.operator, &row.signal].into_iter().find_map(|name| name.as_deref()).unwrap_or_default()
}

/// Who presents it, and as what: a consumer where nothing else is said.
fn whom(row: &TokenRow) -> String {
    let reveal = if row.reveal { ", sees values" } else { "" };
    match (&row.operator, &row.signal) {
        (Some(name), _) => format!("{name} (operator{reveal})"),
        (None, Some(name)) => format!("{name} (signal)"),
        (None, None) => name(row).to_owned(),
    }
}

fn cells(row: &TokenRow) -> Vec<String> {
    let state = match (&row.revoked, row.good) {
        (Some(_), _) => "✗ revoked",
        (None, true) => "✓ good",
        (None, false) => "▲ run out",
    };
    vec![
        row.id.clone(),
        whom(row),
        if row.all { "all".to_owned() } else { row.secrets.join(" ") },
        row.created.clone(),
        row.expires.clone(),
        row.last_used.clone().unwrap_or_else(|| "never".to_owned()),
        state.to_owned(),
    ]
}

/// A name as the configuration takes it; it is not repeated, because it may be anything.
fn consumer(text: &str) -> Result<String, String> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '/';
    if text.is_empty() || text.len() > 64 || text.contains(odd) {
        return Err("the name of a consumer has 1 to 64 characters, no spaces and no `/`".to_owned());
    }
    Ok(text.to_owned())
}

fn life(text: &str) -> Result<TokenLife, String> {
    let span = parse_duration(text).map_err(|error| error.to_string())?;
    TokenLife::new(span).map_err(|error| error.to_string())
}

fn undrawn(error: &keybaton_seal::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "no token could be drawn").because(error).safe("no token was made")
}
