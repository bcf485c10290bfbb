//! The entries of a list. An answer without the list must not look like an empty list: that would hide keys.

use serde_json::Value;

use super::extract::Path;
use crate::build::BuildError;

/// The JSON path of a list's entries.
#[derive(Debug)]
pub(super) struct Items {
    path: Path,
    /// What holds the entries, where the path ends in a selection of them.
    holder: Option<Path>,
}

impl Items {
    pub(super) fn new(at: &str, source: &str) -> Result<Self, BuildError> {
        let path = Path::new(at, source)?;
        let holder = holder(source).map(|holder| Path::new(at, holder)).transpose()?;
        Ok(Self { path, holder })
    }

    /// Returns the entries. None at all is an answer only when what would hold them is there, and is a list.
    pub(super) fn of<'v>(&self, document: &'v Value) -> Result<Vec<&'v Value>, String> {
        let items = self.path.all(document);
        if items.is_empty() && !self.holder.as_ref().is_some_and(|holder| holder.finds_a_list(document)) {
            return Err(self.path.misfit("finds no list"));
        }
        if self.holder.is_none() && items.iter().any(|item| item.is_array()) {
            return Err(self.path.misfit("finds a list and not its entries: it should end in [*]"));
        }
        Ok(items)
    }
}

/// Returns what stands before the last segment, where that is in brackets: `$.keys` of `$.keys[*]`.
fn holder(source: &str) -> Option<&str> {
    let source = source.trim_end();
    let (mut depth, mut quote, mut escaped, mut last) = (0_u32, None, false, None);
    for (at, c) in source.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => {
                if depth == 0 {
                    last = Some(at);
                }
                depth += 1;
            }
            (None, ']') => depth = depth.saturating_sub(1),
            (None, '.') if depth == 0 => last = None,
            (Some(_) | None, _) => {}
        }
    }
    source[..last?].strip_suffix("..").or(Some(&source[..last?])).filter(|_| source.ends_with(']'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_holder_is_what_stands_before_the_last_brackets() {
        for (source, found) in [
            ("$[*]", Some("$")),
            ("$.keys[*]", Some("$.keys")),
            ("$.a.b[?@.kind == 'x]y']", Some("$.a.b")),
            ("$.a[?@.b[0] == 1]", Some("$.a")),
            ("$['a']['b'][*]", Some("$['a']['b']")),
            ("$.keys", None),
            ("$.keys[*].inner", None),
        ] {
            assert_eq!(holder(source), found, "{source}");
        }
    }

    #[test]
    fn an_answer_without_the_list_is_no_empty_list() {
        let items = Items::new("items", "$.keys[*]").unwrap();
        assert!(items.of(&json!({ "keys": [] })).unwrap().is_empty());
        assert_eq!(items.of(&json!({ "keys": [{}, {}] })).unwrap().len(), 2);
        for document in [
            json!({}),
            json!({ "keys": null }),
            json!({ "keys": {} }),
            json!({ "keys": "none" }),
            json!([]),
            json!(null),
        ] {
            assert!(items.of(&document).is_err(), "{document}");
        }
        assert!(Items::new("items", "$.keys").unwrap().of(&json!({ "keys": [{}] })).is_err());
    }
}
