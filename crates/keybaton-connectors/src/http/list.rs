//! Reading the issuer's list: all pages, or a fault.

use std::collections::BTreeSet;
use std::time::Duration;

use keybaton_core::answer::Listed;
use keybaton_types::IssuedId;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::extract::Path;
use super::items::Items;
use super::known::Known;
use super::page;
use super::paging::Paging;
use super::request::Request;
use super::settings::{EnabledSettings, ListSettings};
use super::template;
use crate::build::BuildError;

/// The most pages that are read.
const MOST_PAGES: usize = 1000;

/// The most entries that are read.
const MOST_ENTRIES: usize = 100_000;

/// How the list is asked for and read.
#[derive(Debug)]
pub(super) struct List {
    pub(super) request: Request,
    items: Items,
    entry: Entry,
    next: Option<Path>,
    pub(super) paging: Option<Paging>,
    last_used_lag: Option<Duration>,
}

/// How an entry is read.
#[derive(Debug)]
struct Entry {
    id: Path,
    label: Option<Path>,
    created: Option<Path>,
    last_used: Option<Path>,
    creator: Option<Path>,
    enabled: Option<Enabled>,
}

#[derive(Debug)]
enum Enabled {
    Truth(Path),
    Equals(Path, Value),
}

/// The list as far as it is read.
#[derive(Default)]
pub(super) struct Reading {
    entries: Vec<Listed>,
    ids: BTreeSet<IssuedId>,
    pages: usize,
}

impl List {
    pub(super) fn new(settings: &ListSettings, known: &Known<'_>) -> Result<Self, BuildError> {
        let path = |key: &str, source: &Option<String>| {
            source.as_ref().map(|source| Path::new(&format!("list.{key}"), source)).transpose()
        };
        let enabled = match &settings.enabled {
            None => None,
            Some(EnabledSettings::Path(source)) => Some(Enabled::Truth(Path::new("list.enabled", source)?)),
            Some(EnabledSettings::Equals(equals)) => {
                Some(Enabled::Equals(Path::new("list.enabled.path", &equals.path)?, equals.equals.clone()))
            }
        };
        Ok(Self {
            request: Request::new("list", &settings.call(), &known.and(&[template::SECRET, template::ENV]))?,
            items: Items::new("list.items", &settings.items)?,
            entry: Entry {
                id: Path::new("list.id", &settings.id)?,
                label: path("label", &settings.label)?,
                created: path("created", &settings.created)?,
                last_used: path("last_used", &settings.last_used)?,
                creator: path("creator", &settings.creator)?,
                enabled,
            },
            next: path("next", &settings.next)?,
            paging: settings.page.as_ref().map(|page| Paging::new(page, settings)).transpose()?,
            last_used_lag: settings.last_used_lag,
        })
    }

    /// Whether it tells when a credential was last used.
    pub(super) fn tells_last_use(&self) -> bool {
        self.entry.last_used.is_some()
    }

    /// How late it may tell, where the settings say so.
    pub(super) fn last_used_lag(&self) -> Option<Duration> {
        self.last_used_lag
    }

    /// Whether it tells the label, by which we recognise our own.
    pub(super) fn tells_labels(&self) -> bool {
        self.entry.label.is_some()
    }

    /// Returns the text that leads to the next page, if there is one: in the body, or else in the `Link` header.
    pub(super) fn next(&self, document: &Value, headers: &HeaderMap) -> Result<Option<String>, String> {
        match self.next.as_ref().map(|path| path.text(document)).transpose()?.flatten() {
            Some(next) => Ok(Some(next)),
            None => page::linked(headers),
        }
    }

    /// Adds a page's entries to what is read, and returns how many they are.
    pub(super) fn read(&self, document: &Value, reading: &mut Reading) -> Result<usize, String> {
        let items = self.items.of(document)?;
        for item in &items {
            reading.add(self.entry.read(item)?)?;
        }
        Ok(items.len())
    }
}

impl Entry {
    fn read(&self, item: &Value) -> Result<Listed, String> {
        let label = self.label.as_ref().map(|path| path.text(item)).transpose()?.flatten();
        let created = self.created.as_ref().map(|path| path.time(item)).transpose()?.flatten();
        let last_used = self.last_used.as_ref().map(|path| path.time(item)).transpose()?.flatten();
        let enabled = match &self.enabled {
            None => None,
            Some(Enabled::Truth(path)) => path.truth(item)?,
            Some(Enabled::Equals(path, wanted)) => path.equals(item, wanted)?,
        };
        let creator = self.creator.as_ref().and_then(|path| path.name(item));
        Ok(Listed { id: self.id.id(item)?, label, enabled, created, last_used, creator })
    }
}

impl Reading {
    /// Counts a page, and refuses one too many.
    pub(super) fn turn(&mut self) -> Result<(), String> {
        self.pages += 1;
        if self.pages > MOST_PAGES { Err(format!("the list has more than {MOST_PAGES} pages")) } else { Ok(()) }
    }

    /// How many pages were begun.
    pub(super) fn pages(&self) -> usize {
        self.pages
    }

    /// How many entries were read.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the whole list.
    pub(super) fn done(self) -> Vec<Listed> {
        self.entries
    }

    fn add(&mut self, entry: Listed) -> Result<(), String> {
        if !self.ids.insert(entry.id.clone()) {
            return Err("the list names a credential twice: it changed while it was read, or its pages go in circles"
                .to_owned());
        }
        if self.entries.len() == MOST_ENTRIES {
            return Err(format!("the list has more than {MOST_ENTRIES} entries"));
        }
        self.entries.push(entry);
        Ok(())
    }
}
