//! The roster: who has moved from the loser to the winner, who has not, and how we know.

use keybaton_types::{CredentialNo, Grade, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ledger::{Seen, Sighting};

/// Where one instance stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Standing {
    /// The consumer.
    pub consumer: String,
    /// Its instance.
    pub instance: String,
    /// Where it stands.
    pub stand: Stand,
}

/// Where an instance stands between the loser and the winner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// It does not have the loser any more, this sure.
    Clear(Grade),
    /// It may still use the loser, last seen then.
    Old(Timestamp),
    /// It may use the loser until then, and enforces that itself.
    Leased(Timestamp),
    /// It uses something that we do not know: an unknown consumer exists.
    Unknown(Timestamp),
}

/// The clock of leases: it stands still while nobody serves consumers, because whoever can't reach us lives on what it
/// has. `served` is when they were last known to be served.
pub fn lease_clock(now: Timestamp, served: Option<Timestamp>) -> Timestamp {
    served.map_or(now, |served| served.min(now))
}

/// The standing of every instance that was ever seen with the loser, the winner, or something unknown. A person who was
/// shown a value is no consumer, and never in the way. `now` is the clock of leases.
pub fn observe(
    sightings: &[Sighting],
    loser: Option<CredentialNo>,
    winner: Option<CredentialNo>,
    now: Timestamp,
) -> Vec<Standing> {
    let seen = sightings.iter().filter(|s| s.seen != Seen::Revealed);
    let mut people: Vec<(&str, &str)> = seen.map(|s| (&*s.consumer, &*s.instance)).collect();
    people.sort_unstable();
    people.dedup();
    people
        .into_iter()
        .map(|(consumer, instance)| {
            let of = Instance { sightings, consumer, name: instance };
            let stand = of.stand(loser, winner, now);
            Standing { consumer: consumer.to_owned(), instance: instance.to_owned(), stand }
        })
        .collect()
}

/// Whether no consumer was ever seen.
pub fn is_empty(sightings: &[Sighting]) -> bool {
    sightings.iter().all(|s| s.seen == Seen::Revealed)
}

/// Whether a person was shown the value of a credential: a copy of it may be anywhere.
pub fn is_revealed(sightings: &[Sighting], credential: CredentialNo) -> bool {
    sightings.iter().any(|s| s.seen == Seen::Revealed && s.credential == Some(credential))
}

/// What was seen of one instance.
struct Instance<'a> {
    sightings: &'a [Sighting],
    consumer: &'a str,
    name: &'a str,
}

impl Instance<'_> {
    /// R5: `dropped` clears, so does a lease that ran out, so does a use of the winner with no later use or read of
    /// the loser. An acknowledgement or a person's word clears too, with its own grade.
    fn stand(&self, loser: Option<CredentialNo>, winner: Option<CredentialNo>, now: Timestamp) -> Stand {
        let gone = self.last(None, Seen::Forgotten).max(self.last(loser, Seen::Forgotten));
        if let Some(at) = self.holds_unknown().filter(|at| gone.is_none_or(|gone| gone < *at)) {
            return Stand::Unknown(at);
        }
        let Some(last) = self.holds(loser) else { return Stand::Clear(Grade::Proved) };
        let after = |at: Option<Timestamp>| at.is_some_and(|at| at > last);
        let not_before = |at: Option<Timestamp>| at.is_some_and(|at| at >= last);
        if not_before(self.last(loser, Seen::Dropped)) {
            return Stand::Clear(Grade::Proved);
        }
        let used = self.last(winner, Seen::Used).filter(|_| !self.falls_back(loser, winner));
        let moved = [used, self.last(winner, Seen::Delivered), self.acked()];
        if moved.into_iter().any(after) {
            return Stand::Clear(Grade::Evidenced);
        }
        if not_before(gone) {
            return Stand::Clear(Grade::Assumed);
        }
        match self.lease(loser) {
            Some(until) if until <= now => Stand::Clear(Grade::Proved),
            Some(until) => Stand::Leased(until),
            None => Stand::Old(last),
        }
    }

    /// When the instance was last known to have the loser in its hands.
    fn holds(&self, credential: Option<CredentialNo>) -> Option<Timestamp> {
        credential?;
        [Seen::Fetched, Seen::Delivered, Seen::Used].into_iter().filter_map(|seen| self.last(credential, seen)).max()
    }

    /// Whether the instance read the loser after the winner: a use of the winner is then its fallback, and it goes on
    /// holding the loser.
    fn falls_back(&self, loser: Option<CredentialNo>, winner: Option<CredentialNo>) -> bool {
        self.last(loser, Seen::Fetched) > self.last(winner, Seen::Fetched)
    }

    fn holds_unknown(&self) -> Option<Timestamp> {
        [Seen::Fetched, Seen::Delivered, Seen::Used].into_iter().filter_map(|seen| self.last(None, seen)).max()
    }

    fn acked(&self) -> Option<Timestamp> {
        self.mine().filter(|s| s.seen == Seen::Acked).map(|s| s.last).max()
    }

    /// The latest lease on a credential, if each of its holdings has one: a single plain read has none.
    fn lease(&self, credential: Option<CredentialNo>) -> Option<Timestamp> {
        let held = || self.mine().filter(|s| s.credential == credential && s.seen == Seen::Fetched);
        let rest = self.mine().any(|s| s.credential == credential && s.seen == Seen::Delivered);
        if rest || held().any(|s| s.lease_until.is_none()) {
            return None;
        }
        let until = held().filter_map(|s| s.lease_until).max();
        // Whoever uses it after its lease does not enforce the lease.
        until.filter(|&until| self.last(credential, Seen::Used).is_none_or(|used| used <= until))
    }

    fn last(&self, credential: Option<CredentialNo>, seen: Seen) -> Option<Timestamp> {
        self.mine().filter(|s| s.credential == credential && s.seen == seen).map(|s| s.last).max()
    }

    fn mine(&self) -> impl Iterator<Item = &Sighting> {
        self.sightings.iter().filter(|s| s.consumer == self.consumer && s.instance == self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Option<CredentialNo> = Some(CredentialNo(1));
    const B: Option<CredentialNo> = Some(CredentialNo(2));

    fn seen(credential: Option<CredentialNo>, seen: Seen, last: i64, lease: Option<i64>) -> Sighting {
        let lease_until = lease.map(Timestamp);
        let (consumer, instance) = ("web".to_owned(), "web-1".to_owned());
        Sighting { consumer, instance, credential, seen, last: Timestamp(last), lease_until }
    }

    fn stand(sightings: &[Sighting], now: i64) -> Stand {
        observe(sightings, A, B, Timestamp(now))[0].stand
    }

    #[test]
    fn each_way_of_leaving_the_old_key_has_its_grade() {
        let old = seen(A, Seen::Used, 10, None);
        for (left, grade) in [
            (seen(A, Seen::Dropped, 10, None), Grade::Proved),
            (seen(B, Seen::Used, 11, None), Grade::Evidenced),
            (seen(B, Seen::Delivered, 11, None), Grade::Evidenced),
            (seen(None, Seen::Acked, 11, None), Grade::Evidenced),
            (seen(None, Seen::Forgotten, 11, None), Grade::Assumed),
        ] {
            assert_eq!(stand(&[old.clone(), left.clone()], 20), Stand::Clear(grade), "{left:?}");
        }
    }

    #[test]
    fn a_later_use_of_the_old_key_undoes_every_proof() {
        for left in [
            seen(A, Seen::Dropped, 10, None),
            seen(B, Seen::Used, 10, None),
            seen(None, Seen::Acked, 10, None),
            seen(None, Seen::Forgotten, 10, None),
        ] {
            assert_eq!(
                stand(&[left.clone(), seen(A, Seen::Used, 11, None)], 20),
                Stand::Old(Timestamp(11)),
                "{left:?}"
            );
        }
    }

    #[test]
    fn falling_back_to_the_winner_is_no_proof() {
        let fallen = [seen(A, Seen::Fetched, 12, None), seen(B, Seen::Used, 13, None)];
        assert_eq!(stand(&fallen, 20), Stand::Old(Timestamp(12)));
        let moved = [seen(A, Seen::Fetched, 12, None), seen(B, Seen::Fetched, 13, None), seen(B, Seen::Used, 14, None)];
        assert_eq!(stand(&moved, 20), Stand::Clear(Grade::Evidenced));
    }

    #[test]
    fn fetching_the_new_key_is_no_proof() {
        let sightings = [seen(A, Seen::Used, 10, None), seen(B, Seen::Fetched, 12, None)];
        assert_eq!(stand(&sightings, 20), Stand::Old(Timestamp(10)));
    }

    #[test]
    fn a_lease_runs_out_unless_one_read_had_none() {
        let leased = seen(A, Seen::Fetched, 10, Some(15));
        assert_eq!(stand(std::slice::from_ref(&leased), 14), Stand::Leased(Timestamp(15)));
        assert_eq!(stand(std::slice::from_ref(&leased), 15), Stand::Clear(Grade::Proved));
        assert_eq!(stand(&[leased, seen(A, Seen::Fetched, 9, None)], 20), Stand::Old(Timestamp(10)));
    }

    #[test]
    fn a_person_who_was_shown_the_value_is_no_consumer() {
        let shown = [seen(A, Seen::Revealed, 10, None)];
        assert!(observe(&shown, A, B, Timestamp(20)).is_empty());
        assert!(is_revealed(&shown, CredentialNo(1)) && !is_revealed(&shown, CredentialNo(2)));
    }

    #[test]
    fn something_unknown_is_an_unknown_consumer() {
        assert_eq!(stand(&[seen(None, Seen::Used, 10, None)], 20), Stand::Unknown(Timestamp(10)));
        let forgotten = [seen(None, Seen::Used, 10, None), seen(None, Seen::Forgotten, 11, None)];
        assert_eq!(stand(&forgotten, 20), Stand::Clear(Grade::Proved));
    }
}
