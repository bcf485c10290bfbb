//! One way to a token: which one it is, whether it is there, and the credential of Microsoft's library that walks it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::ClientOptions;
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions, DeveloperToolsCredential,
    DeveloperToolsCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use keybaton_seal::SecretValue;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::settings::{By, LoginSettings};
use super::tool::Tool;
use crate::azure::wire::{METADATA, Wire};

/// How long the metadata service of a virtual machine, which is on the same host, may take until it is no such machine.
const NEAR: Duration = Duration::from_secs(1);

/// The ways that are tried without being named, in this order.
const ORDER: [By; 4] = [By::Environment, By::WorkloadIdentity, By::ManagedIdentity, By::DeveloperTools];

/// What every way needs to know.
pub(super) struct Sources {
    settings: LoginSettings,
    secret: Option<SecretValue>,
    wire: Wire,
}

impl Sources {
    pub(super) fn new(settings: &LoginSettings, secret: Option<SecretValue>, wire: Wire) -> Self {
        Self { settings: settings.clone(), secret, wire }
    }

    /// The way to take: the one that the settings name, or the first that is there.
    pub(super) async fn way(&self) -> By {
        if let Some(by) = self.settings.by {
            return by;
        }
        if self.secret.is_some() {
            return By::ClientSecret;
        }
        for by in ORDER {
            if self.is_there(by).await {
                return by;
            }
        }
        By::DeveloperTools
    }

    /// The credential that walks a way.
    pub(super) fn credential(&self, by: By) -> azure_core::Result<Arc<dyn TokenCredential>> {
        Ok(match by {
            By::ClientSecret => self.with_secret(self.secret_text())?,
            By::Environment => self.with_secret(given("AZURE_CLIENT_SECRET").unwrap_or_default())?,
            By::WorkloadIdentity => WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options: self.options() },
                client_id: self.settings.client_id.clone(),
                tenant_id: self.settings.tenant_id.clone(),
                token_file_path: self.settings.token_file.clone(),
            }))?,
            By::ManagedIdentity => ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                user_assigned_id: self.client_id().map(UserAssignedId::ClientId),
                client_options: self.options(),
            }))?,
            By::DeveloperTools => {
                DeveloperToolsCredential::new(Some(DeveloperToolsCredentialOptions { executor: Some(Arc::new(Tool)) }))?
            }
        })
    }

    async fn is_there(&self, by: By) -> bool {
        let (tenant, client) = (self.tenant_id().is_some(), self.client_id().is_some());
        match by {
            By::ClientSecret => self.secret.is_some(),
            By::Environment => tenant && client && given("AZURE_CLIENT_SECRET").is_some(),
            By::WorkloadIdentity => tenant && client && self.token_file().is_some(),
            By::ManagedIdentity => given("IDENTITY_ENDPOINT").is_some() || is_a_virtual_machine().await,
            By::DeveloperTools => true,
        }
    }

    fn with_secret(&self, secret: String) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let options = ClientSecretCredentialOptions { client_options: self.options() };
        let (tenant, client) = (self.tenant_id().unwrap_or_default(), self.client_id().unwrap_or_default());
        Ok(ClientSecretCredential::new(&tenant, client, Secret::new(secret), Some(options))?)
    }

    fn options(&self) -> ClientOptions {
        let cloud = self.settings.authority.clone().map(|authority| {
            let mut cloud = CustomConfiguration::default();
            cloud.authority_host = authority;
            Arc::new(cloud.into())
        });
        ClientOptions { cloud, ..self.wire.clone().options() }
    }

    fn tenant_id(&self) -> Option<String> {
        self.settings.tenant_id.clone().or_else(|| given("AZURE_TENANT_ID"))
    }

    fn client_id(&self) -> Option<String> {
        self.settings.client_id.clone().or_else(|| given("AZURE_CLIENT_ID"))
    }

    fn token_file(&self) -> Option<PathBuf> {
        self.settings.token_file.clone().or_else(|| given("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from))
    }

    fn secret_text(&self) -> String {
        #[expect(clippy::disallowed_methods, reason = "Entra ID knows keybaton by this secret")]
        let text = self.secret.as_ref().and_then(|secret| str::from_utf8(secret.expose()).ok());
        text.map(str::trim).unwrap_or_default().to_owned()
    }
}

/// What it is called in words.
pub(super) fn words(by: By) -> &'static str {
    match by {
        By::ClientSecret => "the client secret",
        By::Environment => "the client secret of the environment",
        By::WorkloadIdentity => "workload identity",
        By::ManagedIdentity => "managed identity",
        By::DeveloperTools => "developer tools (az login, azd auth login)",
    }
}

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Whether there is a metadata service to ask.
async fn is_a_virtual_machine() -> bool {
    timeout(NEAR, TcpStream::connect((METADATA, 80))).await.is_ok_and(|connected| connected.is_ok())
}
