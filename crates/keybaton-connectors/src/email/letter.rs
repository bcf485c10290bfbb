//! The letter: plain text, with headers by which mail programs keep one alert together.

use keybaton_ports::{Message, Standing};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Letter};

use crate::build::BuildError;
use crate::wording;

/// From whom, and to whom.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    from: Mailbox,
    to: Vec<Mailbox>,
}

/// The most people that one channel writes to.
const MOST: usize = 32;

impl Addresses {
    pub(super) fn read(from: &str, to: &[String]) -> Result<Self, BuildError> {
        if to.is_empty() || to.len() > MOST {
            return Err(BuildError::setting("to", format!("from one to {MOST} addresses")));
        }
        let to = to.iter().map(|address| mailbox("to", address)).collect::<Result<_, _>>()?;
        Ok(Self { from: mailbox("from", from)?, to })
    }

    /// Writes the letter. Names of headers are as RFC 5322 has them: the first letter of an alert is what later ones refer to.
    pub(super) fn letter(&self, message: &Message) -> Result<Letter, lettre::error::Error> {
        let domain = format!("{}.keybaton.invalid", message.installation);
        let thread = format!("<{}@{domain}>", plain(&message.thread));
        let builder = Letter::builder().from(self.from.clone()).subject(wording::heading(message));
        let builder = self.to.iter().fold(builder, |builder, to| builder.to(to.clone()));
        let builder = match message.standing {
            Standing::Raised => builder.message_id(Some(format!("<{}@{domain}>", plain(&message.id)))),
            Standing::Changed | Standing::Acknowledged | Standing::Resolved => {
                let own = builder.message_id(Some(format!("<{}@{domain}>", plain(&message.id))));
                own.in_reply_to(thread.clone())
            }
        };
        let text = format!("{}\n", wording::lines(message).join("\n"));
        builder.references(thread).header(ContentType::TEXT_PLAIN).body(text)
    }
}

/// The left part of a message id has no character with a meaning of its own.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' }).collect()
}

fn mailbox(at: &str, text: &str) -> Result<Mailbox, BuildError> {
    text.parse().map_err(|_| BuildError::setting(at, format!("{text:?} is no address such as ops@example.org")))
}
