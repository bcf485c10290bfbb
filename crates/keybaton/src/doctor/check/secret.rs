//! Of secrets: where they come from, who has them, and where they should not be.

use keybaton_config::Config;

use crate::doctor::{
    ground::{Book, Ground},
    said::{Said, or},
};

pub(super) fn references(_: &Config, book: &Book) -> Vec<Said> {
    let said = book.unbuilt.iter().map(|(secret, failure)| {
        let fix = failure.hint.clone().unwrap_or_else(|| "set what the reference names".to_owned());
        Said::error(failure.what.clone()).on(secret).fix(fix)
    });
    or(said.collect(), "every reference gives its secret")
}

pub(super) fn doubles(_: &Config, book: &Book) -> Vec<Said> {
    let said = book.doubles.iter().map(|(one, other)| {
        Said::warning(format!("it has the same value as {other}: revoking one takes the other away"))
            .on(one)
            .fix(format!("give each its own key: keybaton rotate {other}"))
    });
    or(said.collect(), "every present value is in one place")
}

pub(super) fn consumers(config: &Config, book: &Book) -> Vec<Said> {
    let lonely = config.secrets.values().filter(|secret| {
        let seen = book.snapshots.get(&secret.id).is_some_and(|snapshot| !snapshot.sightings.is_empty());
        secret.policy.consumers.is_empty() && !seen
    });
    let said = lonely.map(|secret| {
        Said::warning("nobody is known to use it, so nobody can be waited for")
            .on(&secret.id)
            .fix("consumers = [{ name = \"…\", evidence = \"…\" }], or overlap.until = \"time\"")
    });
    or(said.collect(), "every secret has a consumer")
}

pub(super) fn committed(ground: &Ground, _: &Config) -> Vec<Said> {
    let Some(repository) = &ground.repository else {
        return vec![Said::ok("no git repository here, and the configuration holds references only")];
    };
    let tracked = ground.secret_files.iter().filter(|path| repository.tracks(path)).map(|path| {
        let path = path.display();
        Said::error(format!("{path} holds a secret and is in git"))
            .on(&path)
            .fix(format!("git rm --cached {path}, ignore it, and rotate what it holds: the history keeps it"))
    });
    or(tracked.collect(), "no file that holds a secret is in git, and the configuration holds references only")
}
