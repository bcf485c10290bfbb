//! What `[defaults]`, `[secret.NAME]` and `[secret.NAME.env.ENV]` may say.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Consumer, Duration, Emergency, Overlap, Rollback, Watch, Window};
use crate::node::{Located, Node};

/// What holds for every secret that does not say otherwise.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Defaults {
    /// The time in which both credentials work.
    pub(crate) overlap: Option<Overlap>,
    /// How long and how often the new credential is watched.
    pub(crate) watch: Option<Watch>,
    /// What an attributed failure of the new credential does. Default `auto`.
    pub(crate) rollback: Option<Located<Rollback>>,
    /// What an emergency rotation does differently.
    pub(crate) emergency: Option<Emergency>,
    /// How long a consumer's cache keeps a value. Default `10m`.
    pub(crate) ttl: Option<Located<Duration>>,
    /// How long a consumer may serve a stale value while the vault is down. Default `1h`.
    pub(crate) max_stale: Option<Located<Duration>>,
    /// The longest request that a consumer makes with one value. Default `10s`.
    pub(crate) max_request: Option<Located<Duration>>,
    /// Who is told of alerts: names of `[alert.*]`. Default: nobody.
    pub(crate) alerts: Option<Vec<Located<String>>>,
}

/// What a secret, or one environment of it, says.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    /// Who answers for it.
    pub(crate) owner: Option<Located<String>>,
    /// Where its credentials are made: the name of an `[issuer.*]`, or such a table inline.
    #[schemars(with = "Option<super::file::IssuerChoice>")]
    pub(crate) issuer: Option<Node>,
    /// Where consumers read it: the name of a `[vault.*]`. Default `embedded`.
    pub(crate) vault: Option<Located<String>>,
    /// Its name in that vault. Default `NAME-ENV`.
    pub(crate) name: Option<Located<String>>,
    /// How a credential is tried: a table that has the name of its connector among its keys, such as `http`, and what that
    /// connector takes.
    #[schemars(with = "Option<super::file::AnyTable>")]
    pub(crate) probe: Option<Node>,
    /// What consumers read: a template over `{{ id }}` and `{{ value }}`. Default `{{ value }}`.
    pub(crate) render: Option<Located<String>>,
    /// The time in which both credentials work.
    pub(crate) overlap: Option<Overlap>,
    /// How long and how often the new credential is watched.
    pub(crate) watch: Option<Watch>,
    /// What an attributed failure of the new credential does.
    pub(crate) rollback: Option<Located<Rollback>>,
    /// What an emergency rotation does differently.
    pub(crate) emergency: Option<Emergency>,
    /// How long a consumer's cache keeps a value.
    pub(crate) ttl: Option<Located<Duration>>,
    /// How long a consumer may serve a stale value while the vault is down.
    pub(crate) max_stale: Option<Located<Duration>>,
    /// The longest request that a consumer makes with one value.
    pub(crate) max_request: Option<Located<Duration>>,
    /// The age at which a credential is overdue.
    pub(crate) max_age: Option<Located<Duration>>,
    /// Who is told of alerts: names of `[alert.*]`. An empty list tells nobody.
    pub(crate) alerts: Option<Vec<Located<String>>>,
    /// The workloads that use it.
    pub(crate) consumers: Option<Vec<Consumer>>,
    /// Rotate this long after the last rotation.
    pub(crate) every: Option<Located<Duration>>,
    /// Rotate at these times: five fields as in cron, or six as in Azure timers.
    pub(crate) cron: Option<Located<String>>,
    /// Where `every` counts from, instead of the last rotation: a date, or a date and a time.
    pub(crate) anchor: Option<Located<String>>,
    /// Skip what would come earlier than this after the last rotation.
    pub(crate) min_interval: Option<Located<Duration>>,
    /// The hours of the week in which a scheduled rotation may start.
    pub(crate) window: Option<Located<Window>>,
    /// The time zone of `cron`, `window` and `anchor`. Default UTC.
    pub(crate) time_zone: Option<Located<String>>,
    /// Delay each scheduled rotation by less than this.
    pub(crate) jitter: Option<Located<Duration>>,
}

impl Terms {
    /// Fills what is absent from `base`: inline policies key by key, everything else as a whole. A schedule of our own
    /// replaces the other kind of schedule in `base`.
    pub(crate) fn over(self, base: Self) -> Self {
        let scheduled = self.every.is_some() || self.cron.is_some();
        let (every, cron) = if scheduled { (self.every, self.cron) } else { (base.every, base.cron) };
        Self {
            owner: self.owner.or(base.owner),
            issuer: self.issuer.or(base.issuer),
            vault: self.vault.or(base.vault),
            name: self.name.or(base.name),
            probe: self.probe.or(base.probe),
            render: self.render.or(base.render),
            overlap: Some(self.overlap.unwrap_or_default().over(base.overlap.unwrap_or_default())),
            watch: Some(self.watch.unwrap_or_default().over(base.watch.unwrap_or_default())),
            rollback: self.rollback.or(base.rollback),
            emergency: Some(self.emergency.unwrap_or_default().over(base.emergency.unwrap_or_default())),
            ttl: self.ttl.or(base.ttl),
            max_stale: self.max_stale.or(base.max_stale),
            max_request: self.max_request.or(base.max_request),
            max_age: self.max_age.or(base.max_age),
            alerts: self.alerts.or(base.alerts),
            consumers: self.consumers.or(base.consumers),
            every,
            cron,
            anchor: self.anchor.or(base.anchor),
            min_interval: self.min_interval.or(base.min_interval),
            window: self.window.or(base.window),
            time_zone: self.time_zone.or(base.time_zone),
            jitter: self.jitter.or(base.jitter),
        }
    }
}

impl From<Defaults> for Terms {
    fn from(defaults: Defaults) -> Self {
        Self {
            overlap: defaults.overlap,
            watch: defaults.watch,
            rollback: defaults.rollback,
            emergency: defaults.emergency,
            ttl: defaults.ttl,
            max_stale: defaults.max_stale,
            max_request: defaults.max_request,
            alerts: defaults.alerts,
            ..Self::default()
        }
    }
}
