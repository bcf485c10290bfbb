//! Where a secret is: the mount of an engine and a path below it, as they stand in a URL.

use crate::build::BuildError;
use crate::web::percent;

/// The longest path: beyond it servers refuse URLs.
const LONGEST: usize = 512;

/// A mount and a path below it, both encoded for a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    mount: String,
    path: String,
    shown: String,
}

impl Place {
    /// Checks a mount and the name of a secret.
    pub(super) fn new(mount: &str, name: &str) -> Result<Self, BuildError> {
        let (mount_part, path) = (encoded("mount", mount)?, encoded("name", name)?);
        Ok(Self { mount: mount_part, path, shown: format!("{}/{name}", mount.trim_matches('/')) })
    }

    /// Where the versions are: `/v1/secret/data/team/payments`.
    pub(super) fn data(&self) -> String {
        self.below("data")
    }

    /// Where what is said of all versions is.
    pub(super) fn metadata(&self) -> String {
        self.below("metadata")
    }

    /// Where versions are destroyed.
    pub(super) fn destroy(&self) -> String {
        self.below("destroy")
    }

    /// As a person writes it: `secret/team/payments`.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    fn below(&self, part: &str) -> String {
        format!("/v1/{}/{part}/{}", self.mount, self.path)
    }
}

/// Checks a path of segments and encodes each.
pub(super) fn encoded(at: &str, path: &str) -> Result<String, BuildError> {
    let wrong = |what: &str| Err(BuildError::setting(at, format!("{path:?}: {what}")));
    if path.is_empty() || path.len() > LONGEST {
        return wrong("it has 1 to 512 bytes");
    }
    if path.chars().any(char::is_control) {
        return wrong("it has a control character");
    }
    let segments: Vec<&str> = path.split('/').collect();
    if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return wrong("it is a path such as team/payments, without . and .. and without an empty part");
    }
    Ok(segments.iter().map(|segment| percent(segment)).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_where_it_says() {
        let place = Place::new("kv/team", "app one/key?#%").unwrap();
        assert_eq!(place.data(), "/v1/kv/team/data/app%20one/key%3F%23%25");
        assert_eq!(place.shown(), "kv/team/app one/key?#%");
        for path in ["", "/a", "a/", "a//b", "a/../b", ".", "..", "a\nb"] {
            assert!(Place::new("secret", path).is_err(), "{path:?}");
            assert!(Place::new(path, "a").is_err(), "{path:?}");
        }
    }
}
