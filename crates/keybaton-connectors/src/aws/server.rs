//! A service, as keybaton itself may use it: with its own credential, and not while it was asked to wait.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use tokio::time::Instant;

use super::failure::{self, Said};
use super::own::Way;
use super::session::Session;
use super::wire::{Answer, Asked, Errand, Reach, Wire};
use crate::build::BuildError;
use crate::duration::words;

/// No wait is believed that is longer.
const LONGEST: Duration = Duration::from_mins(5);

/// A service, as keybaton itself may use it.
pub(super) struct Server {
    wire: Wire,
    session: Session,
    quiet: Mutex<Option<Instant>>,
}

impl Server {
    pub(super) fn new(reach: Reach<'_>, way: Way) -> Result<Self, BuildError> {
        let session = Session::new(way, reach.region);
        Ok(Self { wire: Wire::new(reach)?, session, quiet: Mutex::default() })
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        self.wire.begin()
    }

    /// Sends a request. A credential that has ended is had anew, and the same sent once more: a refusal is certain, so that
    /// nothing is done twice. While the service asked to wait nothing is sent at all.
    pub(super) async fn ask(&self, errand: &Errand, asked: &Asked) -> Called<Answer> {
        self.patience(asked)?;
        let credentials = self.session.credentials(errand).await?;
        let mut answer = self.wire.send(errand, asked, &credentials).await?;
        if answer.said() == Some(Said::Expired) && self.session.ended(&credentials).await {
            let credentials = self.session.credentials(errand).await?;
            answer = self.wire.send(errand, asked, &credentials).await?;
        }
        self.heed(&answer);
        Ok(answer)
    }

    /// The same, which has to be a success.
    pub(super) async fn done(&self, errand: &Errand, asked: &Asked) -> Called<Answer> {
        let answer = self.ask(errand, asked).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(self.refusal(asked, &answer)) }
    }

    /// The fault of an answer that is no success.
    pub(super) fn refusal(&self, asked: &Asked, answer: &Answer) -> Fault {
        failure::of_answer(&self.wire.line(asked), answer)
    }

    /// As a request is named in words.
    pub(super) fn line(&self, asked: &Asked) -> String {
        self.wire.line(asked)
    }

    fn patience(&self, asked: &Asked) -> Called<()> {
        let quiet = *self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        let left = quiet.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Ok(());
        }
        let left = words(Duration::from_secs(left.as_secs() + 1));
        let what = format!("{} was not sent: AWS asks to wait, for {left} more", self.wire.line(asked));
        Err(Fault::new(Blame::Transient, Certainty::NotSent, what))
    }

    fn heed(&self, answer: &Answer) {
        if answer.status.is_success() {
            return;
        }
        if let Some(pause) = answer.pause {
            let until = Instant::now() + pause.min(LONGEST);
            *self.quiet.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        }
    }
}
