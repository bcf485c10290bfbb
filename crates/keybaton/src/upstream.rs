//! Where `run` and `agent` read from: a server or an agent, and how it knows us.

use std::path::PathBuf;

use clap::Args;
use keybaton_client::{Access, Builder, CacheKey, Client, DiskCache};
use keybaton_ports::{Failure, FailureKind};

use crate::{
    cli::Global,
    remote::access::{TOKEN, named},
};

/// Where values are read from, beside the flags that name a server for every command.
#[derive(Debug, Args)]
pub(crate) struct Upstream {
    /// The name of this instance; no two that run at once may have one name [default: host and process]
    #[arg(long, value_name = "NAME", env = "KEYBATON_INSTANCE", hide_env_values = true)]
    instance: Option<String>,
    /// Keep the newest versions in this folder, sealed, for a restart while the server is down
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
}

impl Upstream {
    /// The client that reads there.
    pub(crate) fn client(&self, global: &Global) -> Result<Client, Failure> {
        self.builder(global)?.build().map_err(|error| refused(&error))
    }

    fn builder(&self, global: &Global) -> Result<Builder, Failure> {
        let server = &named(global).ok_or_else(unnamed)?;
        let mut builder = Client::builder(server, access(global, server)?).hands_on();
        if let Some(path) = &global.ca_file {
            builder = builder.authorities(path);
        }
        if let Some(name) = &self.instance {
            builder = builder.instance(name);
        }
        if let Some(folder) = &self.cache {
            let cache = DiskCache::open(folder, &CacheKey::Beside).map_err(|error| refused(&error))?;
            builder = builder.cache(cache);
        }
        Ok(builder)
    }
}

fn access(global: &Global, server: &str) -> Result<Access, Failure> {
    match &global.token_file {
        Some(path) => Ok(Access::file(path)),
        None if std::env::var_os(TOKEN).is_some() => Access::env(TOKEN).map_err(|error| refused(&error)),
        None if server.starts_with("unix:") => Ok(Access::by_socket()),
        None => Err(Failure::new(FailureKind::Usage, "nothing says who we are")
            .safe("nothing was read")
            .hint("give --token-file FILE, or KEYBATON_TOKEN; `keybaton token create` makes a token")),
    }
}

fn unnamed() -> Failure {
    Failure::new(FailureKind::Usage, "no server is named")
        .safe("nothing was read")
        .hint("name it: --server URL, or KEYBATON_SERVER; an agent on this machine is one too")
}

fn refused(error: &keybaton_client::Error) -> Failure {
    Failure::new(FailureKind::Usage, "secrets cannot be read this way").because(error).hint(error.hint())
}
