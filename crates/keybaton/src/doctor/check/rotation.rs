//! Of rotations that wait for somebody.

use keybaton_config::Config;
use keybaton_core::rotation::Resumes;

use crate::doctor::{
    ground::Book,
    said::{Said, or},
};

pub(super) fn held(_: &Config, book: &Book) -> Vec<Said> {
    let said = book.snapshots.iter().filter_map(|(secret, snapshot)| {
        let hold = snapshot.ledger.rotation.as_ref()?.hold.as_ref()?;
        let text = format!("its rotation is held: {}", hold.reason);
        let said = match hold.reason.resumes() {
            Resumes::WhenClear => Said::warning(text),
            Resumes::ByHuman => Said::error(text),
        };
        Some(said.on(secret).fix(format!("keybaton explain {secret}")))
    });
    or(said.collect(), "no rotation is held")
}

pub(super) fn alerts(_: &Config, book: &Book) -> Vec<Said> {
    let said = book.snapshots.iter().flat_map(|(secret, snapshot)| {
        let alerts = snapshot.ledger.alerts.iter();
        alerts.map(move |alert| Said::warning(alert.what.clone()).on(secret).fix(format!("keybaton explain {secret}")))
    });
    or(said.collect(), "no alert is open")
}
