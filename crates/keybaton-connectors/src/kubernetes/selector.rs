//! A selector of pods, as a workload has it and as a list is asked by it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A selector of pods. One that says nothing selects nothing.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Selector {
    match_labels: BTreeMap<String, String>,
    match_expressions: Vec<Expression>,
}

#[derive(Deserialize)]
struct Expression {
    key: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
}

impl Selector {
    /// As a list is asked by it: `app=web,tier in (a,b)`.
    pub(super) fn text(&self) -> String {
        let labels = self.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
        let text = labels.chain(self.match_expressions.iter().map(Expression::text)).collect::<Vec<_>>().join(",");
        // An empty selector would mean every pod.
        if text.is_empty() { "keybaton/none".to_owned() } else { text }
    }
}

impl Expression {
    fn text(&self) -> String {
        let Self { key, operator, values } = self;
        match operator.as_str() {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "DoesNotExist" => format!("!{key}"),
            _ => key.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_asked_as_it_stands() {
        let selector: Selector = serde_json::from_str(
            r#"{"matchLabels":{"app":"web","tier":"x"},"matchExpressions":[
                {"key":"a","operator":"In","values":["1","2"]},{"key":"b","operator":"NotIn","values":["3"]},
                {"key":"c","operator":"Exists"},{"key":"d","operator":"DoesNotExist"}]}"#,
        )
        .unwrap();
        assert_eq!(selector.text(), "app=web,tier=x,a in (1,2),b notin (3),c,!d");
        assert_eq!(Selector::default().text(), "keybaton/none");
    }
}
