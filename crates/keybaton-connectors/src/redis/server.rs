//! The server as keybaton's own user sees it: its users, the commands that change them, and writing a change down.

use keybaton_ports::{Blame, Called, Certainty, Fault};
use keybaton_seal::SecretValue;
use tokio_rustls::TlsConnector;

use super::address::{Address, Way};
use super::checked::Checked;
use super::session::Session;
use super::settings::{IssuerSettings, PersistSetting};
use super::user::User;
use super::wire::Reply;
use super::{failure, tls};
use crate::build::BuildError;
use crate::call::Call;

/// A server and keybaton's own login there.
pub(super) struct Server {
    address: Address,
    tls: Option<TlsConnector>,
    login: String,
    password: SecretValue,
    persist: PersistSetting,
    timeout: std::time::Duration,
}

/// A connection that is logged in as keybaton's own user.
pub(super) struct Admin {
    session: Session,
    persist: PersistSetting,
}

impl Server {
    pub(super) fn new(settings: &IssuerSettings, checked: &Checked, password: SecretValue) -> Result<Self, BuildError> {
        Ok(Self {
            address: checked.address.clone(),
            tls: secured(&checked.address)?,
            login: settings.auth.user.clone(),
            password,
            persist: settings.persist,
            timeout: checked.traits.timeout,
        })
    }

    /// Connects and logs in.
    pub(super) async fn open(&self, what: &'static str) -> Called<Admin> {
        let call = Call::begin(what, self.address.place(), self.timeout);
        let mut session = Session::connect(call, &self.address, self.tls.as_ref()).await?;
        match session.login(&self.login, &self.password).await? {
            Reply::Error(error) => Err(failure::login(&session.call, &error)),
            _ => Ok(Admin { session, persist: self.persist }),
        }
    }
}

/// What an address needs for its way.
pub(super) fn secured(address: &Address) -> Result<Option<TlsConnector>, BuildError> {
    match &address.way {
        Way::Plain => Ok(None),
        Way::Tls(ca_file) => tls::connector(ca_file.as_deref()).map(Some),
    }
}

impl Admin {
    /// The users of these names that exist; one that accepts any password is refused. `lost` is what a lost answer
    /// leaves of the whole call.
    pub(super) async fn users<const N: usize>(&mut self, names: [&str; N], lost: Certainty) -> Called<Vec<User>> {
        let Reply::List(lines) = self.ask(&["ACL", "LIST"], lost).await? else {
            return Err(failure::misfit(&self.session.call, lost));
        };
        let read = lines.iter().map(|line| match line {
            Reply::Text(line) => User::read(line),
            _ => None,
        });
        let users: Option<Vec<User>> = read.collect();
        let users = users.ok_or_else(|| failure::misfit(&self.session.call, lost))?;
        let ours: Vec<User> = users.into_iter().filter(|user| names.contains(&user.name.as_str())).collect();
        match ours.iter().find(|user| user.nopass) {
            Some(user) => Err(self.refused(
                Blame::Rejected,
                &format!("user {} accepts any password (nopass), so nothing can be proven of one", user.name),
            )),
            None => Ok(ours),
        }
    }

    /// Changes a user. From here on a failure leaves the effect open.
    pub(super) async fn set(&mut self, user: &str, words: &[String]) -> Called<()> {
        let mut command = vec!["ACL", "SETUSER", user];
        command.extend(words.iter().map(String::as_str));
        self.ask(&command, Certainty::Unknown).await.map(drop)
    }

    /// Checks that a change could be written down, before anything is changed.
    pub(super) async fn persists(&mut self) -> Called<()> {
        let Some(command) = self.saving() else { return Ok(()) };
        match self.session.ask(command, Certainty::NotSent).await? {
            Reply::Error(error) => {
                let fault = failure::refused(&self.session.call, &error);
                let what = format!(
                    "{}; a restart of the server would lose the new password, so none was made (see `persist`)",
                    fault.what
                );
                Err(Fault { what, ..fault })
            }
            _ => Ok(()),
        }
    }

    /// Writes a change down that has happened: where that fails, a restart would undo it.
    pub(super) async fn save(&mut self) -> Called<()> {
        let Some(command) = self.saving() else { return Ok(()) };
        self.ask(command, Certainty::Unknown).await.map(drop).map_err(|fault| {
            let what = format!("{}; the change is in the server's memory and not written down", fault.what);
            Fault { certainty: Certainty::Unknown, what, ..fault }
        })
    }

    /// Ends all connections of a user.
    pub(super) async fn end(&mut self, user: &str) -> Called<()> {
        self.ask(&["CLIENT", "KILL", "USER", user], Certainty::Unknown).await.map(drop)
    }

    /// How many connections a user has.
    pub(super) async fn connections(&mut self, user: &str) -> Called<u32> {
        let Reply::Text(clients) = self.ask(&["CLIENT", "LIST"], Certainty::Unknown).await? else {
            return Err(failure::misfit(&self.session.call, Certainty::Unknown));
        };
        let word = format!("user={user}");
        let count = clients.lines().filter(|line| line.split(' ').any(|part| part == word)).count();
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// A refusal of ours, on what the server shows.
    pub(super) fn refused(&self, blame: Blame, why: &str) -> Fault {
        self.session.call.refused(blame, why)
    }

    /// Hangs up politely.
    pub(super) async fn close(self) {
        self.session.close().await;
    }

    fn saving(&self) -> Option<&'static [&'static str]> {
        match self.persist {
            PersistSetting::AclFile => Some(&["ACL", "SAVE"]),
            PersistSetting::ConfigFile => Some(&["CONFIG", "REWRITE"]),
            PersistSetting::Nowhere => None,
        }
    }

    async fn ask(&mut self, command: &[&str], lost: Certainty) -> Called<Reply> {
        match self.session.ask(command, lost).await? {
            Reply::Error(error) => Err(failure::refused(&self.session.call, &error)),
            reply => Ok(reply),
        }
    }
}
