//! *restore*: an old copy of the state database is put back.

use super::{Scope, sheets};
use crate::world::{budget::Budget, setting::Setting};

pub(super) fn scope(deep: bool) -> Scope {
    let mut base = Setting::new("restore");
    base.budget = Budget { restore: 1, ..Budget::default() };
    let mut settings = sheets::pairs(&base);
    if deep {
        base.budget.lose = 1;
        "restore and ambiguity".clone_into(&mut base.name);
        settings.extend(sheets::pairs(&base));
    }
    Scope { name: "restore", settings }
}
