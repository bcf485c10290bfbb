//! Values without a form of their own: what stands around them makes them credentials.
//!
//! On the way from a line to a hit: a *trigger* is a piece of a telling word; the *name* around it says which kind of
//! value it could have; the *place* is where that value stands; and *judge* looks at the value itself. URLs and
//! headers with credentials have a short way of their own. Each looks a bounded number of bytes around the trigger.

mod arguments;
mod header;
mod judge;
mod jwk;
mod kind;
mod name;
mod next_line;
mod origin;
mod place;
mod placeholder;
mod trigger;
mod url;
mod weak;

use judge::Sight;
pub(crate) use kind::{Kind, generic, rules};
use name::Name;
pub(crate) use origin::Origin;
use place::Place;
pub(crate) use placeholder::{is_made_up, is_placeholder};
pub(crate) use trigger::Triggers;
pub(crate) use weak::{rule as weak_rule, rule_of as weak_rule_of};

use std::ops::Range;

/// A value that stands where a credential stands.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Where the value stands, and how.
    pub(crate) place: Place,
    /// Where its name is.
    pub(crate) name: Range<usize>,
    /// What its name says that it is.
    pub(crate) kind: Kind,
    /// What kind of text it stands in.
    pub(crate) origin: Origin,
    /// Whether it also looks like one.
    pub(crate) is_likely: bool,
}

/// How much is taken for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breadth {
    /// What the usual look judges.
    Usual,
    /// What only the wider one does, too.
    Wide,
}

/// Tells every candidate of a text, for each kind of text that it may be.
pub(crate) fn each(triggers: &Triggers, bytes: &[u8], origins: &[Origin], found: &mut dyn FnMut(Candidate)) {
    if origins == [Origin::Generated] {
        return;
    }
    let (mut done, mut last) = (0, 0);
    triggers.each(bytes, &mut |at| {
        let is_named = ![&b".toChar"[..], b"://", b"kty", b"asic "].iter().any(|alone| bytes[at..].starts_with(alone));
        // the triggers come in several passes, each in order
        if is_named && at < done && at >= last {
            return;
        }
        let name = if is_named { Name::around(bytes, at, triggers.breadth) } else { None };
        if is_named {
            last = at;
            done = name.as_ref().map_or(done, |name| name.range.end);
        }
        match &name {
            Some(name) => named(bytes, name, origins, found),
            None if is_named => {}
            None => {
                for origin in origins {
                    let candidate = match bytes[at] {
                        b':' => url::password(bytes, at, *origin),
                        b'a' => header::basic(bytes, at, *origin),
                        b'k' => jwk::private_part(bytes, at, *origin),
                        _ => arguments::taken_apart(bytes, at, *origin),
                    };
                    candidate.into_iter().for_each(&mut *found);
                }
            }
        }
    });
}

/// The candidates that stand behind a name. A value that stands at the same place in every kind of text is looked at once.
fn named(bytes: &[u8], name: &Name, origins: &[Origin], found: &mut dyn FnMut(Candidate)) {
    let mut seen: Option<(Place, Sight)> = None;
    for origin in origins {
        let short = header::credential(bytes, name, *origin).or_else(|| arguments::password(bytes, name, *origin));
        if let Some(candidate) = short {
            found(candidate);
            continue;
        }
        let Some((kind, place)) = name.kind.zip(place::of(bytes, name, *origin)) else { continue };
        let value = &bytes[place.value.clone()];
        let sight = match &seen {
            Some((other, sight)) if *other == place => *sight,
            Some(_) | None => Sight::of(value, &place, name, bytes),
        };
        let is_likely = !name.is_plural && sight.is_likely(value, kind, &place, name, bytes, *origin);
        found(Candidate { place: place.clone(), name: name.range.clone(), kind, origin: *origin, is_likely });
        seen = Some((place, sight));
    }
}
