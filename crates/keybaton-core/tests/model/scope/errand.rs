//! *errand*: a person makes the keys and deletes them, or does not.

use keybaton_core::{
    rotation::Cause,
    sheet::{Ability, Chooser, Errand, Fencing},
};

use super::{Scope, protocol::brief};
use crate::world::{budget::Budget, person::Kind, setting::Setting, time::ticks};

pub(super) fn scope(deep: bool) -> Scope {
    let with = |name: &str, budget| Setting { budget, ..by_hand(name) };
    let crash = Budget { crash: 1, ..Budget::default() };
    let lose = Budget { lose: 1, ..Budget::default() };
    let ask = Budget { ask: 1, ..Budget::default() };
    let mut settings = vec![with("crash", crash), with("ambiguity", lose), with("request", ask)];
    settings.push(with("alert", Budget { alert: 1, ..Budget::default() }));
    settings.push(brief(with("request and crash", Budget { crash: 1, ..ask })));
    settings.push(brief(with("request and ambiguity", Budget { lose: 1, ..ask })));
    settings.push(brief(Setting { engines: 2, ..with("zombie", Budget { steal: 1, ..ask }) }));
    settings.push(Setting { cause: Cause::Leaked, ..with("leaked", ask) });
    settings.push(Setting { adopted: false, ..with("first version", ask) });
    settings.push(Setting { people: vec![Kind::Plain], ..with("again", Budget { again: 1, ..Budget::default() }) });
    let mut unfenced = with("unfenced", lose);
    unfenced.sheet.vault = Fencing::Unfenced;
    let mut slow = with("slow", ask);
    (slow.sheet.propagation, slow.lag) = (ticks(1), ticks(1));
    settings.extend([unfenced, slow]);
    if deep {
        settings.push(with("restore", Budget { restore: 1, ..Budget::default() }));
        settings.push(with("deep", Budget { crash: 1, lose: 1, ask: 1, ..Budget::default() }));
        settings.push(with("deep, again", Budget { again: 1, ask: 1, ..Budget::default() }));
    }
    Scope { name: "errand", settings }
}

/// A service without an API for keys: one tick to remind, two until it is late.
pub(crate) fn by_hand(name: &str) -> Setting {
    let mut setting = Setting::new(name);
    setting.sheet.chooser = Chooser::Person(Errand { deadline: ticks(2), remind: ticks(1) });
    (setting.sheet.listing, setting.sheet.switching) = (Ability::Lacks, Ability::Lacks);
    setting
}
