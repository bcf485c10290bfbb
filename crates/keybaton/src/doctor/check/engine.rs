//! Of those who drive rotations.

use keybaton_config::Config;
use keybaton_core::civil::rfc3339;
use keybaton_types::Phase;

use crate::doctor::{
    ground::Book,
    said::{Said, or},
};

/// A lease lasts ten seconds; one that ends this much later was taken under another clock. In microseconds: a minute.
const STUCK: i64 = 60_000_000;

pub(super) fn driven(_: &Config, book: &Book) -> Vec<Said> {
    if !book.engines.is_empty() {
        return vec![Said::ok(format!("{} engines are alive", book.engines.len()))];
    }
    let mut said = Vec::new();
    for row in &book.status.secrets {
        let name = format!("{}/{}", row.secret, row.env);
        let driven = name.parse().ok().and_then(|id| book.snapshots.get(&id)).is_some_and(|s| s.driver.is_some());
        if row.phase != Phase::Idle && !driven {
            let text = format!("its rotation is {} and nobody drives it", row.phase);
            said.push(Said::warning(text).on(&name).fix(format!("keybaton rotate {name} --wait")));
        } else if row.next_rotation.as_ref().is_some_and(|next| *next <= rfc3339(book.now)) {
            let text = "a rotation is due and no engine is alive";
            said.push(Said::warning(text).on(&name).fix("`keybaton serve`, or `keybaton tick` in a timer"));
        }
    }
    or(said, "no engine is alive, and nothing is due")
}

pub(super) fn leases(_: &Config, book: &Book) -> Vec<Said> {
    let stuck = book.leases.iter().filter(|lease| lease.until.0 - book.now.0 > STUCK).map(|lease| {
        let until = rfc3339(lease.until);
        Said::error(format!("{} holds its lease until {until}: the clock was set back since", lease.holder))
            .on(&lease.secret)
            .fix("set the clock right, or wait until then; nobody else can drive it before")
    });
    or(stuck.collect(), format!("{} leases are held, none for long", book.leases.len()))
}
