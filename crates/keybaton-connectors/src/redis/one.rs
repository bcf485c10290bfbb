//! One user: a credential is one of its passwords.

use async_trait::async_trait;
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Fault, Issuer, IssuerTraits, Listed, Listing, Recognising, Sessions,
    Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use super::identity::Digest;
use super::server::{Admin, Server};
use super::settings::RevokeSetting;
use super::user::User;
use crate::password::{drawn, listed};

/// An issuer whose credentials are passwords of one ACL user. It keeps no labels; it recognises values.
pub struct RedisUser {
    pub(super) server: Server,
    pub(super) user: String,
    pub(super) on_revoke: RevokeSetting,
    pub(super) traits: IssuerTraits,
}

impl RedisUser {
    /// The user, where it exists.
    async fn read(&self, admin: &mut Admin, lost: Certainty) -> Called<Option<User>> {
        Ok(admin.users([&self.user], lost).await?.into_iter().next())
    }

    async fn digests(&self, what: &'static str) -> Called<Vec<Digest>> {
        let mut admin = self.server.open(what).await?;
        let user = self.read(&mut admin, Certainty::Unknown).await?;
        admin.close().await;
        Ok(user.map(|user| user.digests).unwrap_or_default())
    }

    /// The password behind an id; two that look the same are none.
    fn find(&self, admin: &Admin, user: Option<&User>, id: &IssuedId) -> Called<Option<Digest>> {
        let digests = user.map(|user| user.digests.as_slice()).unwrap_or_default();
        let mut found = digests.iter().filter(|digest| digest.id(&self.user) == *id);
        match (found.next(), found.next()) {
            (found, None) => Ok(found.cloned()),
            (_, Some(_)) => Err(admin.refused(Blame::Corrupt, &format!("{id} names two passwords"))),
        }
    }
}

#[async_trait]
impl Issuer for RedisUser {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let digest = Digest::of(drawn(create.value)?);
        let mut admin = self.server.open("create a credential").await?;
        let user = self.read(&mut admin, Certainty::NotSent).await?;
        let missing = || admin.refused(Blame::NotFound, &format!("there is no user {}", self.user));
        let user = user.ok_or_else(missing)?;
        if !user.on {
            return Err(admin.refused(Blame::Rejected, &format!("user {} is off", self.user)));
        }
        admin.persists().await?;
        admin.set(&self.user, &[digest.added()]).await?;
        admin.save().await?;
        admin.close().await;
        Ok(Created { id: digest.id(&self.user), value: None })
    }

    /// A password that is gone from the server's memory may still be in its file, so that is written in any case.
    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        let mut admin = self.server.open("destroy a credential").await?;
        let user = self.read(&mut admin, Certainty::NotSent).await?;
        if let Some(digest) = self.find(&admin, user.as_ref(), id)? {
            admin.set(&self.user, &[digest.removed()]).await?;
        }
        admin.save().await?;
        if user.is_some() && self.on_revoke == RevokeSetting::EndConnections {
            let ended = admin.end(&self.user).await;
            ended.map_err(|fault| Fault { certainty: Certainty::Unknown, ..fault })?;
        }
        admin.close().await;
        Ok(())
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    /// Redis switches users, not passwords.
    fn switching(&self) -> Option<&dyn Switching> {
        None
    }

    /// Redis does not say by which password a connection came.
    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn recognising(&self) -> Option<&dyn Recognising> {
        Some(self)
    }

    fn naming(&self) -> &'static str {
        "the user, a colon, and the first 16 digits of the password's digest in `ACL GETUSER`"
    }
}

#[async_trait]
impl Listing for RedisUser {
    async fn list(&self) -> Called<Vec<Listed>> {
        let digests = self.digests("list the credentials").await?;
        Ok(digests.iter().map(|digest| listed(digest.id(&self.user), None)).collect())
    }
}

#[async_trait]
impl Recognising for RedisUser {
    async fn recognise(&self, value: &SecretValue) -> Called<Option<IssuedId>> {
        let digest = Digest::of(value);
        let live = self.digests("recognise a credential").await?.contains(&digest);
        Ok(live.then(|| digest.id(&self.user)))
    }
}
