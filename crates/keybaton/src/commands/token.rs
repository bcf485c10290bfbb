//! `token`: makes, lists or revokes the access tokens with which consumers read.

use std::io::Write as _;

use clap::{Args, Subcommand};
use keybaton_config::Config;
use keybaton_core::{civil::rfc3339, rotation::span};
use keybaton_ports::{Failure, FailureKind, Grant, Store as _, StoreError, Tokens as _};
use keybaton_seal::{AccessToken, draw_token_id};
use keybaton_types::{
    SecretId, Timestamp, Token, TokenId, TokenLife,
    document::{TokenDone, TokenRow, Tokens},
    parse_duration,
};
use serde::Serialize;

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    report::{Tone, table},
    state::{Missing, State},
    wiring::load,
};

/// Makes, lists or revokes access tokens.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a token for a consumer, and print it: it is shown this once
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
    #[arg(long, value_name = "NAME", value_parser = consumer)]
    consumer: String,
    /// What it may read, as NAME/ENV; give it again for more
    #[arg(long = "secret", value_name = "NAME/ENV", required = true)]
    secrets: Vec<SecretId>,
    /// How long it is good for, at most two years [default: 90d]
    #[arg(long, value_name = "DURATION", value_parser = life)]
    expires: Option<TokenLife>,
}

/// `keybaton/token/v1` with the token itself: printed once.
#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    done: TokenDone,
    token: &'a str,
}

pub(crate) async fn run(context: Context<'_>, args: &TokenArgs) -> Ended {
    let config = load(context.global, context.report)?;
    let state = State::open(&config, Missing::Refuse, context.report).await?;
    match &args.verb {
        Verb::Create(args) => create(context, &config, &state, args).await,
        Verb::List => list(context, &state).await,
        Verb::Revoke { id } => revoke(context, &state, id).await,
    }
}

async fn create(context: Context<'_>, config: &Config, state: &State, args: &CreateArgs) -> Ended {
    for secret in &args.secrets {
        check(context, config, secret, &args.consumer)?;
    }
    let token = AccessToken::draw().map_err(|error| undrawn(&error))?;
    let mut secrets = args.secrets.clone();
    secrets.sort();
    secrets.dedup();
    let grant = Grant {
        id: draw_token_id().map_err(|error| undrawn(&error))?,
        hash: token.hash(),
        consumer: args.consumer.clone(),
        secrets,
        life: args.expires.unwrap_or(TokenLife::DEFAULT),
        by: person(),
    };
    let made = state.store.create_token(&grant).await.map_err(|error| unstored(&error))?;
    print(context, &token, &made)?;
    let life = span::brief(grant.life.span());
    let text = format!("{}, for {}, good for {life}; it is shown this once", made.id, made.consumer);
    context.report.step(Tone::Good, "made", &text);
    Ok(Exit::Done)
}

#[expect(clippy::disallowed_methods, reason = "a new token is printed once, for whoever asked for it")]
fn print(context: Context<'_>, token: &AccessToken, made: &Token) -> Result<(), Failure> {
    let text = token.text().expose();
    if context.report.json {
        let done = TokenDone { schema: TokenDone::SCHEMA.to_owned(), row: row(made, made.created) };
        context.report.document(&Made { done, token: std::str::from_utf8(text).unwrap_or_default() });
        return Ok(());
    }
    let mut out = std::io::stdout();
    let written = out.write_all(text).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written.map_err(|error| {
        Failure::new(FailureKind::Unknown, "the token was made and could not be printed")
            .because(&error)
            .safe("nobody has seen it")
            .hint(format!("make another one, and revoke this one: `keybaton token revoke {}`", made.id))
    })
}

/// A secret that is not configured is a slip; a consumer that is not declared may be one.
fn check(context: Context<'_>, config: &Config, secret: &SecretId, consumer: &str) -> Result<(), Failure> {
    let Some(known) = config.secrets.get(secret) else {
        return Err(Failure::new(FailureKind::Usage, format!("{secret} is not in the configuration"))
            .safe("no token was made")
            .hint("`keybaton status` lists all"));
    };
    if !known.policy.consumers.iter().any(|declared| declared.name == consumer) {
        context.report.words(&format!(
            "warning: {secret} declares no consumer {consumer}; it counts from its first read on, but nobody waits for it before"
        ));
    }
    Ok(())
}

async fn list(context: Context<'_>, state: &State) -> Ended {
    let now = state.store.now().await.map_err(|error| unstored(&error))?;
    let tokens = state.store.tokens().await.map_err(|error| unstored(&error))?;
    let rows: Vec<TokenRow> = tokens.iter().map(|token| row(token, now)).collect();
    if context.report.json {
        context.report.document(&Tokens { schema: Tokens::SCHEMA.to_owned(), tokens: rows });
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.report.words("There is no token yet.");
        context.report.hint("`keybaton token create --consumer NAME --secret NAME/ENV` makes one");
        return Ok(Exit::Done);
    }
    let head = ["ID", "CONSUMER", "SECRETS", "CREATED", "EXPIRES", "LAST USED", "STATE"];
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    context.report.data(&table(&head, &cells));
    Ok(Exit::Done)
}

async fn revoke(context: Context<'_>, state: &State, id: &TokenId) -> Ended {
    let revoked = state.store.revoke_token(id, &person()).await.map_err(|error| unstored(&error))?;
    let revoked = revoked.ok_or_else(|| {
        Failure::new(FailureKind::Usage, format!("there is no token {id}"))
            .safe("nothing was changed")
            .hint("`keybaton token list` lists all")
    })?;
    if context.report.json {
        let now = state.store.now().await.map_err(|error| unstored(&error))?;
        context.report.document(&TokenDone { schema: TokenDone::SCHEMA.to_owned(), row: row(&revoked, now) });
    }
    let text = format!("{id} of {} is refused from now on", revoked.consumer);
    context.report.step(Tone::Good, "revoked", &text);
    Ok(Exit::Done)
}

fn row(token: &Token, now: Timestamp) -> TokenRow {
    TokenRow {
        id: token.id.to_string(),
        consumer: token.consumer.clone(),
        secrets: token.secrets.iter().map(ToString::to_string).collect(),
        by: token.by.clone(),
        created: rfc3339(token.created),
        expires: rfc3339(token.expires),
        last_used: token.used.map(rfc3339),
        revoked: token.revoked.map(rfc3339),
        good: token.is_good(now),
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
        row.consumer.clone(),
        row.secrets.join(" "),
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

fn unstored(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Unknown, "the access tokens cannot be read or written")
        .because(error)
        .safe("no token was made or revoked")
        .hint("`keybaton doctor` looks at the state database")
}
