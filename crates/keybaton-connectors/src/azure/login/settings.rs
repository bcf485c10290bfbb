//! The table `login`: who keybaton itself is.

use std::path::PathBuf;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use crate::build::BuildError;
use crate::schema;

/// Who keybaton itself is at Azure. Without it the first of these is taken that is there: the environment's
/// `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`; a workload identity; a managed identity; the login of the
/// Azure CLI or the Azure Developer CLI.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginSettings {
    /// The only way that is taken. Default: `client-secret` where there is one, otherwise the first that is there.
    pub by: Option<By>,
    /// The directory. Default: `AZURE_TENANT_ID`.
    pub tenant_id: Option<String>,
    /// The application, or the managed identity of several. Default: `AZURE_CLIENT_ID`.
    pub client_id: Option<String>,
    /// The secret of the application.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub client_secret: Option<Reference>,
    /// The file with the token of a workload identity. Default: `AZURE_FEDERATED_TOKEN_FILE`.
    pub token_file: Option<PathBuf>,
    /// Where Entra ID is. Default: `AZURE_AUTHORITY_HOST`, otherwise the public cloud.
    pub authority: Option<String>,
}

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// An application and its secret, which the settings refer to.
    ClientSecret,
    /// An application and its secret, from the environment.
    Environment,
    /// A token of the platform, such as that of a pod, that Entra ID trusts.
    WorkloadIdentity,
    /// The identity of the machine, the function or the container app that keybaton runs in.
    ManagedIdentity,
    /// The login of a person: `az login`, or `azd auth login`.
    DeveloperTools,
}

impl LoginSettings {
    /// Checks what can be checked without a network; `self` is the table `login`.
    pub(in crate::azure) fn check(&self) -> Result<(), BuildError> {
        let wrong = |at: &str, what: &str| Err(BuildError::setting(format!("login.{at}"), what));
        match (self.by, &self.client_secret) {
            (Some(By::ClientSecret), None) => return wrong("client_secret", "`by = \"client-secret\"` needs one"),
            (Some(By::ClientSecret) | None, _) | (_, None) => {}
            (Some(_), Some(_)) => return wrong("client_secret", "it goes with `by = \"client-secret\"` alone"),
        }
        if self.client_secret.is_some() && (self.tenant_id.is_none() || self.client_id.is_none()) {
            return wrong("client_secret", "it needs `tenant_id` and `client_id` beside it");
        }
        let is_id =
            |id: &String| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        for (at, id) in [("tenant_id", &self.tenant_id), ("client_id", &self.client_id)] {
            if !id.as_ref().is_none_or(is_id) {
                return wrong(at, "it has letters, digits, dots and dashes only");
            }
        }
        match self.authority.as_deref().map(Url::parse) {
            Some(Ok(url)) if url.scheme() == "https" && url.has_host() && url.username().is_empty() => Ok(()),
            Some(_) => wrong("authority", "it is an https URL such as https://login.microsoftonline.com"),
            None => Ok(()),
        }
    }

    /// The secret that it needs.
    pub(in crate::azure) fn references(&self) -> Vec<&Reference> {
        self.client_secret.iter().collect()
    }

    /// The file of its that starts at the folder of the configuration.
    pub(in crate::azure) fn file(&mut self) -> Option<&mut PathBuf> {
        self.token_file.as_mut()
    }
}
