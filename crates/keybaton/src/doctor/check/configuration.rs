//! Of the configuration.

use std::time::Duration;

use keybaton_config::Config;
use keybaton_types::show_duration;

use crate::doctor::{
    far::World,
    ground::{Book, Ground},
    said::{Said, or},
};

pub(super) fn valid(ground: &Ground) -> Vec<Said> {
    match &ground.config {
        Ok(config) => {
            let (count, path) = (config.secrets.len(), config.document.path().display());
            vec![Said::ok(format!("{path} is valid ({count} secrets)"))]
        }
        Err(failure) => {
            let fix = failure.hint.clone().unwrap_or_else(|| "`keybaton init` writes a configuration".to_owned());
            vec![Said::error(failure.what.clone()).fix(fix)]
        }
    }
}

pub(super) fn meant(_: &Ground, config: &Config) -> Vec<Said> {
    let warnings = config.warnings.iter().map(|remark| {
        let said = Said::warning(remark.to_string());
        match remark.hint() {
            Some(hint) => said.fix(hint),
            None => said,
        }
    });
    or(warnings.collect(), "no warnings")
}

pub(super) fn owned(_: &Ground, config: &Config) -> Vec<Said> {
    let unowned = config.secrets.values().filter(|secret| secret.owner.is_none());
    let said = unowned.map(|secret| {
        Said::warning("nobody answers for it")
            .on(&secret.id)
            .fix(format!("owner = \"…\" under [secret.{}]", secret.id.name()))
    });
    or(said.collect(), "every secret has an owner")
}

pub(super) fn aged(_: &Ground, config: &Config) -> Vec<Said> {
    let ageless = config.secrets.values().filter(|secret| secret.policy.max_age.is_none());
    let said = ageless.map(|secret| {
        Said::warning("it has no policy: no max_age says when it is overdue")
            .on(&secret.id)
            .fix(format!("max_age = \"90d\" under [secret.{}]", secret.id.name()))
    });
    or(said.collect(), "every secret has a max_age")
}

pub(super) fn looked(book: &Book, world: &World) -> Vec<Said> {
    let said = world.iter().filter_map(|(secret, answers)| {
        let every = book.watch_every.get(secret)?;
        // a look may try two keys one after the other
        let longest: Duration = answers.sheet.timeout * 2;
        let (long, short) = (show_duration(longest), show_duration(*every));
        (longest > *every).then(|| {
            Said::warning(format!("a look at the world may take {long}, longer than watch.every ({short})"))
                .on(secret)
                .fix(format!("watch = {{ every = \"{long}\" }}"))
        })
    });
    or(said.collect(), "a look fits into every watch.every")
}
