//! Rounds of the floor and of the agent, one after the other.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::asker::{Asker, Place};
use crate::{Bad, SECRET};

/// Rounds of each.
const ROUNDS: usize = 45;

/// How long a round is.
const SPAN: Duration = Duration::from_millis(400);

/// One round: requests a second, and how long they took.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) rate: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// The rounds of the floor and of the agent, as medians.
pub(crate) struct Pair {
    pub(crate) way: &'static str,
    pub(crate) connections: usize,
    pub(crate) floor: Round,
    pub(crate) agent: Round,
    /// Agent to floor, of the rounds beside each other.
    pub(crate) ratio: f64,
}

impl Pair {
    pub(crate) async fn measure(
        way: &'static str,
        connections: usize,
        floor: &Place,
        agent: &Place,
    ) -> Result<Self, Bad> {
        let (mut floors, mut agents, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        // the first round of each warms it up
        for no in 0..=ROUNDS {
            // whoever is second finds a warmer machine, so they take turns
            let (below, above) = if no % 2 == 0 {
                let below = Round::run(floor, connections).await?;
                (below, Round::run(agent, connections).await?)
            } else {
                let above = Round::run(agent, connections).await?;
                (Round::run(floor, connections).await?, above)
            };
            if no > 0 {
                floors.push(below);
                agents.push(above);
                ratios.push(above.rate / below.rate);
            }
        }
        Ok(Self { way, connections, floor: medians(&floors), agent: medians(&agents), ratio: median(ratios) })
    }
}

impl Round {
    async fn run(place: &Place, connections: usize) -> Result<Self, Bad> {
        let mut askers = Vec::new();
        for _ in 0..connections {
            askers.push(Asker::connect(place).await?);
        }
        let begun = Instant::now();
        let mut all: JoinSet<_> = askers.into_iter().map(|asker| ask_until(asker, begun + SPAN)).collect();
        let mut nanos = Vec::new();
        while let Some(one) = all.join_next().await {
            nanos.extend(one??);
        }
        let rate = count(nanos.len()) / begun.elapsed().as_secs_f64();
        nanos.sort_unstable();
        let at =
            |part: usize| nanos.get(nanos.len().saturating_sub(1) * part / 100).map_or(0.0, |ns| f64::from(*ns) / 1e3);
        Ok(Self { rate, p50: at(50), p99: at(99) })
    }
}

async fn ask_until(mut asker: Asker, until: Instant) -> Result<Vec<u32>, Bad> {
    let (request, mut nanos, mut last) = (asker.request(SECRET), Vec::new(), Instant::now());
    while last < until {
        asker.ask(&request).await?;
        let now = Instant::now();
        nanos.push(u32::try_from((now - last).as_nanos()).unwrap_or(u32::MAX));
        last = now;
    }
    Ok(nanos)
}

fn medians(rounds: &[Round]) -> Round {
    let of = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick).collect());
    Round { rate: of(|round| round.rate), p50: of(|round| round.p50), p99: of(|round| round.p99) }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
