//! Requests of the query protocol: an action with its parameters, as a form.

use std::fmt::Write as _;

use crate::aws::wire::Asked;
use crate::web::percent;

/// The version of the API of IAM.
pub(super) const IAM: &str = "2010-05-08";
/// The version of the API of the Security Token Service.
pub(super) const STS: &str = "2011-06-15";

/// An action with its parameters.
pub(super) fn form(version: &str, action: &'static str, parameters: &[(&str, &str)]) -> Asked {
    let mut body = format!("Action={action}&Version={version}");
    for (name, value) in parameters {
        let _ = write!(body, "&{name}={}", percent(value));
    }
    Asked::new(action, body.into_bytes())
}
