//! One account: a credential is one of its passwords.

use async_trait::async_trait;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Issuer, IssuerTraits, Listed, Listing, Recognising, Sessions, Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use super::account::{self, Standing, alter};
use super::address::Address;
use super::checked::MOST;
use super::failure::said;
use super::method::{digest, id};
use super::quote::Account;
use super::session::Session;
use crate::password::{drawn, listed};
use crate::sql::SqlCall;

/// The server as keybaton's own user reaches it.
pub(super) struct Server {
    pub(super) address: Address,
    pub(super) user: String,
    pub(super) password: SecretValue,
    pub(super) traits: IssuerTraits,
}

impl Server {
    /// Connects for one call.
    pub(super) async fn open(&self, what: &'static str) -> Called<Session> {
        let call = SqlCall::begin(what, self.address.place(), self.traits.timeout, said);
        Session::open(call, self.address.login(&self.user, &self.password)).await
    }
}

/// An issuer whose credentials are passwords of one account. It keeps no labels; it recognises values.
pub struct MariadbAccount {
    pub(super) server: Server,
    pub(super) account: Account,
}

impl MariadbAccount {
    async fn digests(&self, what: &'static str) -> Called<Vec<String>> {
        let mut session = self.server.open(what).await?;
        let standing = account::read(&mut session, &self.account, Certainty::Unknown).await?;
        session.close().await;
        Ok(standing.map(|standing| standing.methods.digests().map(str::to_owned).collect()).unwrap_or_default())
    }

    /// The password behind an id; two that look the same are none.
    fn find(&self, session: &Session, standing: &Standing, wanted: &IssuedId) -> Called<Option<String>> {
        let mut found = standing.methods.digests().filter(|digest| id(&self.account.user, digest) == *wanted);
        match (found.next(), found.next()) {
            (found, None) => Ok(found.map(str::to_owned)),
            (_, Some(_)) => Err(session.refused(Blame::Corrupt, &format!("{wanted} names two passwords"))),
        }
    }

    /// Whether there is room for one more, and somebody could log in with it.
    fn room(&self, session: &Session, standing: &Standing) -> Called<()> {
        if standing.locked {
            return Err(session.refused(Blame::Rejected, &format!("{} is locked", self.account)));
        }
        if standing.methods.digests().count() >= MOST {
            let what = format!("{} has {MOST} passwords already, and no more live at once", self.account);
            return Err(session.refused(Blame::Full, &what));
        }
        Ok(())
    }
}

#[async_trait]
impl Issuer for MariadbAccount {
    fn traits(&self) -> IssuerTraits {
        self.server.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let digest = digest(drawn(create.value)?);
        let mut session = self.server.open("create a credential").await?;
        let standing = account::read(&mut session, &self.account, Certainty::NotSent).await?;
        let missing = || session.refused(Blame::NotFound, &format!("there is no account {}", self.account));
        let standing = standing.ok_or_else(missing)?;
        if !standing.methods.digests().any(|live| live == digest) {
            self.room(&session, &standing)?;
            let change = format!("IDENTIFIED VIA {}", standing.methods.with(&digest));
            session.run(standing.guarded(&self.account, &alter(&self.account, &change)), Certainty::Unknown).await?;
        }
        session.close().await;
        Ok(Created { id: id(&self.account.user, &digest), value: None })
    }

    async fn destroy(&self, wanted: &IssuedId) -> Called<()> {
        let mut session = self.server.open("destroy a credential").await?;
        if let Some(standing) = account::read(&mut session, &self.account, Certainty::NotSent).await?
            && let Some(digest) = self.find(&session, &standing, wanted)?
        {
            let change = format!("IDENTIFIED VIA {}", standing.methods.without(&digest));
            session.run(standing.guarded(&self.account, &alter(&self.account, &change)), Certainty::Unknown).await?;
        }
        session.close().await;
        Ok(())
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    /// The server locks accounts, not passwords.
    fn switching(&self) -> Option<&dyn Switching> {
        None
    }

    /// The server does not say by which password a session came.
    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn recognising(&self) -> Option<&dyn Recognising> {
        Some(self)
    }

    fn naming(&self) -> &'static str {
        "the user, a colon, and the first 16 digits, in lowercase, of the password's digest in `SHOW CREATE USER`"
    }
}

#[async_trait]
impl Listing for MariadbAccount {
    async fn list(&self) -> Called<Vec<Listed>> {
        let digests = self.digests("list the credentials").await?;
        Ok(digests.iter().map(|digest| listed(id(&self.account.user, digest), None)).collect())
    }
}

#[async_trait]
impl Recognising for MariadbAccount {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        let digest = digest(value);
        let live = self.digests("recognise a credential").await?.contains(&digest);
        Ok(live.then(|| id(&self.account.user, &digest)))
    }
}
