//! Of the master key.

use keybaton_config::Config;

use crate::doctor::{
    ground::{Book, Ground},
    said::Said,
};

pub(super) fn there(ground: &Ground, config: &Config) -> Vec<Said> {
    let whence = &config.state.master_key;
    match &ground.master {
        Some(Ok(id)) => vec![Said::ok(format!("the master key {id} is whole ({whence})"))],
        Some(Err(failure)) => {
            let why = failure.causes.first().map_or(String::new(), |cause| format!(": {cause}"));
            let fix = failure.hint.clone().unwrap_or_else(|| "bring it back".to_owned());
            vec![Said::error(format!("{}{why}", failure.what)).fix(fix)]
        }
        None => vec![Said::unknown("nobody looked")],
    }
}

pub(super) fn opens(_: &Config, book: &Book) -> Vec<Said> {
    if book.unopened.is_empty() {
        return vec![Said::ok(format!("it opens {} present values", book.opened))];
    }
    let said = book.unopened.iter().map(|(secret, why)| {
        Said::error(format!("its present value cannot be opened: {why}"))
            .on(secret)
            .fix("bring back the master key or the backup that fits; the key itself still works")
    });
    said.collect()
}
