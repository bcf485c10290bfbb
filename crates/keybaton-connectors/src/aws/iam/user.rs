//! A user: the requests about its keys and tags, and what their answers say.

use std::collections::BTreeMap;

use jiff::Timestamp as Instant;
use keybaton_ports::{Called, Listed};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Label, Timestamp};

use super::form::{IAM, form};
use super::page::{Page, Part};
use crate::aws::failure::Said;
use crate::aws::server::Server;
use crate::aws::wire::{Asked, Errand};

/// More than any user has: two keys, fifty tags.
const MANY: &str = "100";

/// A user of IAM.
pub(super) struct User {
    pub(super) server: Server,
    pub(super) name: String,
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Inactive,
}

/// The marks of keys, by their ids.
pub(super) type Marks = BTreeMap<String, String>;

impl User {
    /// Makes a key.
    pub(super) async fn create(&self, errand: &Errand) -> Called<(IssuedId, SecretValue)> {
        let asked = self.form("CreateAccessKey", &[]);
        let answer = self.server.done(errand, &asked).await?;
        let line = self.server.line(&asked);
        let page = Page::read(&line, &answer.body)?;
        let (id, secret) = (page.text("AccessKeyId")?, page.text("SecretAccessKey")?);
        let value = SecretValue::from_text(secret.to_owned()).map_err(|error| page.unclear(error))?;
        Ok((IssuedId(id.to_owned()), value))
    }

    /// Switches a key.
    pub(super) async fn switch(&self, errand: &Errand, id: &IssuedId, status: Status) -> Called<()> {
        let status = match status {
            Status::Active => "Active",
            Status::Inactive => "Inactive",
        };
        let asked = self.form("UpdateAccessKey", &[("AccessKeyId", &id.0), ("Status", status)]);
        self.server.done(errand, &asked).await.map(drop)
    }

    /// Destroys a key; one that is gone is success.
    pub(super) async fn destroy(&self, errand: &Errand, id: &IssuedId) -> Called<()> {
        let asked = self.form("DeleteAccessKey", &[("AccessKeyId", &id.0)]);
        let answer = self.server.ask(errand, &asked).await?;
        match answer.said() {
            None | Some(Said::Gone) => Ok(()),
            Some(_) => Err(self.server.refusal(&asked, &answer)),
        }
    }

    /// Its keys.
    pub(super) async fn keys(&self, errand: &Errand) -> Called<Vec<Listed>> {
        let asked = self.form("ListAccessKeys", &[("MaxItems", MANY)]);
        let answer = self.server.done(errand, &asked).await?;
        let line = self.server.line(&asked);
        let page = Page::read(&line, &answer.body)?;
        page.is_whole()?;
        let keys: Option<Vec<_>> = page.all("member").map(listed).collect();
        keys.ok_or_else(|| page.unclear("an entry has no AccessKeyId"))
    }

    /// When a key was last used; none for one that never was.
    pub(super) async fn last_used(&self, errand: &Errand, id: &IssuedId) -> Called<Option<Timestamp>> {
        let asked = form(IAM, "GetAccessKeyLastUsed", &[("AccessKeyId", &id.0)]);
        let answer = self.server.done(errand, &asked).await?;
        let line = self.server.line(&asked);
        let page = Page::read(&line, &answer.body)?;
        let used = page.all("AccessKeyLastUsed").next();
        let used = used.ok_or_else(|| page.unclear("the answer has no AccessKeyLastUsed"))?;
        match used.text("LastUsedDate").filter(|date| *date != "N/A") {
            None => Ok(None),
            // A use at a time that cannot be read is none that may be taken for silence.
            Some(date) => time(date).map(Some).ok_or_else(|| page.unclear("LastUsedDate is no time")),
        }
    }

    /// The marks of its keys: tags whose key is the id of one. Descriptions that people gave are among them.
    pub(super) async fn marks(&self, errand: &Errand) -> Called<Marks> {
        let asked = self.form("ListUserTags", &[("MaxItems", MANY)]);
        let answer = self.server.done(errand, &asked).await?;
        let line = self.server.line(&asked);
        let page = Page::read(&line, &answer.body)?;
        page.is_whole()?;
        let tags =
            page.all("member").filter_map(|tag| Some((tag.text("Key")?.to_owned(), tag.text("Value")?.to_owned())));
        Ok(tags.collect())
    }

    /// Marks a key as ours.
    pub(super) async fn mark(&self, errand: &Errand, id: &IssuedId, label: &Label) -> Called<()> {
        let tag = [("Tags.member.1.Key", id.0.as_str()), ("Tags.member.1.Value", label.0.as_str())];
        self.server.done(errand, &self.form("TagUser", &tag)).await.map(drop)
    }

    /// Takes the mark of a key away.
    pub(super) async fn unmark(&self, errand: &Errand, id: &IssuedId) -> Called<()> {
        let asked = self.form("UntagUser", &[("TagKeys.member.1", &id.0)]);
        self.server.done(errand, &asked).await.map(drop)
    }

    fn form(&self, action: &'static str, more: &[(&str, &str)]) -> Asked {
        let parameters: Vec<_> =
            std::iter::once(("UserName", self.name.as_str())).chain(more.iter().copied()).collect();
        form(IAM, action, &parameters)
    }
}

fn listed(part: Part<'_>) -> Option<Listed> {
    Some(Listed {
        id: IssuedId(part.text("AccessKeyId")?.to_owned()),
        label: None,
        enabled: part.text("Status").map(|status| status == "Active"),
        created: part.text("CreateDate").and_then(time),
        last_used: None,
        creator: None,
    })
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse::<Instant>().ok().map(|at| Timestamp(at.as_microsecond()))
}
