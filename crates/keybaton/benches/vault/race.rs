//! Rounds of keybaton and the raw client at one server, one after the other.

use std::time::Instant;

use crate::Outcome;
use crate::contestant::{Contestant, Place};
use crate::counter::Counter;
use crate::raw::{Connections, Raw};
use crate::site::{Nth, Site};
use crate::spread::{median, millis};

/// Rounds that count.
const ROUNDS: usize = 101;

/// Who takes part, in the order of the columns.
const KEYBATON: usize = 0;
const KEPT: usize = 1;
const ONE_EACH: usize = 2;
const ALL: [usize; 3] = [KEYBATON, KEPT, ONE_EACH];

/// What came of the rounds at one server.
pub(crate) struct Row {
    pub(crate) connector: &'static str,
    pub(crate) server: &'static str,
    pub(crate) publish: Cost,
    pub(crate) read: Cost,
}

/// What one thing costs.
pub(crate) struct Cost {
    /// Requests of keybaton, and of the raw client.
    pub(crate) requests: [u64; 2],
    /// Medians in milliseconds: keybaton, raw with a kept connection, raw with one for each request.
    pub(crate) millis: [f64; 3],
    /// How many times each kind of raw client, of neighbouring rounds.
    pub(crate) times: [f64; 2],
}

/// One turn: a publication and a read, or the number of their requests.
#[derive(Clone, Copy, Default)]
struct Turn<T> {
    publish: T,
    read: T,
}

/// The raw clients of one server.
struct Clients {
    kept: Raw,
    one_each: Raw,
}

impl Clients {
    fn contestant<'a>(&'a self, who: usize, place: Place<'a>) -> Outcome<Contestant<'a>> {
        match who {
            KEYBATON => Contestant::keybaton(place),
            KEPT => Ok(Contestant::Raw(&self.kept, place)),
            _ => Ok(Contestant::Raw(&self.one_each, place)),
        }
    }
}

/// Measures at one server.
pub(crate) async fn run(site: &dyn Site) -> Outcome<Row> {
    let raw = Clients { kept: Raw::new(site, Connections::Kept)?, one_each: Raw::new(site, Connections::OneEach)? };
    let mut rounds = Vec::new();
    // the first round warms everybody up
    for no in 0..=ROUNDS {
        let mut round = [Turn::default(); 3];
        for turn in ALL {
            // whoever is later finds a warmer machine, so they take turns
            let who = (no + turn) % ALL.len();
            let name = format!("bench-{no}-{who}");
            round[who] = timed(&raw.contestant(who, Place { site, port: site.port(), name: &name })?).await?;
        }
        rounds.push(round);
    }
    rounds.remove(0);
    let counter = Counter::before(site.port()).await?;
    let place = |name| Place { site, port: counter.port, name };
    let ours = counted(&raw.contestant(KEYBATON, place("counted-0"))?, &counter).await?;
    let raw = counted(&raw.contestant(ONE_EACH, place("counted-1"))?, &counter).await?;
    Ok(Row {
        connector: site.connector(),
        server: site.server(),
        publish: cost(&rounds, [ours.publish, raw.publish], |turn| turn.publish),
        read: cost(&rounds, [ours.read, raw.read], |turn| turn.read),
    })
}

/// The second version, and reading it; the first one opens what stays open.
async fn timed(contestant: &Contestant<'_>) -> Outcome<Turn<f64>> {
    contestant.write(Nth::First).await?;
    let begun = Instant::now();
    contestant.write(Nth::Second).await?;
    let published = Instant::now();
    contestant.read().await?;
    Ok(Turn { publish: millis(published - begun), read: millis(published.elapsed()) })
}

async fn counted(contestant: &Contestant<'_>, counter: &Counter) -> Outcome<Turn<u64>> {
    contestant.write(Nth::First).await?;
    counter.take();
    contestant.write(Nth::Second).await?;
    let publish = counter.take();
    contestant.read().await?;
    Ok(Turn { publish, read: counter.take() })
}

fn cost(rounds: &[[Turn<f64>; 3]], requests: [u64; 2], of: fn(&Turn<f64>) -> f64) -> Cost {
    let millis = ALL.map(|who| median(rounds.iter().map(|round| of(&round[who])).collect()));
    let times =
        [KEPT, ONE_EACH].map(|raw| median(rounds.iter().map(|round| of(&round[KEYBATON]) / of(&round[raw])).collect()));
    Cost { requests, millis, times }
}
