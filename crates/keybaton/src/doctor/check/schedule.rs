//! Of schedules and ages.

use std::time::Duration;

use keybaton_config::Config;
use keybaton_core::rotation::span;

use crate::doctor::{
    ground::{Book, Ground},
    said::{Said, or},
};

pub(super) fn meant(ground: &Ground, _: &Config) -> Vec<Said> {
    let Some(preview) = &ground.preview else { return vec![Said::skipped("the state database has the clock")] };
    let mut said = Vec::new();
    for secret in &preview.secrets {
        let name = format!("{}/{}", secret.secret, secret.env);
        said.extend(secret.lints.iter().map(|lint| {
            Said::warning(lint.message.clone()).on(&name).fix("`keybaton config check` prints the next five firings")
        }));
    }
    or(said, "every schedule fires as it seems to")
}

pub(super) fn overdue(_: &Config, book: &Book) -> Vec<Said> {
    let said = book.status.secrets.iter().filter(|row| row.overdue).map(|row| {
        let age = |seconds: Option<u64>| span::brief(Duration::from_secs(seconds.unwrap_or_default()));
        let (name, old, most) = (format!("{}/{}", row.secret, row.env), age(row.age_seconds), age(row.max_age_seconds));
        Said::warning(format!("it is {old} old, and {most} is the most"))
            .on(&name)
            .fix(format!("keybaton rotate {name}"))
    });
    or(said.collect(), "no key is overdue")
}
