//! Two accounts: a credential is the whole login of one of them, and logins alternate.

use async_trait::async_trait;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listed, Listing, Recognising, Sessions,
    Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use super::account::{self, Standing, alter};
use super::grants;
use super::method::{Methods, digest};
use super::one::Server;
use super::quote::{Account, Name, Text};
use super::session::Session;
use crate::password::{drawn, listed};

/// An issuer whose credentials are two accounts that alternate. It keeps no labels; it recognises values.
pub struct MariadbAccounts {
    pub(super) server: Server,
    pub(super) accounts: [Account; 2],
}

/// The two accounts as they stand, in the order of the settings.
struct Pair<'a>([(&'a Account, Option<Standing>); 2]);

impl Standing {
    /// Whether nobody can log in, now or when it is unlocked.
    fn is_spare(&self) -> bool {
        self.methods.is_nothing()
    }
}

impl Pair<'_> {
    fn get(&self, account: &Account) -> Option<&Standing> {
        self.0.iter().find(|(one, _)| *one == account).and_then(|(_, standing)| standing.as_ref())
    }

    /// The accounts with which somebody may log in, now or when they are unlocked.
    fn live(&self) -> impl Iterator<Item = (&Account, &Standing)> {
        let there = self.0.iter().filter_map(|(account, standing)| Some((*account, standing.as_ref()?)));
        there.filter(|(_, standing)| !standing.is_spare())
    }
}

impl MariadbAccounts {
    async fn read(&self, session: &mut Session, lost: Certainty) -> Called<Pair<'_>> {
        let [a, b] = &self.accounts;
        for account in [a, b] {
            self.alone(session, account, lost).await?;
        }
        let standing_a = account::read(session, a, lost).await?;
        let standing_b = account::read(session, b, lost).await?;
        Ok(Pair([(a, standing_a), (b, standing_b)]))
    }

    /// Checks that the user has no account with another host part: its sessions could not be told apart.
    async fn alone(&self, session: &mut Session, account: &Account, lost: Certainty) -> Called<()> {
        let user = Text(&account.user);
        let query = format!("SELECT COUNT(*) FROM mysql.global_priv WHERE User = {user}");
        if session.number(query, lost).await? > 1 {
            let what = format!("user {} has accounts for several hosts, which cannot be told apart", account.user);
            return Err(session.refused(Blame::Unsupported, &what));
        }
        Ok(())
    }

    async fn all(&self, what: &'static str) -> Called<Pair<'_>> {
        let mut session = self.server.open(what).await?;
        let pair = self.read(&mut session, Certainty::Unknown).await?;
        session.close().await;
        Ok(pair)
    }

    /// The account behind an id: one of the two, whatever the ledger says.
    fn known(&self, id: &IssuedId) -> Called<&Account> {
        let [a, b] = &self.accounts;
        let foreign = || format!("account {id} is neither {a} nor {b}");
        let found = self.accounts.iter().find(|account| account.user == id.0);
        found.ok_or_else(|| Fault::new(Blame::NotFound, Certainty::Refused, foreign()))
    }

    /// The account that nobody can log in to, and the one whose grants it gets.
    fn choose(&self, session: &Session, pair: &Pair<'_>, taken: &[IssuedId]) -> Called<(&Account, Option<&Account>)> {
        let [a, b] = &self.accounts;
        let is_taken = |account: &Account| taken.iter().any(|id| id.0 == account.user);
        let is_free = |account: &Account| !is_taken(account) && pair.get(account).is_none_or(Standing::is_spare);
        let (chosen, other) = match (is_free(a), is_free(b)) {
            (true, _) => (a, b),
            (false, true) => (b, a),
            (false, false) => {
                let what = format!("{a} and {b} can both be logged in to, and two credentials live at once");
                return Err(session.refused(Blame::Full, &what));
            }
        };
        match (pair.get(other), pair.get(chosen)) {
            (Some(_), _) => Ok((chosen, Some(other))),
            (None, Some(_)) => Ok((chosen, None)),
            (None, None) => {
                let what = format!("there is neither {a} nor {b}, whose grants the other would get");
                Err(session.refused(Blame::NotFound, &what))
            }
        }
    }

    /// Makes an account anew, locked and without a way in, and gives it the grants of the other.
    async fn prepare(
        &self,
        session: &mut Session,
        (chosen, standing): (&Account, Option<&Standing>),
        model: &Account,
    ) -> Called<()> {
        let grants = grants::copied(session, model, chosen).await?;
        let made = format!("USER {chosen} IDENTIFIED VIA {} ACCOUNT LOCK", Methods::nothing());
        let made = match standing {
            Some(standing) => standing.guarded(chosen, &format!("CREATE OR REPLACE {made}")),
            None => format!("CREATE {made}"),
        };
        session.run(made, Certainty::Unknown).await?;
        for grant in grants {
            session.run(grant, Certainty::Unknown).await?;
        }
        Ok(())
    }

    /// Locks or unlocks an account with which somebody could log in.
    async fn switch(&self, what: &'static str, id: &IssuedId, change: &str) -> Called<()> {
        let account = self.known(id)?;
        let mut session = self.server.open(what).await?;
        let pair = self.read(&mut session, Certainty::NotSent).await?;
        let gone = || session.refused(Blame::NotFound, &format!("{account} was destroyed"));
        let live = pair.get(account).filter(|standing| !standing.is_spare()).ok_or_else(gone)?;
        session.run(live.guarded(account, &alter(account, change)), Certainty::Unknown).await?;
        session.close().await;
        Ok(())
    }
}

#[async_trait]
impl Issuer for MariadbAccounts {
    fn traits(&self) -> IssuerTraits {
        self.server.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let digest = digest(drawn(create.value)?);
        let mut session = self.server.open("create a credential").await?;
        let pair = self.read(&mut session, Certainty::NotSent).await?;
        let only = Methods::only(&digest);
        let made = |account: &Account| Ok(Created { id: IssuedId(account.user.clone()), value: None });
        if let Some((account, _)) = pair.live().find(|(_, standing)| standing.methods == only) {
            return made(account);
        }
        let (chosen, model) = self.choose(&session, &pair, create.taken)?;
        if let Some(model) = model {
            self.prepare(&mut session, (chosen, pair.get(chosen)), model).await?;
        }
        let fresh = account::read(&mut session, chosen, Certainty::Unknown).await?;
        let gone = || session.refused(Blame::Transient, &format!("{chosen} was dropped meanwhile"));
        let change = format!("IDENTIFIED VIA {only} ACCOUNT UNLOCK");
        let statement = fresh.ok_or_else(gone)?.guarded(chosen, &alter(chosen, &change));
        session.run(statement, Certainty::Unknown).await?;
        session.close().await;
        made(chosen)
    }

    /// The account keeps its grants and what it defined, and loses every way in.
    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        let account = self.known(id)?;
        let mut session = self.server.open("destroy a credential").await?;
        let pair = self.read(&mut session, Certainty::NotSent).await?;
        if let Some(standing) = pair.get(account) {
            let change = format!("IDENTIFIED VIA {} ACCOUNT LOCK", Methods::nothing());
            session.run(standing.guarded(account, &alter(account, &change)), Certainty::Unknown).await?;
        }
        session.close().await;
        Ok(())
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

    fn recognising(&self) -> Option<&dyn Recognising> {
        Some(self)
    }

    fn naming(&self) -> &'static str {
        "the user of the account that logs in, without its host"
    }
}

#[async_trait]
impl Listing for MariadbAccounts {
    async fn list(&self) -> Called<Vec<Listed>> {
        let pair = self.all("list the credentials").await?;
        let entry =
            |(account, standing): (&Account, &Standing)| listed(IssuedId(account.user.clone()), Some(!standing.locked));
        Ok(pair.live().map(entry).collect())
    }
}

#[async_trait]
impl Switching for MariadbAccounts {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        self.switch("disable a credential", id, "ACCOUNT LOCK").await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        self.switch("enable a credential", id, "ACCOUNT UNLOCK").await
    }
}

#[async_trait]
impl Sessions for MariadbAccounts {
    async fn count(&self, id: &IssuedId) -> Called<u32> {
        let user = Text(&id.0);
        let query =
            format!("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = {user} AND COMMAND <> 'Quit'");
        let mut session = self.server.open("count the sessions").await?;
        let count = session.number(query, Certainty::Unknown).await?;
        session.close().await;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn end(&self, id: &IssuedId) -> Called<()> {
        let account = self.known(id)?;
        let mut session = self.server.open("end the sessions").await?;
        self.alone(&mut session, account, Certainty::NotSent).await?;
        session.run(format!("KILL USER {}", Name(&account.user)), Certainty::Unknown).await?;
        session.close().await;
        Ok(())
    }
}

#[async_trait]
impl Recognising for MariadbAccounts {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        let digest = digest(value);
        let pair = self.all("recognise a credential").await?;
        let found = pair.live().find(|(_, standing)| standing.methods.digests().any(|live| live == digest));
        Ok(found.map(|(account, _)| IssuedId(account.user.clone())))
    }
}
