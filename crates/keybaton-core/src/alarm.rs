//! Alarms: what an alert manager pushes when somebody's calls are refused, and what is news in it. An alarm says how long it
//! has been going on by its own clock, and no delivery says when it was sent: what was over once does not begin again, so a
//! delivery that somebody recorded says nothing the second time.

use std::{collections::BTreeMap, time::Duration};

use keybaton_types::Timestamp;

use crate::ledger::{Course, LULL, Storm};

/// Clocks of alert managers are believed to be this exact.
const SKEW: Duration = Duration::from_mins(1);

/// So many alarms are remembered of one source and secret.
const MOST: usize = 1_000;

/// One alarm about one secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What its source tells it apart by.
    pub mark: String,
    /// When it began, by its source's clock.
    pub began: Timestamp,
    /// Whether it goes on.
    pub course: Course,
    /// What it says, in words and without any value.
    pub what: String,
}

/// What is remembered of one source about one secret.
#[derive(Clone, Debug, Default)]
pub struct Alarms(BTreeMap<String, Known>);

#[derive(Clone, Debug)]
struct Known {
    began: Timestamp,
    course: Course,
    heard: Timestamp,
}

/// What a delivery said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What to write down, where it is other than what is written.
    pub storm: Option<Storm>,
    /// How many alarms were old news that somebody repeats.
    pub replayed: usize,
}

impl Alarms {
    /// Takes a delivery at `now`. `written` is what the ledger has of the source, which outlives this memory.
    pub fn hear(&mut self, source: &str, alarms: &[Alarm], written: Option<&Storm>, now: Timestamp) -> Heard {
        let (mut heard, mut begins) = (Heard::default(), None);
        for alarm in alarms {
            match self.judge(alarm, written, now) {
                News::Replayed => {
                    heard.replayed += 1;
                    continue;
                }
                News::Begins => begins = Some(alarm),
                News::Known => {}
            }
            self.0.insert(alarm.mark.clone(), Known { began: alarm.began, course: alarm.course, heard: now });
        }
        self.forget();
        if heard.replayed < alarms.len() {
            heard.storm = self.weather(source, begins.or(alarms.last()), begins, written, now);
        }
        heard
    }

    fn judge(&self, alarm: &Alarm, written: Option<&Storm>, now: Timestamp) -> News {
        let over = |storm: &&Storm| storm.course == Course::Over && alarm.began + SKEW < storm.last;
        match (self.0.get(&alarm.mark), alarm.course) {
            _ if alarm.began > now + SKEW => News::Replayed,
            (Some(known), _) if alarm.began < known.began => News::Replayed,
            (Some(known), course) if alarm.began == known.began => match (known.course, course) {
                (Course::Over, Course::Rages) => News::Replayed,
                (Course::Rages | Course::Over, Course::Over) | (Course::Rages, Course::Rages) => News::Known,
            },
            (None, Course::Rages) if written.as_ref().is_some_and(over) => News::Replayed,
            (Some(_) | None, Course::Rages) => News::Begins,
            (Some(_) | None, Course::Over) => News::Known,
        }
    }

    fn weather(
        &self,
        source: &str,
        said: Option<&Alarm>,
        begins: Option<&Alarm>,
        written: Option<&Storm>,
        now: Timestamp,
    ) -> Option<Storm> {
        let raging = written.filter(|storm| storm.rages(now));
        if !self.0.values().any(|known| known.course == Course::Rages && now.since(known.heard) <= LULL) {
            return raging.cloned().map(|storm| storm.over(now));
        }
        // another alarm is another reason to look
        let since = raging.filter(|_| begins.is_none()).map_or(now, |storm| storm.since);
        let what = said.map(|alarm| alarm.what.as_str()).or(raging.map(|storm| storm.what.as_str()));
        Some(Storm::new(source, what.unwrap_or_default(), since, now))
    }

    /// Those that are over go first, then those that began first.
    fn forget(&mut self) {
        while self.0.len() > MOST {
            let rank = |known: &Known| (known.course == Course::Rages, known.began);
            let Some(mark) = self.0.iter().min_by_key(|(_, known)| rank(known)).map(|(mark, _)| mark.clone()) else {
                return;
            };
            self.0.remove(&mark);
        }
    }
}

enum News {
    /// It was not known that it goes on.
    Begins,
    /// It goes on as known, or is over.
    Known,
    /// It was over before, or has not begun yet.
    Replayed,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(43_200_000_000);
    const MINUTE: Duration = Duration::from_mins(1);

    fn alarm(mark: &str, began: Timestamp, course: Course) -> Alarm {
        Alarm { mark: mark.to_owned(), began, course, what: format!("{mark} is refused") }
    }

    /// One source, its ledger and its clock.
    #[derive(Default)]
    struct Scene {
        alarms: Alarms,
        written: Option<Storm>,
        minutes: u32,
    }

    impl Scene {
        fn now(&self) -> Timestamp {
            NOON + MINUTE * self.minutes
        }

        /// What the ledger says a minute later, and how much was replayed.
        fn hears(&mut self, alarms: &[Alarm]) -> (bool, usize) {
            self.minutes += 1;
            let now = self.now();
            let heard = self.alarms.hear("am", alarms, self.written.as_ref(), now);
            self.written = heard.storm.or(self.written.take());
            (self.written.as_ref().is_some_and(|storm| storm.rages(now)), heard.replayed)
        }
    }

    #[test]
    fn an_alarm_that_was_over_does_not_begin_again_and_a_later_one_does() {
        let mut scene = Scene::default();
        let (fires, ends) = (alarm("a", NOON, Course::Rages), alarm("a", NOON, Course::Over));
        assert_eq!(scene.hears(std::slice::from_ref(&fires)), (true, 0));
        assert_eq!(scene.hears(std::slice::from_ref(&fires)), (true, 0), "an alert manager repeats what goes on");
        assert_eq!(scene.hears(std::slice::from_ref(&ends)), (false, 0));
        assert_eq!(scene.hears(std::slice::from_ref(&ends)), (false, 0), "it may repeat that it is over");
        assert_eq!(scene.hears(std::slice::from_ref(&fires)), (false, 1), "that is somebody else");
        assert_eq!(scene.hears(&[alarm("a", NOON + MINUTE * 4, Course::Rages)]), (true, 0));
        assert_eq!(scene.hears(&[ends]), (true, 1), "the end of the first is not that of the second");
        assert_eq!(scene.hears(&[fires]), (true, 1));
    }

    #[test]
    fn what_the_ledger_knows_outlives_the_memory() {
        let mut scene = Scene::default();
        let fires = alarm("a", NOON, Course::Rages);
        scene.hears(std::slice::from_ref(&fires));
        scene.minutes += 5;
        scene.hears(&[alarm("a", NOON, Course::Over)]);
        scene.alarms = Alarms::default();
        assert_eq!(scene.hears(&[fires]), (false, 1));
        assert_eq!(scene.hears(&[alarm("b", scene.now(), Course::Rages)]), (true, 0));
    }

    #[test]
    fn it_is_over_when_the_last_one_is_and_each_new_one_is_looked_into() {
        let mut scene = Scene::default();
        scene.hears(&[alarm("a", NOON, Course::Rages)]);
        let first = scene.written.clone().unwrap().since;
        scene.hears(&[alarm("a", NOON, Course::Rages)]);
        assert_eq!(scene.written.clone().unwrap().since, first);
        scene.hears(&[alarm("b", NOON, Course::Rages)]);
        assert!(scene.written.clone().unwrap().since > first, "another alarm is another reason");
        assert_eq!(scene.hears(&[alarm("a", NOON, Course::Over)]), (true, 0));
        assert_eq!(scene.hears(&[alarm("b", NOON, Course::Over)]), (false, 0));
    }

    #[test]
    fn one_that_is_never_said_again_keeps_no_storm_alive() {
        let mut scene = Scene::default();
        scene.hears(&[alarm("lost", NOON, Course::Rages)]);
        scene.minutes += 11;
        let later = scene.now();
        scene.hears(&[alarm("b", later, Course::Rages)]);
        assert_eq!(scene.hears(&[alarm("b", later, Course::Over)]), (false, 0));
    }

    #[test]
    fn an_alarm_of_tomorrow_is_none_and_the_memory_is_bounded() {
        let mut scene = Scene::default();
        assert_eq!(scene.hears(&[alarm("a", NOON + MINUTE * 60, Course::Rages)]), (false, 1));
        let many: Vec<Alarm> = (0..MOST + 5).map(|no| alarm(&no.to_string(), NOON, Course::Over)).collect();
        scene.hears(&many);
        assert_eq!(scene.alarms.0.len(), MOST);
    }
}
