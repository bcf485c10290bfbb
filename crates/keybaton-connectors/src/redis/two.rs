//! Two users: a credential is the whole login of one of them, and logins alternate.

use async_trait::async_trait;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listed, Listing, Recognising, Sessions,
    Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use super::identity::Digest;
use super::server::{Admin, Server};
use super::user::User;
use crate::password::{drawn, listed};

/// An issuer whose credentials are two ACL users that alternate. It keeps no labels; it recognises values.
pub struct RedisUsers {
    pub(super) server: Server,
    pub(super) users: [String; 2],
    pub(super) traits: IssuerTraits,
}

/// A user that becomes a credential, and the rules that it gets.
struct Choice<'a> {
    name: &'a str,
    rules: Vec<String>,
}

impl RedisUsers {
    async fn read(&self, admin: &mut Admin, lost: Certainty) -> Called<Vec<User>> {
        let [a, b] = &self.users;
        admin.users([a, b], lost).await
    }

    async fn all(&self, what: &'static str) -> Called<Vec<User>> {
        let mut admin = self.server.open(what).await?;
        let users = self.read(&mut admin, Certainty::Unknown).await?;
        admin.close().await;
        Ok(users)
    }

    /// The user behind an id: one of the two, whatever the ledger says.
    fn known(&self, id: &IssuedId) -> Called<&str> {
        let foreign = || format!("user {id} is none of {}", self.users.join(" and "));
        let found = self.users.iter().find(|user| **user == id.0);
        found.map(String::as_str).ok_or_else(|| Fault::new(Blame::NotFound, Certainty::Refused, foreign()))
    }

    /// The user that has this password already, or one that nobody can log in with; with the rules of the other.
    fn choose(&self, admin: &Admin, users: &[User], digest: &Digest, taken: &[IssuedId]) -> Called<Choice<'_>> {
        let user = |name: &str| users.iter().find(|user| user.name == name);
        let repeated = |name: &&String| user(name).is_some_and(|user| user.digests == std::slice::from_ref(digest));
        let free = |name: &&String| {
            let taken = taken.iter().any(|id| id.0 == **name);
            !taken && user(name).is_none_or(User::is_spare)
        };
        let name = self.users.iter().find(repeated).or_else(|| self.users.iter().find(free));
        let Some(name) = name else {
            let what = format!("{} both have passwords, and two credentials live at once", self.users.join(" and "));
            return Err(admin.refused(Blame::Full, &what));
        };
        let other = self.users.iter().find(|other| *other != name).and_then(|other| user(other));
        let Some(model) = other.or_else(|| user(name)) else {
            let what = format!("there is no user {}, whose rules the other would get", self.users.join(" and none "));
            return Err(admin.refused(Blame::NotFound, &what));
        };
        Ok(Choice { name, rules: model.rules.clone() })
    }

    /// Switches a user that still has its password.
    async fn switch(&self, what: &'static str, id: &IssuedId, word: &str) -> Called<()> {
        let name = self.known(id)?;
        let mut admin = self.server.open(what).await?;
        let users = self.read(&mut admin, Certainty::NotSent).await?;
        if !users.iter().any(|user| user.name == name && !user.is_spare()) {
            return Err(admin.refused(Blame::NotFound, &format!("user {name} was destroyed")));
        }
        admin.set(name, &[word.to_owned()]).await?;
        admin.save().await?;
        admin.close().await;
        Ok(())
    }
}

#[async_trait]
impl Issuer for RedisUsers {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let digest = Digest::of(drawn(create.value)?);
        let mut admin = self.server.open("create a credential").await?;
        let users = self.read(&mut admin, Certainty::NotSent).await?;
        let Choice { name, rules } = self.choose(&admin, &users, &digest, create.taken)?;
        admin.persists().await?;
        let words: Vec<String> =
            ["reset".to_owned()].into_iter().chain(rules).chain([digest.added(), "on".to_owned()]).collect();
        admin.set(name, &words).await?;
        admin.save().await?;
        admin.close().await;
        Ok(Created { id: IssuedId::from(name), value: None })
    }

    /// The user keeps its rules, for whoever reads them, and loses its switch and its password.
    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        let name = self.known(id)?;
        let mut admin = self.server.open("destroy a credential").await?;
        let users = self.read(&mut admin, Certainty::NotSent).await?;
        if users.iter().any(|user| user.name == name) {
            admin.set(name, &["off".to_owned(), "resetpass".to_owned()]).await?;
        }
        admin.save().await?;
        admin.close().await;
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
        "the name of the user that logs in"
    }
}

#[async_trait]
impl Listing for RedisUsers {
    async fn list(&self) -> Called<Vec<Listed>> {
        let users = self.all("list the credentials").await?;
        let live = users.iter().filter(|user| !user.is_spare());
        Ok(live.map(|user| listed(IssuedId(user.name.clone()), Some(user.on))).collect())
    }
}

#[async_trait]
impl Switching for RedisUsers {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        self.switch("disable a credential", id, "off").await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        self.switch("enable a credential", id, "on").await
    }
}

#[async_trait]
impl Sessions for RedisUsers {
    async fn count(&self, id: &IssuedId) -> Called<u32> {
        let mut admin = self.server.open("count the sessions").await?;
        let count = admin.connections(&id.0).await?;
        admin.close().await;
        Ok(count)
    }

    /// The server ends the connections of a user that is deleted by itself.
    async fn end(&self, id: &IssuedId) -> Called<()> {
        let name = self.known(id)?;
        let mut admin = self.server.open("end the sessions").await?;
        let users = self.read(&mut admin, Certainty::NotSent).await?;
        if users.iter().any(|user| user.name == name) {
            admin.end(name).await?;
        }
        admin.close().await;
        Ok(())
    }
}

#[async_trait]
impl Recognising for RedisUsers {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        let digest = Digest::of(value);
        let users = self.all("recognise a credential").await?;
        let found = users.into_iter().find(|user| user.digests.contains(&digest));
        Ok(found.map(|user| IssuedId(user.name)))
    }
}
