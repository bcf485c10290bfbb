//! From a notice to the message that a channel sends, and to the row that a person lists.

use keybaton_core::civil::rfc3339;
use keybaton_ports::{Due, Message, Notice, Severity, Standing, Subject};
use keybaton_types::{Installation, Timestamp, document::Alert};

/// The most characters of words that are sent: they may name many instances.
const LONGEST: usize = 2000;

/// The message about something that is due.
pub(super) fn message(due: &Due, installation: &Installation, owner: Option<String>, now: Timestamp) -> Message {
    let notice = &due.notice;
    Message {
        id: format!("{installation}-{}-{}", notice.no, notice.turn),
        thread: thread(notice, installation),
        installation: installation.clone(),
        subject: notice.subject.clone(),
        owner,
        rotation: notice.rotation,
        kind: notice.kind.clone(),
        severity: severity(&notice.kind),
        standing: standing(due),
        what: short(&notice.what),
        since: notice.since,
        changed: notice.changed,
        at: now,
    }
}

/// One alert is one of a kind per rotation of a secret.
fn thread(notice: &Notice, installation: &Installation) -> String {
    let rotation = notice.rotation.map_or(0, |rotation| rotation.0);
    format!("{installation}/{}/{rotation}/{}", notice.subject, notice.kind)
}

fn standing(due: &Due) -> Standing {
    match (due.notice.closed, due.told_open) {
        (Some(_), _) => Standing::Resolved,
        (None, Some(_)) => Standing::Changed,
        (None, None) => Standing::Raised,
    }
}

/// How bad a kind of alert is; one that is not known here is an error, so that nobody overlooks it.
pub(super) fn severity(kind: &str) -> Severity {
    match kind {
        "cut-off" | "still-accepted" | "scheduler-dead" => Severity::Critical,
        "instance" | "straggler" | "clock-jump" | "possible-orphan" | "person-late" | "overdue" | "no-policy"
        | "late-straggler" => Severity::Warning,
        "test" => Severity::Info,
        _ => Severity::Error,
    }
}

/// A row of `alert list`.
pub(super) fn row(notice: &Notice, installation: &Installation, owner: Option<String>) -> Alert {
    let secret = match &notice.subject {
        Subject::Secret(secret) => Some(secret),
        Subject::Channel(_) | Subject::Keybaton => None,
    };
    let standing = if notice.closed.is_some() { Standing::Resolved } else { Standing::Raised };
    Alert {
        schema: Alert::SCHEMA.to_owned(),
        subject: notice.subject.to_string(),
        secret: secret.map(|secret| secret.name().to_owned()),
        env: secret.map(|secret| secret.env().to_owned()),
        owner,
        rotation: secret.and_then(|secret| notice.rotation.map(|rotation| rotation.name(secret))),
        kind: notice.kind.clone(),
        severity: severity(&notice.kind).word().to_owned(),
        standing: standing.word().to_owned(),
        what: short(&notice.what),
        since: rfc3339(notice.since),
        changed: rfc3339(notice.changed),
        thread: thread(notice, installation),
    }
}

fn short(what: &str) -> String {
    if what.chars().count() <= LONGEST {
        return what.to_owned();
    }
    what.chars().take(LONGEST - 1).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_not_known_is_no_warning() {
        assert_eq!(severity("held"), Severity::Error);
        assert_eq!(severity("of a later version"), Severity::Error);
        assert!(severity("cut-off") > severity("straggler"));
    }

    #[test]
    fn words_about_thousands_are_cut() {
        assert_eq!(short("three"), "three");
        assert_eq!(short(&"x".repeat(5000)).chars().count(), LONGEST);
    }
}
