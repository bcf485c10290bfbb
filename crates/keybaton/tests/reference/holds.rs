//! Why a rotation is held, and why a request is refused, in the words that an operator reads.

use keybaton_core::rotation::{HoldReason, Refused, Resumes};

use crate::page;

#[test]
fn the_page_of_the_holds_lists_every_reason_and_every_refusal() {
    let reasons = std::iter::successors(Some(after(None)), |reason| Some(after(reason.as_ref()))).map_while(|r| r);
    let holds: Vec<String> = reasons.map(|reason| format!("| {reason} | {} |", ends(&reason))).collect();
    let refusals = std::iter::successors(Some(next(None)), |refused| Some(next(*refused))).map_while(|r| r);
    let refusals: Vec<String> = refusals.map(|refused| format!("- {refused}")).collect();
    let body = format!(
        "A held rotation changes nothing until what it waits for has come. Before the point of no return both keys stay \
         valid; afterwards the new one alone is. `keybaton explain NAME/ENV` says which, and what you can do. \
         `rotate --wait` and `resume` exit with 5.\n\n\
         ## Why a rotation is held\n\n| because | what ends it |\n|---|---|\n{}\n\n\
         ## Why a request is refused\n\nA refusal changes nothing.\n\n{}",
        holds.join("\n"),
        refusals.join("\n"),
    );
    page::compare("holds.md", "Holds and refusals", &body);
}

fn ends(reason: &HoldReason) -> &'static str {
    match reason.resumes() {
        Resumes::WhenClear if matches!(reason, HoldReason::AwaitsKey(_)) => {
            "a person makes the key: `keybaton adopt NAME/ENV --id ID` hands it over"
        }
        Resumes::WhenClear if reason.errand().is_some() => {
            "a person deletes the key, which is tried until it is refused; `keybaton resume NAME/ENV` tries at once"
        }
        Resumes::WhenClear => "it goes on by itself when the reason is gone",
        Resumes::ByHuman => "a person: `keybaton resume NAME/ENV`, or what `explain` offers",
    }
}

/// The reason after this one: the compiler sees to it that none is left out.
fn after(reason: Option<&HoldReason>) -> Option<HoldReason> {
    let words = "WORDS OF THE SERVICE".to_owned();
    Some(match reason {
        None => HoldReason::SlotsFull(vec!["KEY".into(), "KEY".into()]),
        Some(HoldReason::SlotsFull(_)) => HoldReason::Unreachable(words),
        Some(HoldReason::Unreachable(_)) => HoldReason::Rejected(words),
        Some(HoldReason::Rejected(_)) => HoldReason::DisableRefused("WORDS OF THE SERVICE".to_owned()),
        Some(HoldReason::DisableRefused(_)) => HoldReason::Straggler,
        Some(HoldReason::Straggler) => HoldReason::ForeignInstallation("INSTALLATION".to_owned()),
        Some(HoldReason::ForeignInstallation(_)) => HoldReason::ForeignWrite,
        Some(HoldReason::ForeignWrite) => HoldReason::NeverProved,
        Some(HoldReason::NeverProved) => HoldReason::NewFails,
        Some(HoldReason::NewFails) => HoldReason::BothRefused,
        Some(HoldReason::BothRefused) => HoldReason::OldDead,
        Some(HoldReason::OldDead) => HoldReason::StillAccepted,
        Some(HoldReason::StillAccepted) => HoldReason::Restored,
        Some(HoldReason::Restored) => HoldReason::AwaitsKey(words),
        Some(HoldReason::AwaitsKey(_)) => HoldReason::AwaitsDeletion(words),
        Some(HoldReason::AwaitsDeletion(_)) => return None,
    })
}

/// The refusal after this one.
fn next(refused: Option<Refused>) -> Option<Refused> {
    Some(match refused {
        None => Refused::NoConsumers,
        Some(Refused::NoConsumers) => Refused::Restored,
        Some(Refused::Restored) => Refused::TooLate,
        Some(Refused::TooLate) => Refused::AlreadyBack,
        Some(Refused::AlreadyBack) => Refused::NothingToGoBackTo,
        Some(Refused::NothingToGoBackTo) => Refused::NothingToForce,
        Some(Refused::NothingToForce) => Refused::NotHeld,
        Some(Refused::NotHeld) => Refused::Over,
        Some(Refused::Over) => Refused::Begun,
        Some(Refused::Begun) => Refused::Busy,
        Some(Refused::Busy) => Refused::StaleAnswer,
        Some(Refused::StaleAnswer) => return None,
    })
}
