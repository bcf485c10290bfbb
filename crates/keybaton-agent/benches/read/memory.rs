//! What an agent takes in memory, by how many secrets it has at hand.

use crate::Bad;
use crate::asker::Asker;
use crate::process::{Process, Role};

/// How many secrets are read.
const SECRETS: [usize; 3] = [1, 1_000, 10_000];

/// How many connections read them.
const READERS: usize = 16;

/// Secrets, and the memory of the agent in KiB.
pub(crate) async fn measure(upstream: &str) -> Result<Vec<(usize, u64)>, Bad> {
    let mut taken = Vec::new();
    for secrets in SECRETS {
        let folder = tempfile::tempdir()?;
        let agent = Process::start(Role::Agent, upstream, folder.path()).await?;
        let mut readers = tokio::task::JoinSet::new();
        for first in 0..READERS {
            let mut asker = Asker::connect(&agent.socket).await?;
            let names: Vec<String> = (first..secrets).step_by(READERS).map(|no| format!("secret-{no}/prod")).collect();
            readers.spawn(async move {
                for name in names {
                    let request = asker.request(&name);
                    asker.ask_patiently(&request).await?;
                }
                Ok::<_, Bad>(())
            });
        }
        while let Some(read) = readers.join_next().await {
            read??;
        }
        taken.push((secrets, agent.memory()?));
    }
    Ok(taken)
}
