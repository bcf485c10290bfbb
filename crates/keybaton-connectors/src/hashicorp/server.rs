//! The server: requests with keybaton's own token, which is had anew once where it was refused.

use keybaton_ports::{Called, Fault};

use super::login::Way;
use super::session::Session;
use super::wire::{Answer, Asked, Errand, Reach, Wire};
use crate::build::BuildError;

/// The server, as keybaton itself may use it.
pub(super) struct Server {
    wire: Wire,
    session: Session,
}

impl Server {
    pub(super) fn new(reach: &Reach<'_>, way: Way) -> Result<Self, BuildError> {
        Ok(Self { wire: Wire::new(reach)?, session: Session::new(way) })
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        self.wire.begin()
    }

    /// Sends a request. A token that is refused may have ended: another is had, and the same sent once more. A refusal is
    /// certain, so that nothing is done twice.
    pub(super) async fn ask(&self, errand: &Errand, asked: &Asked<'_>) -> Called<Answer> {
        let pass = self.session.pass(&self.wire, errand).await.map_err(Fault::unsent)?;
        let answer = self.wire.send(errand, asked, Some(&pass.header)).await?;
        if answer.status.as_u16() != 403 || !self.session.refused(pass.count).await {
            return Ok(answer);
        }
        let pass = self.session.pass(&self.wire, errand).await.map_err(Fault::unsent)?;
        self.wire.send(errand, asked, Some(&pass.header)).await
    }
}
