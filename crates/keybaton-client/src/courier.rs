//! The courier: tells keybaton what became of versions and how calls with them ended, in the background and in order.

use std::sync::Arc;
use std::time::Duration;

use keybaton_types::wire::{Kind, Sighted};

use crate::house::House;
use crate::stock::Stock;
use crate::tally::{Tally, Untold};
use crate::upstream::Trouble;

/// What happens within this time is told together.
const TOGETHER: Duration = Duration::from_millis(50);

/// How long keybaton is left alone after it did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// How long keybaton is left alone after it refused us.
const LONG_PAUSE: Duration = Duration::from_secs(10);

/// The longest time that the last report of all may take.
const FAREWELL: Duration = Duration::from_secs(5);

/// Tells what there is to tell until it is stopped, and then once more.
pub(crate) async fn run(house: Arc<House>, stop: tokio_util::sync::CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => break,
            () = house.bell.notified() => tokio::time::sleep(TOGETHER).await,
            () = tokio::time::sleep(house.report_every) => {}
        }
        let told = tokio::select! {
            told = round(&house) => told,
            () = stop.cancelled() => break,
        };
        if let Err(trouble) = told {
            let pause = pause_after(&trouble);
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => house.bell.notify_one(),
            }
        }
    }
    if let Ok(Err(trouble)) = tokio::time::timeout(FAREWELL, round(&house)).await {
        tracing::warn!("the last report was lost: {}", trouble.words());
    }
}

fn pause_after(trouble: &Trouble) -> Duration {
    match trouble {
        Trouble::Busy { pause: Some(pause), .. } => (*pause).max(PAUSE),
        Trouble::Denied { .. } => LONG_PAUSE,
        Trouble::Busy { pause: None, .. }
        | Trouble::Unknown
        | Trouble::Down(_)
        | Trouble::Tokenless(_)
        | Trouble::Rejected(_)
        | Trouble::Malformed(_) => PAUSE,
    }
}

/// Tells everything once; ends at the first trouble, and nothing is lost by it.
async fn round(house: &House) -> Result<(), Trouble> {
    for stock in house.all() {
        let mut letters: Vec<Letter> = stock.tallies().into_iter().map(Letter::take).collect();
        // a version that was used later is told later, because the last word counts
        letters.sort_by_key(|letter| letter.untold.last_use);
        for letter in letters {
            letter.deliver(house, &stock).await?;
        }
    }
    Ok(())
}

/// What is told of one version. What was not told when it is dropped goes back to the tally, whatever ended it.
struct Letter {
    tally: Arc<Tally>,
    untold: Untold,
}

impl Letter {
    fn take(tally: Arc<Tally>) -> Self {
        let untold = tally.take();
        Self { tally, untold }
    }

    async fn deliver(mut self, house: &House, stock: &Stock) -> Result<(), Trouble> {
        while let Some(kind) = self.untold.sightings.first() {
            self.sight(house, stock, *kind).await?;
            self.untold.sightings.remove(0);
        }
        if self.untold.has_results() {
            settled(stock, house.upstream.count(&stock.id, None, self.untold.results).await)?;
            self.untold.clear_results();
        }
        if self.untold.dropped {
            self.sight(house, stock, Kind::Dropped).await?;
            stock.settle(self.tally.version);
        }
        Ok(())
    }

    async fn sight(&self, house: &House, stock: &Stock, kind: Kind) -> Result<(), Trouble> {
        let seen = Sighted { version: self.tally.version, kind };
        settled(stock, house.upstream.sight(&stock.id, None, seen).await)
    }
}

impl Drop for Letter {
    fn drop(&mut self) {
        self.tally.put_back(&self.untold);
    }
}

/// What keybaton will not take a second time either is let go; everything else is told again.
fn settled(stock: &Stock, told: Result<(), Trouble>) -> Result<(), Trouble> {
    match told {
        Err(trouble @ (Trouble::Unknown | Trouble::Rejected(_))) => {
            tracing::warn!(secret = %stock.id, "a report was not taken: {}", trouble.words());
            Ok(())
        }
        told => told,
    }
}
