//! The same operations through a server: every method is one call of its API. What a command prints is made from the
//! same documents, so whoever reads it cannot tell where the work was done.
//!
//! `access` finds the server's address and the token, `line` makes the calls, `refused` says what went wrong, and `here`
//! names the commands that are about this machine. Nothing is decided here, and nothing is tried twice.

pub(crate) mod access;
pub(crate) mod here;
mod line;
mod refused;

use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::{
    civil::rfc3339,
    plan::Plan,
    policy::Scope,
    rotation::{Cause, Request, explain::Explanation},
};
use keybaton_ports::{
    Adoption, AlertDesk, AuditRow, Failure, FailureKind, Operations, Order, Progress, Proof, Served, Sharing,
    TokenDesk, Until, VaultUse, Wanted, Word,
};
use keybaton_seal::SecretValue;
use keybaton_types::{
    Fingerprint, Role, SecretId, Timestamp, TokenId, VersionNo,
    document::{
        Adopted, AlertTested, Alerts, Asked, Audited, Check, Checkpoint, History, PauseScope, Paused, REVEALED,
        Resumed, Revealed, Rotation, Status, Ticked, TokenDone, Tokens, Told,
    },
    wire::{
        self, AdoptionWanted, AlertTestWanted, AuditLine, AuditRows, Checkpoints, PauseWanted, Requested,
        RotationWanted, ScopeNamed, TokenWanted, WordGiven,
    },
};
use tokio::sync::Mutex;

use self::{
    access::Access,
    line::{Call, Line},
};
use crate::cli::Global;

/// The shortest time between two looks at a rotation.
const PACE: Duration = Duration::from_millis(500);

/// The operations of a server.
pub(crate) struct Remote {
    line: Line,
    /// When a rotation was last looked at.
    looked: Mutex<Option<tokio::time::Instant>>,
}

impl Remote {
    /// The server that the flags or the environment name; `None` where they name none.
    pub(crate) fn chosen(global: &Global) -> Result<Option<Self>, Failure> {
        let access = Access::chosen(global)?;
        access.map(|access| Ok(Self { line: Line::new(access)?, looked: Mutex::default() })).transpose()
    }

    /// Keeps the pace of somebody who follows a rotation.
    async fn keep_pace(&self) {
        let mut looked = self.looked.lock().await;
        if let Some(last) = *looked {
            tokio::time::sleep_until(last + PACE).await;
        }
        *looked = Some(tokio::time::Instant::now());
    }
}

/// The path of something that belongs to a secret.
fn of(secret: &SecretId, what: &str) -> String {
    format!("/v1/secrets/{}/{}/{what}", secret.name(), secret.env())
}

#[async_trait]
impl Operations for Remote {
    async fn status(&self) -> Result<Status, Failure> {
        self.line.ask(Call::get("/v1/status").expects(Status::SCHEMA)).await
    }

    async fn adopt(&self, adoption: Adoption) -> Result<Adopted, Failure> {
        let wanted = AdoptionWanted {
            id: adoption.id.map(|id| id.0),
            value: text(&adoption.value)?,
            unproven: adoption.proof == Proof::Waived,
            shared: adoption.sharing == Sharing::Accepted,
            publish: adoption.vault == VaultUse::Publish,
        };
        let call = Call::post(of(&adoption.secret, "adoptions"), &wanted)?;
        self.line.ask(call.patient().expects(Adopted::SCHEMA)).await
    }

    async fn plan(&self, secret: &SecretId) -> Result<Plan, Failure> {
        self.line.ask(Call::get(of(secret, "plan")).patient().expects("keybaton/plan/v1")).await
    }

    async fn explain(&self, secret: &SecretId) -> Result<Explanation, Failure> {
        self.line.ask(Call::get(of(secret, "explanation")).expects("keybaton/explain/v1")).await
    }

    async fn ask(&self, secret: &SecretId, wanted: Wanted, _: &str) -> Result<Asked, Failure> {
        let call = match wanted {
            Wanted::Rotate(cause) => Call::post(
                "/v1/rotations",
                &RotationWanted {
                    secret: secret.name().to_owned(),
                    env: secret.env().to_owned(),
                    reason: Some(match cause {
                        Cause::Asked | Cause::Schedule => wire::Reason::Asked,
                        Cause::Leaked => wire::Reason::Leaked,
                    }),
                },
            ),
            Wanted::Of(request) => Call::post(of(secret, "requests"), &Requested { request: requested(request) }),
        };
        self.line.ask(call?.expects(Asked::SCHEMA)).await
    }

    async fn pause(&self, scope: Scope, until: Until, reason: Option<&str>, _: &str) -> Result<Paused, Failure> {
        let (at, span) = match until {
            Until::At(at) => (Some(rfc3339(at)), None),
            Until::After(span) => (None, Some(span.as_secs())),
        };
        let scope = named(&scope);
        let wanted = PauseWanted { scope, until: at, for_seconds: span, reason: reason.map(str::to_owned) };
        self.line.ask(Call::post("/v1/pauses", &wanted)?.expects(Paused::SCHEMA)).await
    }

    async fn resume(&self, scope: &Scope, _: &str) -> Result<Option<Resumed>, Failure> {
        self.line.ask_maybe(Call::post("/v1/resumes", &named(scope))?.expects(Resumed::SCHEMA)).await
    }

    async fn vouch(
        &self,
        secret: &SecretId,
        consumer: &str,
        instance: Option<&str>,
        word: Word,
        _: &str,
    ) -> Result<Vec<String>, Failure> {
        let word = match word {
            Word::Moved => wire::Word::Moved,
            Word::Gone => wire::Word::Gone,
        };
        let given = WordGiven { consumer: consumer.to_owned(), instance: instance.map(str::to_owned), word };
        let call = Call::post(of(secret, "words"), &given)?.expects(Told::SCHEMA);
        self.line.ask(call).await.map(|told: Told| told.consumers)
    }

    /// The server drives; this side only looks on.
    async fn advance(&self, secret: &SecretId, rotation: &str) -> Result<Progress, Failure> {
        self.keep_pace().await;
        Ok(Progress { rotation: self.rotation(secret, rotation).await?, next: None })
    }

    async fn rotation(&self, _: &SecretId, rotation: &str) -> Result<Rotation, Failure> {
        self.line.ask(Call::get(format!("/v1/rotations/{rotation}")).expects(Rotation::SCHEMA)).await
    }

    /// Nothing is held here that somebody else could wait for.
    async fn detach(&self) {}

    async fn get(&self, secret: &SecretId, _: &str) -> Result<Served, Failure> {
        let call = Call::post(of(secret, "reveals"), &serde_json::json!({}))?.expects(REVEALED);
        let revealed: Revealed<String> = self.line.ask(call).await?;
        let value = SecretValue::from_text(revealed.value).map_err(|error| refused::garbled(Some(&error)))?;
        Ok(Served {
            version: VersionNo(revealed.version),
            value,
            fingerprint: Fingerprint(revealed.fingerprint),
            age: Duration::from_secs(revealed.age_seconds),
        })
    }

    async fn check(&self, secret: &SecretId) -> Result<Check, Failure> {
        self.line.ask(Call::get(of(secret, "check")).patient().expects(Check::SCHEMA)).await
    }

    /// A server does all due work by itself, so nothing is left for this process.
    async fn tick(&self) -> Result<Ticked, Failure> {
        Ok(Ticked { schema: Ticked::SCHEMA.to_owned(), secrets: Vec::new() })
    }

    async fn history(&self, secret: Option<&SecretId>, limit: usize) -> Result<History, Failure> {
        let call = Call::get("/v1/history").about(secret).query("limit", limit);
        self.line.ask(call.expects(History::SCHEMA)).await
    }

    async fn audit(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, Failure> {
        let call = Call::get("/v1/audit").about(secret).query("after", after).query("limit", limit);
        let page: AuditRows = self.line.ask(call.expects(AuditRows::SCHEMA)).await?;
        page.rows.into_iter().map(row).collect()
    }

    async fn audit_verify(&self) -> Result<Audited, Failure> {
        self.line.ask(Call::get("/v1/audit/verification").patient().expects(Audited::SCHEMA)).await
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, Failure> {
        let call = Call::post("/v1/audit/checkpoints", &serde_json::json!({}))?;
        self.line.ask_maybe(call.expects(Checkpoint::SCHEMA)).await
    }

    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, Failure> {
        let call = Call::get("/v1/audit/checkpoints").query("after", after).query("limit", limit);
        let page: Checkpoints = self.line.ask(call.expects(Checkpoints::SCHEMA)).await?;
        Ok(page.checkpoints)
    }
}

#[async_trait]
impl TokenDesk for Remote {
    async fn make(&self, order: &Order, _: &str) -> Result<TokenDone, Failure> {
        let powers = order.role.powers();
        let name = |is: bool| is.then(|| order.consumer.clone());
        let wanted = TokenWanted {
            hash: order.hash.0.clone(),
            consumer: name(order.role == Role::Reader),
            operator: name(powers.is_some()),
            signal: name(order.role == Role::Signal),
            secrets: order.secrets.iter().map(ToString::to_string).collect(),
            all: powers.is_some_and(|powers| powers.domain == keybaton_types::Domain::All),
            reveal: powers.is_some_and(|powers| powers.values == keybaton_types::Values::Shown),
            expires_seconds: Some(order.life.span().as_secs()),
        };
        self.line.ask(Call::post("/v1/tokens", &wanted)?.expects(TokenDone::SCHEMA)).await
    }

    async fn list(&self) -> Result<Tokens, Failure> {
        self.line.ask(Call::get("/v1/tokens").expects(Tokens::SCHEMA)).await
    }

    async fn revoke(&self, id: &TokenId, _: &str) -> Result<TokenDone, Failure> {
        self.line.ask(Call::delete(format!("/v1/tokens/{id}")).expects(TokenDone::SCHEMA)).await
    }
}

#[async_trait]
impl AlertDesk for Remote {
    async fn list(&self) -> Result<Alerts, Failure> {
        self.line.ask(Call::get("/v1/alerts").expects(Alerts::SCHEMA)).await
    }

    async fn test(&self, channel: &str, _: &str) -> Result<AlertTested, Failure> {
        let wanted = AlertTestWanted { channel: channel.to_owned() };
        self.line.ask(Call::post("/v1/alerts/tests", &wanted)?.patient().expects(AlertTested::SCHEMA)).await
    }
}

fn requested(request: Request) -> wire::Request {
    match request {
        Request::Rollback => wire::Request::Rollback,
        Request::Force => wire::Request::Force,
        Request::Resume => wire::Request::Resume,
        Request::Hasten => wire::Request::Hasten,
    }
}

fn named(scope: &Scope) -> ScopeNamed {
    match scope {
        Scope::Secret(secret) => ScopeNamed::secret(secret),
        Scope::Owner(owner) => ScopeNamed { scope: PauseScope::Owner, name: Some(owner.clone()) },
        Scope::All => ScopeNamed { scope: PauseScope::All, name: None },
    }
}

fn row(line: AuditLine) -> Result<AuditRow, Failure> {
    let secret = line.secret.parse().map_err(|_| refused::garbled(None))?;
    Ok(AuditRow { secret, no: line.no, at: Timestamp(line.at_us), body: line.body, prev: line.prev, hash: line.hash })
}

/// The value as text: a document holds nothing else.
#[expect(clippy::disallowed_methods, reason = "an adopted value travels in the request that hands it over")]
fn text(value: &SecretValue) -> Result<&str, Failure> {
    std::str::from_utf8(value.expose()).map_err(|error| {
        Failure::new(FailureKind::Usage, "the value is not text, so it cannot be sent to a server")
            .because(&error)
            .safe("nothing was changed")
            .hint("adopt it on the machine of the server, without --server")
    })
}
