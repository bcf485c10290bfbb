//! The set of rules that scanners share.

use crate::{
    Rule,
    anchor::Anchors,
    context::{self, Breadth, Triggers},
    known::{self, Known},
    team::{BuiltIn, Config},
};

use built_in::BUILT_IN;

/// What the build script made of the files below `rules/`.
#[allow(clippy::unreadable_literal, clippy::large_digit_groups, reason = "no person reads sets of bytes")]
mod built_in {
    use std::borrow::Cow;

    use crate::{
        Rule,
        charset::Charset,
        checksum::Checksum,
        extent::Extent,
        shape::{Part, Shape},
    };

    include!(concat!(env!("OUT_DIR"), "/built_in.rs"));
}

/// The longest managed key that, however it is escaped, stands near whatever decides about it.
const LOCAL: usize = 512;

/// What scanners look for. Made once, shared by all threads.
#[derive(Debug)]
pub struct Rules {
    pub(crate) built_in: &'static [Rule],
    pub(crate) anchors: Anchors,
    pub(crate) triggers: Triggers,
    pub(crate) team: Option<Config>,
    pub(crate) known: Option<Known>,
}

impl Rules {
    /// The rules of the house: those below `rules/`, and those that go by the surroundings of a value.
    pub fn built_in() -> Self {
        Self {
            built_in: BUILT_IN,
            anchors: Anchors::new(BUILT_IN),
            triggers: Triggers::new(Breadth::Usual),
            team: None,
            known: None,
        }
    }

    /// These rules together with a team's own, or those alone if its configuration says so.
    #[must_use]
    pub fn with(self, team: Config) -> Self {
        Self { team: Some(team), ..self }
    }

    /// These rules, and managed keys: they are found whatever they look like and whatever a configuration allows.
    #[must_use]
    pub fn knowing(self, known: Known) -> Self {
        Self { known: Some(known), ..self }
    }

    /// These rules, and a wider look: passwords that are weak, and in tests and documents what is found elsewhere.
    #[must_use]
    pub fn weak(self) -> Self {
        Self { triggers: Triggers::new(Breadth::Wide), ..self }
    }

    /// Whether what is weak is looked for as well.
    pub(crate) fn is_wide(&self) -> bool {
        self.triggers.breadth == Breadth::Wide
    }

    /// Whether a team has said that a whole commit is no leak.
    pub fn allows_commit(&self, commit: &str) -> bool {
        self.team.as_ref().is_some_and(|team| team.allows_commit(commit))
    }

    /// What tells these rules from others: another mark means that another answer is possible.
    pub(crate) fn mark(&self) -> String {
        let team = self.team.as_ref().map(Config::mark);
        let known = self.known.as_ref().map(Known::mark);
        format!("{} {} {team:?} {known:?}", env!("KEYBATON_SCAN_MARK"), self.is_wide())
    }

    /// Whether what decides about a value stands near it. A team's expressions may look anywhere, and long managed keys are
    /// longer once they are escaped.
    pub(crate) fn are_local(&self) -> bool {
        self.team.is_none() && self.known.as_ref().is_none_or(|known| known.longest() <= LOCAL)
    }

    /// Whether a rule of the house is in use.
    pub(crate) fn uses(&self, rule: &Rule) -> bool {
        self.team.as_ref().is_none_or(|team| team.built_in() == BuiltIn::Kept && !team.disables(&rule.id))
    }

    /// Every rule, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        let weak = self.is_wide().then(context::weak_rule);
        let house = self.built_in.iter().chain(context::rules()).chain(weak).filter(|rule| self.uses(rule));
        let managed = self.known.iter().map(|_| known::rule());
        house.chain(self.team.iter().flat_map(|team| team.rules.iter().map(|own| &own.rule))).chain(managed)
    }

    /// The rules whose values only their surroundings lead to.
    pub(crate) fn nearby(&self) -> impl Iterator<Item = &Rule> {
        self.built_in.iter().filter(|rule| !rule.near.is_empty())
    }

    /// The rule of this name.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|rule| rule.id == id)
    }
}
