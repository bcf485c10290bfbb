//! The secrets: each with all its versions, some of them deleted for the time being.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::Answer;
use super::secret::{Draft, Version};

/// So many entries has a page of a list, unless less are asked for.
const PAGE: usize = 25;

/// How long a deleted secret can be recovered.
const DAYS: i64 = 90;

/// The secrets, by their names: those of the service do not tell large letters from small ones.
#[derive(Default)]
pub(super) struct Store {
    secrets: BTreeMap<String, Secret>,
}

#[derive(Default)]
struct Secret {
    /// The oldest first.
    versions: Vec<Version>,
    deleted: Option<Timestamp>,
}

/// Where the secrets are: `https://127.0.0.1:8443`.
#[derive(Clone, Copy)]
pub(super) struct Root<'a>(pub(super) &'a str);

/// Which page of a list.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) skip: usize,
    pub(super) most: usize,
}

impl Page {
    pub(super) fn new(skip: Option<&str>, most: Option<&str>) -> Result<Self, Answer> {
        let number = |text: Option<&str>, usual| text.map_or(Ok(usual), |text| text.parse::<usize>().map_err(|_| ()));
        let read = number(skip, 0).and_then(|skip| Ok(Self { skip, most: number(most, PAGE)? }));
        match read {
            Ok(page) if (1..=PAGE).contains(&page.most) => Ok(page),
            _ => Err(Answer::bad("BadParameter")),
        }
    }
}

impl Root<'_> {
    fn id(self, name: &str, version: &str) -> String {
        format!("{}/secrets/{name}/{version}", self.0)
    }

    fn list(self, path: &str, page: Page, mut items: Vec<Value>) -> Answer {
        let more = items.len() > page.skip + page.most;
        let next = page.skip + page.most;
        // The rest of the link is how the service itself writes it: clients give it back as it is.
        let link = more.then(|| format!("{}{path}?api-version=7.6&$skiptoken={next}&maxresults={}", self.0, page.most));
        items = items.into_iter().skip(page.skip).take(page.most).collect();
        Answer::ok(json!({ "value": items, "nextLink": link }))
    }
}

impl Store {
    pub(super) fn set(&mut self, root: Root<'_>, name: &str, draft: Draft) -> Result<Answer, Answer> {
        if self.get(name).is_some_and(|secret| secret.deleted.is_some()) {
            return Err(Answer::refused(409, "Conflict", Some("ObjectIsDeletedButRecoverable")));
        }
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && name.len() <= 127;
        if !is_name {
            return Err(Answer::bad("BadParameter"));
        }
        let version = Version::new(draft)?;
        let bundle = version.bundle(&root.id(name, &version.id));
        self.secrets.entry(name.to_ascii_lowercase()).or_default().versions.push(version);
        Ok(Answer::ok(bundle))
    }

    /// A version, the last one where none is named.
    pub(super) fn read(&self, root: Root<'_>, name: &str, version: Option<&str>) -> Result<Answer, Answer> {
        let found = self.live(name)?.find(version)?;
        if !found.enabled {
            return Err(Answer::refused(403, "Forbidden", Some("SecretDisabled")));
        }
        Ok(Answer::ok(found.bundle(&root.id(name, &found.id))))
    }

    pub(super) fn change(&mut self, root: Root<'_>, name: &str, version: &str, draft: Draft) -> Result<Answer, Answer> {
        let secret = self.secrets.get_mut(&name.to_ascii_lowercase()).filter(|secret| secret.deleted.is_none());
        let mut versions = secret.into_iter().flat_map(|secret| &mut secret.versions);
        let found = versions.find(|found| found.id == version).ok_or_else(Answer::missing)?;
        found.change(draft);
        Ok(Answer::ok(found.item(&root.id(name, version))))
    }

    /// The versions in the order of their ids, which says nothing of time.
    pub(super) fn versions(&self, root: Root<'_>, name: &str, page: Page) -> Answer {
        let mut versions: Vec<&Version> =
            self.live(name).map(|secret| secret.versions.iter().collect()).unwrap_or_default();
        versions.sort_by(|a, b| a.id.cmp(&b.id));
        let items = versions.iter().map(|version| version.item(&root.id(name, &version.id)));
        root.list(&format!("/secrets/{name}/versions"), page, items.collect())
    }

    pub(super) fn names(&self, root: Root<'_>, page: Page) -> Answer {
        let live = self.secrets.iter().filter(|(_, secret)| secret.deleted.is_none());
        let items =
            live.filter_map(|(name, secret)| Some(secret.versions.last()?.item(&format!("{}/secrets/{name}", root.0))));
        root.list("/secrets", page, items.collect())
    }

    pub(super) fn delete(&mut self, root: Root<'_>, name: &str) -> Result<Answer, Answer> {
        self.live(name)?;
        if let Some(secret) = self.secrets.get_mut(&name.to_ascii_lowercase()) {
            secret.deleted = Some(Timestamp::now());
        }
        self.deleted(root, name)
    }

    pub(super) fn deleted(&self, root: Root<'_>, name: &str) -> Result<Answer, Answer> {
        let secret = self.get(name).filter(|secret| secret.deleted.is_some()).ok_or_else(Answer::missing)?;
        let since = secret.deleted.unwrap_or_default();
        let last = secret.find(None)?;
        let mut shown = last.item(&root.id(name, &last.id));
        shown["recoveryId"] = json!(format!("{}/deletedsecrets/{name}", root.0));
        shown["deletedDate"] = json!(since.as_second());
        shown["scheduledPurgeDate"] = json!((since + SignedDuration::from_hours(24 * DAYS)).as_second());
        Ok(Answer::ok(shown))
    }

    pub(super) fn recover(&mut self, root: Root<'_>, name: &str) -> Result<Answer, Answer> {
        self.deleted(root, name)?;
        if let Some(secret) = self.secrets.get_mut(&name.to_ascii_lowercase()) {
            secret.deleted = None;
        }
        let last = self.live(name)?.find(None)?;
        Ok(Answer::ok(last.item(&root.id(name, &last.id))))
    }

    pub(super) fn purge(&mut self, root: Root<'_>, name: &str) -> Result<Answer, Answer> {
        self.deleted(root, name)?;
        self.secrets.remove(&name.to_ascii_lowercase());
        Ok(Answer::empty())
    }

    pub(super) fn bring_to_front(&mut self, name: &str, version: &str) {
        if let Some(secret) = self.secrets.get_mut(&name.to_ascii_lowercase()) {
            secret.versions.sort_by_key(|known| known.id == version);
        }
    }

    /// Every version, the oldest first; none of a deleted secret.
    pub(super) fn all(&self, name: &str) -> Vec<Version> {
        self.live(name).map(|secret| secret.versions.clone()).unwrap_or_default()
    }

    fn get(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(&name.to_ascii_lowercase())
    }

    fn live(&self, name: &str) -> Result<&Secret, Answer> {
        self.get(name).filter(|secret| secret.deleted.is_none()).ok_or_else(Answer::missing)
    }
}

impl Secret {
    fn find(&self, version: Option<&str>) -> Result<&Version, Answer> {
        let found = match version {
            None => self.versions.last(),
            Some(id) => self.versions.iter().find(|version| version.id == id),
        };
        found.ok_or_else(Answer::missing)
    }
}
