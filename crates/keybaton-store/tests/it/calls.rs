//! Any call of the port, for the property test.

use keybaton_core::{
    ledger::{
        Alert, AlertKind, Change, Course, Credential, Far, Origin, Report, Seen, Sighting, Stage, Storm, Version,
    },
    policy::{Pause, Scope},
    rotation::{
        Aim, Cause, Effect, Hold, HoldReason, Look, Mint, Operation, Request, Rotation, State, Then, Times, Way, Write,
    },
};
use keybaton_ports::{Attachment, Handed, Wanted};
use keybaton_types::{
    CredentialNo, Fingerprint, Grade, Label, OpSeq, Outcome, RotationId, Sealed, Timestamp, VersionNo,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::house::at;

/// One call of the port. Revision and epoch are offsets from the right ones: zero is a valid commit.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Enroll,
    Claim(&'static str, u64),
    Renew,
    Release,
    Commit {
        revision: u64,
        epoch: u64,
        changes: Vec<Change>,
        rotation: Option<Rotation>,
        attached: Option<Attachment>,
        heard: Option<u64>,
    },
    Sight(Sighting),
    Report(Report),
    Observe {
        epoch: u64,
        id: u64,
        no: u32,
    },
    Ask(Wanted),
    HandOver(u64, Handed),
    Audit(Option<u64>),
    Pause(Pause),
    Resume(Scope),
    Beat(&'static str, u64),
    Hear(Sighting, Report),
    Signal(Storm),
    Serving(u64, u64),
    Wait(u64),
}

fn number() -> impl Strategy<Value = u64> {
    1..4u64
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..40i64).prop_map(at)
}

fn text() -> impl Strategy<Value = String> {
    select(vec!["", "billing", "naïve \u{1F511}", "'; DROP TABLE audit; --", "a\0b"]).prop_map(str::to_owned)
}

fn credential() -> impl Strategy<Value = Credential> {
    let stage = select(vec![Stage::Pending, Stage::Current, Stage::Previous, Stage::Retired]);
    let far = select(vec![Far::Unborn, Far::Active, Far::Disabled, Far::Destroyed]);
    let origin = select(vec![Origin::Minted, Origin::Adopted, Origin::Handed]);
    (number(), option::of(text()), option::of(text()), origin, stage, far, any::<bool>(), time()).prop_map(
        |(no, issued, label, origin, stage, far, condemned, born)| Credential {
            no: CredentialNo(no),
            issued: issued.as_deref().map(Into::into),
            label: label.map(Label),
            origin,
            stage,
            far,
            condemned,
            born,
        },
    )
}

fn scope() -> impl Strategy<Value = Scope> {
    let owner = text().prop_map(Scope::Owner);
    let secret = select(vec!["a/prod", "b/prod"]).prop_map(|name| Scope::Secret(name.parse().unwrap()));
    prop_oneof![Just(Scope::All), owner, secret]
}

fn paused(scope: Scope, since: Timestamp, span: u32) -> Pause {
    let until = since + std::time::Duration::from_secs(span.into());
    Pause::new(scope, since, until, "me", span.is_multiple_of(2).then(|| "because".to_owned())).unwrap()
}

fn kind() -> impl Strategy<Value = AlertKind> {
    select(vec![AlertKind::Held, AlertKind::PossibleOrphan, AlertKind::ClockJump, AlertKind::Storm])
}

fn change() -> impl Strategy<Value = Change> {
    let version = (number(), number(), option::of(time())).prop_map(|(no, credential, published)| {
        Change::Version(Version { no: VersionNo(no), credential: CredentialNo(credential), published })
    });
    prop_oneof![
        3 => credential().prop_map(Change::Credential),
        3 => version,
        1 => number().prop_map(|no| Change::Current(VersionNo(no))),
        1 => time().prop_map(Change::Base),
        2 => (kind(), text(), time()).prop_map(|(kind, what, since)| Change::Raise(Alert { kind, what, since })),
        1 => kind().prop_map(Change::Resolve),
        1 => Just(Change::Trusted),
    ]
}

fn state() -> impl Strategy<Value = State> {
    select(vec![
        State::Minting(Mint::Looking(Aim::Create)),
        State::Proving { passes: 1, refusals: 2 },
        State::Publishing { way: Way::Back, write: Write::Reading, version: VersionNo(3) },
        State::Draining(Way::Forward),
        State::Enabling(Then::Back),
        State::Confirming(Way::Back, Look::Second),
        State::Ended(Outcome::Done),
        State::Ended(Outcome::RolledBack),
    ])
}

fn operation() -> impl Strategy<Value = Operation> {
    let effect = select(vec![
        Effect::List,
        Effect::Create { label: Label("kb1-a".to_owned()), credential: CredentialNo(2) },
        Effect::Publish { credential: CredentialNo(1), version: VersionNo(2) },
    ]);
    (number(), effect, time(), time()).prop_map(|(seq, effect, deadline, lands_until)| Operation {
        seq: OpSeq(seq),
        effect,
        deadline,
        lands_until,
    })
}

fn rotation() -> impl Strategy<Value = Rotation> {
    let hold = select(vec![
        HoldReason::SlotsFull(vec!["one".into()]),
        HoldReason::Rejected("\"quoted\"".to_owned()),
        HoldReason::Straggler,
        HoldReason::AwaitsKey("make one".to_owned()),
    ]);
    let hold = option::of((hold, time()).prop_map(|(reason, since)| Hold { reason, since }));
    let grade = option::of(select(vec![Grade::Assumed, Grade::Proved]));
    let ids = (number(), option::of(number()), option::of(number()), option::of(number()));
    (ids, state(), option::of(operation()), hold, grade, option::of(time()), any::<bool>()).prop_map(
        |((id, old, new, from), state, pending, hold, grade, wake, forced)| Rotation {
            state,
            pending,
            hold,
            grade,
            forced,
            new: new.map(CredentialNo),
            times: Times { wake, since: wake, ..Times::default() },
            ..Rotation::new(RotationId(id), old.map(CredentialNo), from.map(VersionNo), Cause::Leaked)
        },
    )
}

fn attachment() -> impl Strategy<Value = Attachment> {
    let print = || (0..3u8).prop_map(|n| Fingerprint(format!("fp{n}")));
    (number(), vec(any::<u8>(), 0..9), option::of(vec(any::<u8>(), 0..9)), print(), option::of(print())).prop_map(
        |(no, value, rendering, fingerprint, rendering_fingerprint)| Attachment {
            credential: CredentialNo(no),
            value: Sealed(value),
            rendering: rendering.map(Sealed),
            fingerprint,
            rendering_fingerprint,
        },
    )
}

fn handed() -> impl Strategy<Value = Handed> {
    (select(vec!["one", "two"]), attachment()).prop_map(|(id, attached)| Handed { issued: id.into(), attached })
}

fn sighting() -> impl Strategy<Value = Sighting> {
    let seen = select(vec![
        Seen::Fetched,
        Seen::Delivered,
        Seen::Used,
        Seen::Dropped,
        Seen::Acked,
        Seen::Forgotten,
        Seen::Revealed,
    ]);
    (text(), text(), option::of(number()), seen, time(), option::of(time())).prop_map(
        |(consumer, instance, credential, seen, last, lease_until)| Sighting {
            consumer,
            instance,
            credential: credential.map(CredentialNo),
            seen,
            last,
            lease_until,
        },
    )
}

fn report() -> impl Strategy<Value = Report> {
    (text(), number(), 0..9u64, 0..9u64, option::of(time())).prop_map(|(consumer, no, ok, refused, refused_at)| {
        Report {
            consumer,
            instance: "i".to_owned(),
            credential: CredentialNo(no),
            ok,
            refused,
            refused_at,
            ..Report::default()
        }
    })
}

fn storm() -> impl Strategy<Value = Storm> {
    let course = select(vec![Course::Rages, Course::Over]);
    (text(), text(), time(), time(), course).prop_map(|(source, what, since, last, course)| Storm {
        source,
        what,
        since,
        last,
        course,
    })
}

/// Any call.
pub(crate) fn call() -> impl Strategy<Value = Call> {
    let off = || prop_oneof![9 => Just(0u64), 1 => Just(1u64)];
    let committed =
        (off(), off(), vec(change(), 0..5), option::of(rotation()), option::of(attachment()), option::of(number()));
    let committed = committed.prop_map(|(revision, epoch, changes, rotation, attached, heard)| Call::Commit {
        revision,
        epoch,
        changes,
        rotation,
        attached,
        heard,
    });
    let who = || select(vec!["one", "two"]);
    let wanted = select(vec![Wanted::Rotate(Cause::Asked), Wanted::Of(Request::Force), Wanted::Of(Request::Rollback)]);
    prop_oneof![
        1 => Just(Call::Enroll),
        3 => (who(), 0..20u64).prop_map(|(who, span)| Call::Claim(who, span)),
        1 => Just(Call::Renew),
        1 => Just(Call::Release),
        12 => committed,
        3 => sighting().prop_map(Call::Sight),
        2 => report().prop_map(Call::Report),
        2 => (off(), number(), 0..4u32).prop_map(|(epoch, id, no)| Call::Observe { epoch, id, no }),
        2 => wanted.prop_map(Call::Ask),
        4 => (off(), handed()).prop_map(|(revision, handed)| Call::HandOver(revision, handed)),
        1 => option::of(number()).prop_map(Call::Audit),
        1 => (scope(), time(), 1..40u32).prop_map(|(scope, since, span)| Call::Pause(paused(scope, since, span))),
        1 => scope().prop_map(Call::Resume),
        1 => (who(), 0..20u64).prop_map(|(who, span)| Call::Beat(who, span)),
        1 => (sighting(), report()).prop_map(|(seen, counted)| Call::Hear(seen, counted)),
        1 => storm().prop_map(Call::Signal),
        1 => (0..5u64, 0..10u64).prop_map(|(awake, span)| Call::Serving(awake, span)),
        2 => (0..15u64).prop_map(Call::Wait),
    ]
}
