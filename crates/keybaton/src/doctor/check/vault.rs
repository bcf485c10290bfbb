//! Of vaults: what consumers would read now.

use crate::doctor::{
    far::{Served, World},
    ground::Book,
    said::{Said, or},
};

pub(super) fn serves(book: &Book, world: &World) -> Vec<Said> {
    let said = world.iter().map(|(secret, answers)| {
        let ledger = book.snapshots.get(secret).map(|snapshot| &snapshot.ledger);
        let current = ledger.and_then(|ledger| ledger.current);
        let rotating = ledger.is_some_and(|ledger| ledger.rotation.is_some());
        let served = match &answers.served {
            Ok(served) => served,
            Err(fault) if current.is_none() => {
                return Said::skipped(format!("nothing is published yet ({fault})")).on(secret);
            }
            Err(fault) => {
                let said = Said::unknown(format!("{} did not say what it serves: {fault}", answers.vault));
                return said.on(secret).fix("check its address, its credential and the network");
            }
        };
        let said = match (served, current) {
            (Served::Nothing, None) => return Said::skipped("nothing is published yet").on(secret),
            (Served::Version(version), Some(current)) if *version == current => {
                return Said::ok(format!("{} serves version {current}", answers.vault)).on(secret);
            }
            (Served::Current, Some(current)) => {
                return Said::ok(format!("{} serves the value of version {current}", answers.vault)).on(secret);
            }
            _ if rotating => return Said::skipped("a rotation is at work, which publishes by itself").on(secret),
            (Served::Nothing, Some(current)) => {
                Said::error(format!("{} serves nothing, and the ledger says version {current}", answers.vault))
            }
            (Served::Version(version), _) => Said::error(format!(
                "{} serves version {version}, and the ledger says {}",
                answers.vault,
                current.map_or_else(|| "none".to_owned(), |no| no.to_string())
            )),
            (Served::Current | Served::Other, _) => {
                Said::error(format!("{} serves a value that we did not publish", answers.vault))
            }
        };
        said.on(secret).fix(format!("keybaton explain {secret}"))
    });
    or(said.collect(), "no secret is configured")
}
