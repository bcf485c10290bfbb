//! Follows a rotation: drives it or looks on, shows each phase as it comes, and says how it ended.

use std::time::Duration;

use keybaton_ports::{Failure, Operations, Progress};
use keybaton_types::{
    Phase, SecretId,
    document::{Errand, Result as How, Rotation, Task},
};

use crate::{
    exit::Exit,
    handover,
    report::{Input, Report, Tone},
    signals::Interrupts,
};

/// The longest wait that a rotation in the foreground sits out without `--wait`.
const SHORT: Duration = Duration::from_secs(10);

/// The longest pause between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// A hold that was there before is sat out when it is tried again within this time.
const RETRY: Duration = Duration::from_secs(30);

/// How long to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Until the next wait of more than ten seconds.
    Short,
    /// Until it ends or is held.
    Endless,
    /// The same, but no longer than this.
    Limited(Duration),
}

/// Where a rotation is as good as over for the one who follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// When it has ended.
    End,
    /// When the old key is served again: what is left is to destroy the new one.
    ServedAgain,
}

/// Follows one rotation.
pub(crate) struct Follow<'a> {
    pub(crate) operations: &'a dyn Operations,
    pub(crate) report: &'a Report,
    pub(crate) secret: &'a SecretId,
    pub(crate) rotation: &'a str,
    pub(crate) patience: Patience,
    pub(crate) goal: Goal,
}

impl Follow<'_> {
    /// Follows until the rotation ends, is held, or patience runs out. Ctrl-C and SIGTERM detach: the state is kept.
    pub(crate) async fn run(self) -> Result<Exit, Failure> {
        let mut interrupts = Interrupts::listen()?;
        let mut shown = Shown::default();
        let ended = tokio::select! {
            ended = self.follow(&mut shown) => ended,
            () = interrupts.wanted() => {
                self.report.words("Detached; nothing is lost. What was begun goes on when an engine runs.");
                Ok(Exit::Interrupted)
            }
        };
        self.operations.detach().await;
        if matches!(ended, Ok(Exit::Interrupted | Exit::Draining)) {
            self.report.hint(&self.advice(shown.errand.as_ref()));
        }
        ended
    }

    fn advice(&self, errand: Option<&Errand>) -> String {
        let follow = format!("`keybaton rotate {} --wait`", self.secret);
        match errand {
            Some(Errand { task: Task::MakeKey, command, .. }) => {
                format!("make the key, then `{command}` reads its value; {follow} goes on following")
            }
            Some(Errand { task: Task::DeleteKey, command, .. }) => {
                format!("delete the key, then `{command}`; {follow} goes on following")
            }
            None => format!("go on with {follow}"),
        }
    }

    async fn follow(&self, shown: &mut Shown) -> Result<Exit, Failure> {
        let begun = tokio::time::Instant::now();
        let (mut waiting, mut retry, mut first) = (None, None, true);
        loop {
            let progress = self.operations.advance(self.secret, self.rotation).await?;
            if std::mem::take(&mut first) {
                retry = self.retry(&progress);
            }
            let moved = shown.show(self.report, &progress.rotation);
            if moved {
                waiting = None;
            }
            let sat_out = retry.is_some_and(|until| tokio::time::Instant::now() < until);
            if let Some(exit) = self.verdict(&progress.rotation).filter(|exit| *exit != Exit::Held || !sat_out) {
                return Ok(self.close(&progress.rotation, exit));
            }
            let since = *waiting.get_or_insert_with(tokio::time::Instant::now);
            if self.is_over(begun, since, &progress) {
                return Ok(self.close(&progress.rotation, Exit::Draining));
            }
            if self.may_ask() && shown.asks() {
                self.ask(begun).await?;
                continue;
            }
            tokio::time::sleep(progress.next.unwrap_or(PAUSE).clamp(Duration::from_millis(5), PAUSE)).await;
        }
    }

    /// Until when a hold that was there before is sat out, because it ends by itself and is tried again soon: whoever asks has
    /// perhaps just put right what was wrong.
    fn retry(&self, progress: &Progress) -> Option<tokio::time::Instant> {
        let held = progress.rotation.outcome == How::Held && self.patience != Patience::Short;
        let next = progress.next.filter(|next| held && *next <= RETRY)?;
        let reason = progress.rotation.hold.as_deref().unwrap_or("for a reason that is not known");
        self.report.step(Tone::Busy, "held", &format!("{reason}; the next try is waited for"));
        Some(tokio::time::Instant::now() + next + PAUSE)
    }

    /// Whether there is a person at a terminal who has the patience to answer.
    fn may_ask(&self) -> bool {
        self.report.input == Input::Terminal && !self.report.json && self.patience != Patience::Short
    }

    /// Asks for the key while the rotation waits for it; it is not asked for any more when somebody else has brought it,
    /// or when patience runs out.
    async fn ask(&self, begun: tokio::time::Instant) -> Result<(), Failure> {
        tokio::select! {
            asked = handover::ask(self.report, self.operations, self.secret) => asked.map(drop),
            waited = self.while_asked(begun) => waited,
        }
    }

    async fn while_asked(&self, begun: tokio::time::Instant) -> Result<(), Failure> {
        loop {
            tokio::time::sleep(PAUSE).await;
            let progress = self.operations.advance(self.secret, self.rotation).await?;
            let waits = progress.rotation.errand.as_ref().is_some_and(|errand| errand.task == Task::MakeKey);
            if !waits || self.is_over(begun, begun, &progress) {
                self.report.words("");
                return Ok(());
            }
        }
    }

    fn verdict(&self, rotation: &Rotation) -> Option<Exit> {
        match (rotation.outcome, self.goal) {
            (How::Done, Goal::End) | (How::RolledBack, Goal::ServedAgain) => Some(Exit::Done),
            (How::Done, Goal::ServedAgain) => Some(Exit::No),
            (How::RolledBack, Goal::End) => Some(Exit::RolledBack),
            (How::Held, _) => Some(Exit::Held),
            (How::Draining, Goal::ServedAgain) if is_served_again(rotation.phase) => Some(Exit::Done),
            (How::Draining, _) => None,
        }
    }

    /// Whether patience has run out. A wait counts as long when it is known to be, or has become it.
    fn is_over(&self, begun: tokio::time::Instant, since: tokio::time::Instant, progress: &Progress) -> bool {
        match self.patience {
            Patience::Endless => false,
            Patience::Limited(limit) => begun.elapsed() >= limit,
            Patience::Short => {
                let waits = progress.rotation.phase == Phase::Draining || progress.rotation.phase == Phase::Watching;
                let long = progress.next.is_some_and(|next| next > SHORT) && waits;
                let by_hand = progress.rotation.errand.is_some() && progress.rotation.driver.is_none();
                long || by_hand || since.elapsed() > SHORT
            }
        }
    }

    fn close(&self, rotation: &Rotation, exit: Exit) -> Exit {
        if self.report.json {
            self.report.document(rotation);
        }
        let (tone, word) = match exit {
            Exit::Done => (Tone::Good, "done"),
            Exit::RolledBack => (Tone::Bad, "rolled back"),
            Exit::Held => (Tone::Bad, "held"),
            Exit::Draining | Exit::No | Exit::Usage | Exit::Unknown | Exit::Interrupted | Exit::Passed(_) => {
                (Tone::Busy, "draining")
            }
        };
        let grade = rotation.grade.map(|grade| format!("; the revoke is {grade}")).unwrap_or_default();
        let text = rotation.hold.clone().unwrap_or_else(|| format!("{}{grade}", rotation.safe));
        self.report.step(tone, word, &text);
        if exit == Exit::Held {
            self.report.words(&format!("  safe: {}", rotation.safe));
            self.report.hint(&format!("`keybaton explain {}` says what you can do", self.secret));
        }
        exit
    }
}

/// Whether consumers get the old key again.
fn is_served_again(phase: Phase) -> bool {
    matches!(phase, Phase::DrainingBack | Phase::RevokingBack | Phase::ConfirmingBack)
}

/// What was shown last.
#[derive(Default)]
struct Shown {
    phase: Option<Phase>,
    waits: Vec<String>,
    errand: Option<Errand>,
    /// Whether a person was asked for this errand on the terminal.
    asked: bool,
}

impl Shown {
    /// Whether a person is to be asked for a key now: once for each time that one is wanted.
    fn asks(&mut self) -> bool {
        let makes = self.errand.as_ref().is_some_and(|errand| errand.task == Task::MakeKey);
        makes && !std::mem::replace(&mut self.asked, true)
    }

    /// Shows a phase when it comes, and each wait when it is a new one; says whether the phase is a new one.
    fn show(&mut self, report: &Report, rotation: &Rotation) -> bool {
        let moved = self.phase != Some(rotation.phase);
        if moved && !matches!(rotation.phase, Phase::Done | Phase::RolledBack | Phase::Held) {
            let driver = rotation.driver.as_ref().map(|driver| format!(" (driven by {driver})")).unwrap_or_default();
            report.step(Tone::Busy, &rotation.phase.to_string(), &format!("{}{driver}", rotation.rotation));
        }
        let task = |errand: &Option<Errand>| errand.as_ref().map(|errand| errand.task);
        if task(&self.errand) != task(&rotation.errand) {
            self.asked = false;
            if let Some(hold) = rotation.hold.as_ref().filter(|_| rotation.errand.is_some()) {
                report.step(Tone::Busy, "a person", hold);
            }
        }
        self.errand.clone_from(&rotation.errand);
        let subjects: Vec<String> = rotation.waits.iter().map(|wait| subject(wait)).collect();
        let said = |subject: &String| !moved && self.waits.contains(subject);
        for (wait, _) in rotation.waits.iter().zip(&subjects).filter(|(_, subject)| !said(subject)) {
            report.words(&format!("     waits: {wait}"));
        }
        self.phase = Some(rotation.phase);
        self.waits = subjects;
        moved
    }
}

/// What a wait is about, without its numbers: a countdown does not print a line a second.
fn subject(wait: &str) -> String {
    wait.chars().take_while(|c| !c.is_ascii_digit()).collect()
}
