//! A restart: the old child goes on until the new one is ready.

use tokio::time::timeout;

use super::child::Child;
use super::edition::Edition;
use super::news::News;
use super::options::Order;
use super::ready::Sign;
use super::supervisor::{Supervisor, Turn};
use super::touch::Touched;

impl Supervisor {
    /// Replaces a child by one that has another edition.
    pub(super) async fn restart(&mut self, child: Child, edition: Edition, order: Order) -> Touched {
        match order {
            Order::NewFirst => self.new_first(child, edition).await,
            Order::OldFirst => self.old_first(child, edition).await,
        }
    }

    async fn new_first(&mut self, mut child: Child, edition: Edition) -> Touched {
        let (mut next, sign) = match self.start(edition) {
            Ok(started) => started,
            Err(why) => return Touched::Stayed(child, why),
        };
        let (gone, turn) = self.prove(&mut child, &mut next, &sign).await;
        match (gone, turn) {
            (None, Ok(())) => {
                let number = child.id();
                self.retire(child, &mut next).await;
                self.hears.hear(&News::Replaced { child: number });
                self.is_ready(&next);
                Touched::Moved(next)
            }
            (Some(_), Ok(())) => {
                drop(child);
                self.is_ready(&next);
                Touched::Moved(next)
            }
            (gone, Err(why)) => {
                next.end(self.options.pace.stop).await;
                drop(next);
                self.hears.hear(&News::NotReady { why: why.clone() });
                gone.map_or_else(|| Touched::Stayed(child, why), Touched::Ended)
            }
        }
    }

    /// Whether the new child became ready, and whether the old one has ended by itself meanwhile.
    async fn prove(
        &mut self,
        child: &mut Child,
        next: &mut Child,
        sign: &Sign,
    ) -> (Option<super::ended::Ended>, Result<(), String>) {
        let (pace, id) = (self.options.pace, next.id());
        let (gone, turn) = self.attend_both(child, next, timeout(pace.start, sign.seen(id, pace))).await;
        let proved = match turn {
            Turn::Came(Ok(())) => Ok(()),
            Turn::Came(Err(_)) => {
                Err(format!("the new child was not ready after {}", keybaton_types::show_duration(pace.start)))
            }
            Turn::Ended(ended) => Err(format!("the new child {ended} before it was ready")),
        };
        (gone, proved)
    }

    /// Ends the old child; whatever happens to the new one meanwhile is seen afterwards.
    async fn retire(&mut self, mut child: Child, next: &mut Child) {
        let patience = self.options.pace.stop;
        let end = async move {
            child.end(patience).await;
            drop(child);
        };
        tokio::pin!(end);
        // an end of the new child is kept for whoever waits for it next
        if let Turn::Ended(_) = self.attend(next, &mut end).await {
            end.await;
        }
    }

    async fn old_first(&mut self, mut child: Child, edition: Edition) -> Touched {
        let number = child.id();
        child.end(self.options.pace.stop).await;
        drop(child);
        self.hears.hear(&News::Replaced { child: number });
        let (mut next, sign) = match self.start(edition) {
            Ok(started) => started,
            Err(why) => {
                self.hears.hear(&News::NotReady { why });
                return Touched::Ended(super::ended::Ended::Code(127));
            }
        };
        let (pace, id) = (self.options.pace, next.id());
        match self.attend(&mut next, sign.seen(id, pace)).await {
            Turn::Ended(ended) => Touched::Ended(ended),
            Turn::Came(()) => {
                self.is_ready(&next);
                Touched::Moved(next)
            }
        }
    }
}
