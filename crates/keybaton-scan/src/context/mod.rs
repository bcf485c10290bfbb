//! Values without a form of their own: what stands around them makes them credentials.
//!
//! On the way from a line to a hit: a *trigger* is a piece of a telling word; the *name* around it says which kind of
//! value it could have; the *place* is where that value stands; and *judge* looks at the value itself. URLs and
//! headers with credentials have a short way of their own. Each looks a bounded number of bytes around the trigger.

mod arguments;
mod header;
mod judge;
mod kind;
mod name;
mod next_line;
mod origin;
mod place;
mod placeholder;
mod trigger;
mod url;

pub(crate) use kind::{Kind, generic, rules};
use name::Name;
pub(crate) use origin::Origin;
pub(crate) use placeholder::{is_made_up, is_placeholder};
pub(crate) use trigger::Triggers;

use std::ops::Range;

/// A value that stands where a credential stands.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Where the value is.
    pub(crate) value: Range<usize>,
    /// Where its name is.
    pub(crate) name: Range<usize>,
    /// What its name says that it is.
    pub(crate) kind: Kind,
    /// Whether it also looks like one.
    pub(crate) is_likely: bool,
}

/// Tells every candidate of a text.
pub(crate) fn each(triggers: &Triggers, bytes: &[u8], origin: Origin, found: &mut dyn FnMut(Candidate)) {
    if origin == Origin::Generated {
        return;
    }
    let (mut done, mut last) = (0, 0);
    triggers.each(bytes, &mut |at| {
        if bytes[at..].starts_with(b".toChar") {
            if let Some(candidate) = arguments::taken_apart(bytes, at, origin) {
                found(candidate);
            }
            return;
        }
        if bytes[at..].starts_with(b"://") {
            if let Some(candidate) = url::password(bytes, at, origin) {
                found(candidate);
            }
            return;
        }
        // the triggers come in several passes, each in order
        if at < done && at >= last {
            return;
        }
        last = at;
        let Some(name) = Name::around(bytes, at) else { return };
        done = name.range.end;
        let short = header::credential(bytes, &name, origin).or_else(|| arguments::password(bytes, &name, origin));
        if let Some(candidate) = short {
            found(candidate);
            return;
        }
        let Some(kind) = name.kind else { return };
        if let Some(place) = place::of(bytes, &name, origin) {
            let is_likely = judge::is_likely(&bytes[place.value.clone()], kind, &place, &name, bytes, origin);
            found(Candidate { value: place.value, name: name.range.clone(), kind, is_likely });
        }
    });
}
