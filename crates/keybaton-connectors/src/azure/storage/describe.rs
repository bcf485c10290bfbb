//! What Azure says of the account and of what keybaton may do with it, held against what a rotation needs. `connector test`
//! asks. Either is told only to those who may read it: the role that is enough for rotating may not.

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Describing, Fault};
use serde::Deserialize;

use super::issuer::StorageIssuer;

/// What has to be allowed, and in words.
const NEEDED: [(&str, &str); 2] = [
    ("Microsoft.Storage/storageAccounts/listKeys/action", "read the keys"),
    ("Microsoft.Storage/storageAccounts/regenerateKey/action", "make a key anew"),
];

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    #[serde(default)]
    allow_shared_key_access: Option<bool>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    value: Vec<Permission>,
}

/// What one role allows: actions, less those that it names beside them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    not_actions: Vec<String>,
}

#[async_trait]
impl Describing for StorageIssuer {
    async fn differences(&self) -> Called<Vec<String>> {
        let errand = self.account.begin();
        let shown: Option<Shown> = self.account.described(errand).await?;
        let permissions: Option<Permissions> = self.account.permitted(errand).await?;
        if shown.is_none() && permissions.is_none() {
            let what = "the identity that keybaton uses may read neither the account nor its own permissions";
            return Err(Fault::new(Blame::OurCredential, Certainty::Refused, what));
        }
        let mut found = Vec::new();
        if shown.is_some_and(|shown| shown.properties.allow_shared_key_access == Some(false)) {
            found.push(
                "the account takes no request that is signed with a key (allowSharedKeyAccess is false)".to_owned(),
            );
        }
        found.extend(permissions.iter().flat_map(missing));
        Ok(found)
    }
}

fn missing(permissions: &Permissions) -> impl Iterator<Item = String> {
    NEEDED
        .into_iter()
        .filter(|(action, _)| !permissions.value.iter().any(|role| role.allows(action)))
        .map(|(action, words)| format!("the identity that keybaton uses may not {words} ({action})"))
}

impl Permission {
    fn allows(&self, action: &str) -> bool {
        let has = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
        has(&self.actions) && !has(&self.not_actions)
    }
}

/// Whether an action is meant by a pattern, in which `*` is any text and case is nothing.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == action };
    let Some(mut left) = action.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_allows_what_its_patterns_mean_and_nothing_that_it_takes_back() {
        let role = |actions: &[&str], not: &[&str]| {
            let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
            let role = Permission { actions: texts(actions), not_actions: texts(not) };
            let permissions = Permissions { value: vec![role] };
            missing(&permissions).count()
        };
        let both = "Microsoft.Storage/storageAccounts";
        assert_eq!(role(&["*"], &[]), 0);
        assert_eq!(role(&["*/read"], &[]), 2);
        assert_eq!(role(&["microsoft.storage/storageaccounts/*/action"], &[]), 0);
        assert_eq!(role(&[&format!("{both}/listkeys/action"), &format!("{both}/regeneratekey/action")], &[]), 0);
        assert_eq!(role(&["Microsoft.Storage/*"], &["*/regenerateKey/*"]), 1);
        assert_eq!(role(&["*/storageAccounts/list*/action"], &[]), 1);
        assert_eq!(role(&[], &[]), 2);
    }
}
