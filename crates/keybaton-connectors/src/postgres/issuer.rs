//! The postgres issuer: alternating login roles with one owner.

use async_trait::async_trait;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listed, Listing, Sessions, Switching,
};
use keybaton_seal::{SecretValue, scram_sha_256_verifier};
use keybaton_types::IssuedId;
use sqlx::Row;

use super::checked::Checked;
use super::choice::choose;
use super::failure::said;
use super::inherited;
use super::note::Mark;
use super::probe::PROBING;
use super::quote::Name;
use super::session::{Session, Takes};
use super::settings::IssuerSettings;
use super::standing::{Role, Roles};
use super::statement::{self, Making};
use crate::build::BuildError;
use crate::password::drawn;
use crate::sql::SqlCall;

/// Calls of one issuer run one after the other, so that none acts on what another is changing.
const ALONE: &str = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('keybaton ' || $1, 0))";

/// The live sessions of a role, without our own probes.
const SESSIONS: &str = "SELECT count(*) FROM pg_catalog.pg_stat_activity \
    WHERE usename::text = $1 AND application_name IS DISTINCT FROM $2";

const END: &str =
    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename::text = $1";

/// An issuer whose credentials are login roles of a `PostgreSQL` server; the id is the role's name.
pub struct PostgresIssuer {
    checked: Checked,
    password: SecretValue,
}

impl PostgresIssuer {
    /// Builds the issuer; `password` is the one of the user in the settings' `url`.
    pub fn new(settings: &IssuerSettings, password: SecretValue) -> Result<Self, BuildError> {
        Ok(Self { checked: Checked::new(settings)?, password })
    }

    async fn open(&self, what: &'static str, takes: Takes) -> Called<Session> {
        let Checked { address, user, traits, .. } = &self.checked;
        let call = SqlCall::begin(what, address.place(), traits.timeout, said);
        Session::open(call, address.login(user, &self.password), takes).await
    }

    /// Opens a session in which this issuer's roles hold still.
    async fn alone(&self, what: &'static str) -> Called<(Session, Roles)> {
        let mut session = self.open(what, Takes::AtCommit).await?;
        session.rows(sqlx::query(ALONE).bind(self.checked.crew.owner.plain().to_owned())).await?;
        let roles = Roles::read(&mut session, &self.checked.crew).await?;
        Ok((session, roles))
    }

    /// The role behind an id: one of the three, whatever the ledger says.
    fn known(&self, id: &IssuedId) -> Called<&Name> {
        let foreign = || format!("role {id} is neither the owner {} nor one of its members", self.checked.crew.owner);
        let found = self.checked.crew.find(&id.0);
        found.ok_or_else(|| Fault::new(Blame::NotFound, Certainty::Refused, foreign()))
    }

    async fn switch(&self, what: &'static str, id: &IssuedId, how: fn(&Name, &Role) -> Vec<String>) -> Called<()> {
        let name = self.known(id)?;
        let (mut session, roles) = self.alone(what).await?;
        let live = roles.get(name).filter(|role| role.login || role.note.mark != Mark::Retired);
        let gone = || Fault::new(Blame::NotFound, Certainty::Refused, format!("{what}: {name} was destroyed"));
        session.run(how(name, live.ok_or_else(gone)?).join("; ")).await?;
        session.commit().await
    }
}

#[async_trait]
impl Issuer for PostgresIssuer {
    fn traits(&self) -> IssuerTraits {
        self.checked.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let crew = &self.checked.crew;
        let verifier = verifier(create.value)?;
        let (mut session, roles) = self.alone("create a credential").await?;
        let member = choose(crew, &roles, create)?;
        let no_owner = || Fault::new(Blame::NotFound, Certainty::Refused, "the owner role is gone");
        let making = Making {
            owner: roles.get(&crew.owner).ok_or_else(no_owner)?,
            owner_name: &crew.owner,
            owner_settings: &inherited::read(&mut session, &crew.owner).await?,
            member,
            existing: roles.get(member),
            member_settings: &inherited::read(&mut session, member).await?,
            label: create.label,
            verifier: &verifier,
        };
        session.run(making.statements().join("; ")).await?;
        session.commit().await?;
        Ok(Created { id: IssuedId::from(member.plain()), value: None })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        let name = self.known(id)?;
        let (mut session, roles) = self.alone("destroy a credential").await?;
        let Some(role) = roles.get(name) else {
            session.close().await;
            return Ok(());
        };
        session.run(statement::retire(name, role).join("; ")).await?;
        session.commit().await
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        Some(self)
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        Some(self)
    }

    fn naming(&self) -> &'static str {
        "the name of the role that logs in"
    }
}

#[async_trait]
impl Listing for PostgresIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let mut session = self.open("list the credentials", Takes::AtOnce).await?;
        let roles = Roles::read(&mut session, &self.checked.crew).await?;
        session.close().await;
        Ok(roles.0.iter().filter_map(Role::listed).collect())
    }
}

#[async_trait]
impl Switching for PostgresIssuer {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        self.switch("disable a credential", id, statement::disable).await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        self.switch("enable a credential", id, statement::enable).await
    }
}

#[async_trait]
impl Sessions for PostgresIssuer {
    async fn count(&self, id: &IssuedId) -> Called<u32> {
        let mut session = self.open("count the sessions", Takes::AtOnce).await?;
        let rows = session.rows(sqlx::query(SESSIONS).bind(id.0.clone()).bind(PROBING)).await?;
        let count = rows.first().ok_or(sqlx::Error::RowNotFound).and_then(|row| row.try_get::<i64, _>(0));
        let count = count.map_err(|error| session.failed(&error))?;
        session.close().await;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn end(&self, id: &IssuedId) -> Called<()> {
        let name = self.known(id)?;
        let mut session = self.open("end the sessions", Takes::AtOnce).await?;
        session.rows(sqlx::query(END).bind(name.plain().to_owned())).await?;
        session.close().await;
        Ok(())
    }
}

fn verifier(value: Option<&SecretValue>) -> Called<String> {
    scram_sha_256_verifier(drawn(value)?).map_err(|error| {
        Fault::new(Blame::Bug, Certainty::NotSent, "create: the value cannot be a password").because(error)
    })
}
