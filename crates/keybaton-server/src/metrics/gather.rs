//! Gauges, read from the state when they are asked for.

use std::collections::BTreeMap;

use keybaton_engine::{Charge, alerts};
use keybaton_ports::{Fared, Snapshot, StoreError};
use keybaton_types::{Phase, Timestamp};

use super::{
    Sources, consumers,
    live::{Live, of},
    page::{Labels, Page},
};

/// How many notices are counted.
const NOTICES: u32 = 2000;

/// The states, as they are labelled.
const STATES: [&str; 8] =
    ["idle", "minting", "publishing", "draining", "watching", "revoking", "rolled_back", "parked"];

/// Reads all of them.
pub(super) async fn fill(page: &mut Page, sources: &Sources, live: &Live) -> Result<(), StoreError> {
    page.gauge("keybaton_build_info", &vec![("version", env!("CARGO_PKG_VERSION").to_owned())], 1.0);
    for charge in sources.charges.all().values() {
        let snapshot = sources.store.read(&charge.secret).await?;
        info(page, charge);
        if let Some(snapshot) = &snapshot {
            secret(page, charge, snapshot);
            probe(page, charge, snapshot, live);
            consumers::fill(page, &charge.secret, snapshot);
        }
    }
    kept(page, sources).await
}

fn info(page: &mut Page, charge: &Charge) {
    let more = vec![
        ("owner", charge.owner.clone().unwrap_or_default()),
        ("issuer", charge.issuer_name.clone()),
        ("store", charge.vault_name.clone()),
    ];
    page.gauge("keybaton_secret_info", &[of(&charge.secret), more].concat(), 1.0);
    if let Some(age) = charge.policy.max_age {
        page.gauge("keybaton_secret_max_age_seconds", &of(&charge.secret), age.as_secs_f64());
    }
    let overlap = charge.policy.overlap.max.as_secs_f64();
    page.gauge("keybaton_secret_overlap_max_seconds", &of(&charge.secret), overlap);
}

fn secret(page: &mut Page, charge: &Charge, snapshot: &Snapshot) {
    let (labels, ledger) = (|| of(&charge.secret), &snapshot.ledger);
    if let Some(current) = ledger.current_credential() {
        page.gauge("keybaton_secret_created_timestamp_seconds", &labels(), seconds(current.born));
    }
    if let Some(last) = &ledger.last {
        page.gauge("keybaton_secret_last_rotation_timestamp_seconds", &labels(), seconds(last.at));
    }
    if let Some(next) = charge.next_firing(snapshot) {
        page.gauge("keybaton_secret_next_rotation_timestamp_seconds", &labels(), seconds(next));
    }
    let published = ledger.current.and_then(|no| ledger.version(no)).and_then(|version| version.published);
    if let (Some(_), Some(published), 2..) = (&ledger.rotation, published, ledger.live().count()) {
        page.gauge("keybaton_secret_overlap_started_timestamp_seconds", &labels(), seconds(published));
    }
    let live = u32::try_from(ledger.live().count()).unwrap_or(u32::MAX);
    page.gauge("keybaton_keys_valid", &labels(), f64::from(live));
    let now = state(ledger.rotation.as_ref().map_or(Phase::Idle, keybaton_core::rotation::Rotation::phase));
    for name in STATES {
        let labels = [labels(), vec![("state", name.to_owned())]].concat();
        page.gauge("keybaton_secret_state", &labels, if name == now { 1.0 } else { 0.0 });
    }
}

/// The state of a phase: what a rotation does on its way back is one.
fn state(phase: Phase) -> &'static str {
    match phase {
        Phase::Idle | Phase::Done => "idle",
        Phase::Minting | Phase::Proving => "minting",
        Phase::Publishing => "publishing",
        Phase::Draining | Phase::Enabling => "draining",
        Phase::Disabling | Phase::Watching => "watching",
        Phase::Revoking | Phase::Confirming => "revoking",
        Phase::PublishingBack
        | Phase::DrainingBack
        | Phase::RevokingBack
        | Phase::ConfirmingBack
        | Phase::RolledBack => "rolled_back",
        Phase::Held => "parked",
    }
}

/// What the probe of the current key said last.
fn probe(page: &mut Page, charge: &Charge, snapshot: &Snapshot, live: &Live) {
    let issued = snapshot.ledger.current_credential().and_then(|credential| credential.issued.as_ref());
    if let Some(success) = issued.and_then(|id| live.verdict(&charge.secret, id)) {
        page.gauge("keybaton_probe_success", &of(&charge.secret), success);
    }
}

/// What the outbox and the engines tell.
async fn kept(page: &mut Page, sources: &Sources) -> Result<(), StoreError> {
    let Some(outbox) = &sources.outbox else { return Ok(()) };
    if let Some(beat) = outbox.last_beat().await? {
        page.gauge("keybaton_scheduler_last_tick_timestamp_seconds", &Vec::new(), seconds(beat));
    }
    let lapse = alerts::lapse(sources.store.as_ref(), outbox.as_ref(), &sources.charges).await?;
    let lapsed = lapse.map_or(0.0, |lapse| lapse.now.since(lapse.since).as_secs_f64());
    page.gauge("keybaton_scheduler_lapse_seconds", &Vec::new(), lapsed);
    let mut open: BTreeMap<String, u32> = BTreeMap::new();
    for notice in outbox.notices(NOTICES).await? {
        *open.entry(notice.kind).or_default() += u32::from(notice.closed.is_none());
    }
    for (kind, count) in open {
        page.gauge("keybaton_alerts_open", &vec![("kind", kind)], f64::from(count));
    }
    let fared = outbox.channels().await?;
    for name in sources.channels.board().channels.keys() {
        let fared = fared.iter().find(|fared| fared.channel == *name);
        let labels = || -> Labels { vec![("channel", name.clone())] };
        let up = if fared.is_some_and(Fared::is_failing) { 0.0 } else { 1.0 };
        page.gauge("keybaton_alert_channel_up", &labels(), up);
        page.count("keybaton_alert_messages_total", &labels(), fared.map_or(0, |fared| fared.messages));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a time needs no more than the microseconds that a double keeps of it")]
pub(super) fn seconds(at: Timestamp) -> f64 {
    at.0 as f64 / 1e6
}
