//! Handing a key over on a terminal: its id is asked for, and its value without showing it. A wrong one is asked for
//! again; nothing typed leaves the question open, and the rotation goes on waiting.

use std::io::{BufRead as _, Read as _, Write as _};

use keybaton_ports::{Adoption, Failure, FailureKind, Operations, Proof, Sharing, VaultUse};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::{commands::person, report::Report};

/// The longest id that can be typed.
const LONGEST_ID: u64 = 4_096;

/// So many wrong answers, and the question is not asked again.
const TRIES: u32 = 5;

/// Asks for a key until one is taken; false when nobody answers. Dropping it in the middle shows what is typed again.
pub(crate) async fn ask(report: &Report, operations: &dyn Operations, secret: &SecretId) -> Result<bool, Failure> {
    for _ in 0..TRIES {
        let Some(adoption) = typed(report, secret).await? else { break };
        match operations.adopt(adoption).await {
            Ok(_) => return Ok(true),
            Err(failure) => report.failure(&failure),
        }
    }
    report.words("Waiting; the key can be handed over by another command as well.");
    Ok(false)
}

/// One answer; `None` when the id or the value is left empty.
async fn typed(report: &Report, secret: &SecretId) -> Result<Option<Adoption>, Failure> {
    report.question("Id of the new key at the service (empty: later)");
    let id = line(LONGEST_ID).await?;
    let id = String::from_utf8_lossy(&id).trim().to_owned();
    if id.is_empty() {
        return Ok(None);
    }
    let hidden = Hidden::new();
    report.words("? Its value, which is not shown:");
    let text = line(SecretValue::LIMIT as u64 + 1).await;
    drop(hidden);
    let value = SecretValue::read_from(text?.as_slice()).map_err(|error| unreadable(&error))?;
    let adoption = Adoption {
        secret: secret.clone(),
        id: Some(IssuedId(id)),
        value,
        proof: Proof::Needed,
        vault: VaultUse::Compare,
        sharing: Sharing::Refused,
        by: person(),
    };
    Ok((!adoption.value.is_empty()).then_some(adoption))
}

/// Reads one line of the terminal beside the work of this process.
async fn line(most: u64) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let read = move || {
        let mut line = Zeroizing::new(Vec::with_capacity(usize::try_from(most).unwrap_or(0)));
        std::io::stdin().lock().take(most).read_until(b'\n', &mut line).map(|_| line)
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(line)) => Ok(line),
        Ok(Err(error)) => Err(unreadable(&error)),
        Err(error) => Err(unreadable(&error)),
    }
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureKind::Usage, "the answer could not be read from the terminal")
        .because(error)
        .safe("nothing was changed")
        .hint("hand the key over with `keybaton adopt NAME/ENV --id ID`, which reads its value from standard input")
}

/// While it lives, the terminal does not show what is typed.
struct Hidden(Option<Termios>);

impl Hidden {
    fn new() -> Self {
        let Ok(before) = tcgetattr(std::io::stdin()) else { return Self(None) };
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let hidden = tcsetattr(std::io::stdin(), OptionalActions::Now, &silent).is_ok();
        Self(hidden.then_some(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
            let _ = std::io::stderr().flush();
        }
    }
}
