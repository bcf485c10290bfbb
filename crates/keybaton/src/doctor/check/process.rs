//! Of this process and the folder that it runs in.

use rustix::process::{Resource, getrlimit};

use crate::doctor::{ground::Ground, said::Said};

pub(super) fn core(_: &Ground) -> Vec<Said> {
    match getrlimit(Resource::Core).current {
        Some(0) => vec![Said::ok("core files are off")],
        _ => vec![
            Said::warning("core files are on: a crash could write values that are in memory to a disk")
                .fix("ulimit -c 0"),
        ],
    }
}

pub(super) fn hook(ground: &Ground) -> Vec<Said> {
    match &ground.repository {
        None => vec![Said::skipped("this folder is in no git repository")],
        Some(repository) if repository.has_hook() => vec![Said::ok("the git hook is there")],
        Some(_) => vec![Said::skipped("the git hook is not installed here")],
    }
}
