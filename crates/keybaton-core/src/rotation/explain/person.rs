//! What a person has to do now at the service, for whoever shows it or asks for it.

use keybaton_types::{
    Timestamp,
    document::{Errand, Task},
};

use crate::{
    civil::rfc3339,
    facts::Facts,
    rotation::{HoldReason, Rotation},
};

/// What a person has to do now, if the rotation waits for that.
pub fn errand(rotation: &Rotation, facts: &Facts<'_>) -> Option<Errand> {
    let reason = &rotation.hold.as_ref()?.reason;
    let what = reason.errand()?.to_owned();
    let task = if matches!(reason, HoldReason::AwaitsKey(_)) { Task::MakeKey } else { Task::DeleteKey };
    let late = late(rotation, facts);
    Some(Errand {
        task,
        what,
        deadline: late.map(rfc3339),
        late: late.is_some_and(|at| at <= facts.now),
        command: command(task, facts),
    })
}

/// When it is late; `None` when the configuration does not say any more.
pub(super) fn late(rotation: &Rotation, facts: &Facts<'_>) -> Option<Timestamp> {
    facts.sheet.chooser.errand().zip(rotation.times.since).map(|(errand, since)| since + errand.deadline)
}

fn command(task: Task, facts: &Facts<'_>) -> String {
    match task {
        Task::MakeKey => format!("keybaton adopt {} --id ID", facts.secret),
        Task::DeleteKey => format!("keybaton resume {}", facts.secret),
    }
}
