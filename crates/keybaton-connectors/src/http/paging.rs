//! Lists that are read page by page where the next page is no link: counted pages, counted entries, or a cursor.

use serde_json::Value;
use url::Url;

use super::extract::Path;
use super::list::Reading;
use super::settings::{ListSettings, PageSettings};
use crate::build::BuildError;

/// How the next page is asked for, and when there is none.
#[derive(Debug)]
pub(super) struct Paging {
    parameter: String,
    way: Way,
    more: Option<Path>,
    last: Option<Path>,
    total: Option<Path>,
}

#[derive(Debug)]
enum Way {
    /// The parameter is the page's number, counted from here.
    Number(usize),
    /// The parameter is how many entries come before the page.
    Offset,
    /// The parameter is what the page before says.
    Cursor(Path),
}

impl Paging {
    pub(super) fn new(settings: &PageSettings, whole: &ListSettings) -> Result<Self, BuildError> {
        let PageSettings { number, offset, cursor, first, from, more, last, total } = settings;
        if whole.next.is_some() {
            return Err(BuildError::setting("list.page", "next leads to the next page already"));
        }
        let path = |key: &str, source: &Option<String>| {
            source.as_ref().map(|source| Path::new(&format!("list.page.{key}"), source)).transpose()
        };
        let from = path("from", from)?;
        let (parameter, way) = match (number, offset, cursor, from) {
            (Some(name), None, None, None) => (name, Way::Number(first.unwrap_or(1))),
            (None, Some(name), None, None) if first.is_none() => (name, Way::Offset),
            (None, None, Some(name), Some(from)) if first.is_none() => (name, Way::Cursor(from)),
            (Some(_) | None, Some(_) | None, Some(_) | None, Some(_) | None) => {
                let what = "it is one of { number = \"page\", first = 1 }, { offset = \"skip\" } and \
                            { cursor = \"after\", from = \"$.last\" }";
                return Err(BuildError::setting("list.page", what));
            }
        };
        let (more, last, total) = (path("more", more)?, path("last", last)?, path("total", total)?);
        Ok(Self { parameter: parameter.clone(), way, more, last, total })
    }

    /// Returns the URL of the page after this one, if there is one; `first` is the first page's, and `found` is how many
    /// entries this one had.
    pub(super) fn next(
        &self,
        first: &Url,
        document: &Value,
        found: usize,
        reading: &Reading,
    ) -> Result<Option<Url>, String> {
        if self.is_over(document, found, reading)? {
            return Ok(None);
        }
        let value = match &self.way {
            Way::Number(from) => (from + reading.pages()).to_string(),
            Way::Offset => reading.len().to_string(),
            Way::Cursor(path) => match path.cursor(document)? {
                Some(cursor) => cursor,
                None if self.more.is_some() => return Err(path.misfit("finds no cursor, but there is more")),
                None => return Ok(None),
            },
        };
        Ok(Some(with(first, &self.parameter, &value)))
    }

    fn is_over(&self, document: &Value, found: usize, reading: &Reading) -> Result<bool, String> {
        if let Some(more) = &self.more {
            return more.truth(document)?.map(|more| !more).ok_or_else(|| more.misfit("finds nothing"));
        }
        let missing = |path: &Path| path.misfit("says that there is more, but a page came that is empty");
        if let Some(last) = &self.last {
            let over = last.count(document)? <= reading.pages();
            return if over || found > 0 { Ok(over) } else { Err(missing(last)) };
        }
        if let Some(total) = &self.total {
            let over = total.count(document)? <= reading.len();
            return if over || found > 0 { Ok(over) } else { Err(missing(total)) };
        }
        Ok(found == 0 && !matches!(self.way, Way::Cursor(_)))
    }
}

/// The same URL with another value of one parameter.
fn with(url: &Url, parameter: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(name, _)| name != parameter).collect();
    let mut next = url.clone();
    next.query_pairs_mut().clear().extend_pairs(kept).append_pair(parameter, value);
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_parameter_is_replaced_and_the_others_stay() {
        let url = Url::parse("https://a.example/keys?limit=5&page=1&q=a%20b").unwrap();
        assert_eq!(with(&url, "page", "2").as_str(), "https://a.example/keys?limit=5&q=a+b&page=2");
        assert_eq!(with(&url, "page[number]", "x&y").query(), Some("limit=5&page=1&q=a+b&page%5Bnumber%5D=x%26y"));
    }
}
