//! The list of metrics: the page, the reference and the tests are made of it.

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, as it is queried.
    pub name: &'static str,
    /// What kind it is.
    pub shape: Shape,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub says: &'static str,
}

/// What kind a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// It goes up and down.
    Gauge,
    /// It only grows.
    Counter,
    /// It counts how often something took how long.
    Histogram,
}

impl Shape {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
            Self::Histogram => "histogram",
        }
    }
}

const OF: &[&str] = &["secret", "env"];

const fn gauge(name: &'static str, labels: &'static [&'static str], says: &'static str) -> Metric {
    Metric { name, shape: Shape::Gauge, labels, says }
}

const fn counter(name: &'static str, labels: &'static [&'static str], says: &'static str) -> Metric {
    Metric { name, shape: Shape::Counter, labels, says }
}

const fn histogram(name: &'static str, labels: &'static [&'static str], says: &'static str) -> Metric {
    Metric { name, shape: Shape::Histogram, labels, says }
}

/// Every metric of a server, in the order of the page.
pub const METRICS: &[Metric] = &[
    gauge("keybaton_build_info", &["version"], "Always 1; which keybaton this is"),
    gauge("keybaton_secret_info", &["secret", "env", "owner", "issuer", "store"], "Always 1; what a secret is made of"),
    gauge("keybaton_secret_created_timestamp_seconds", OF, "When the current key was made"),
    gauge("keybaton_secret_last_rotation_timestamp_seconds", OF, "When the last rotation ended"),
    gauge("keybaton_secret_next_rotation_timestamp_seconds", OF, "When the schedule names the next rotation"),
    gauge("keybaton_secret_max_age_seconds", OF, "The age at which a key is overdue"),
    gauge("keybaton_secret_overlap_max_seconds", OF, "The longest time in which two keys may work"),
    gauge(
        "keybaton_secret_overlap_started_timestamp_seconds",
        OF,
        "Since when two keys work, while a rotation is active",
    ),
    gauge(
        "keybaton_secret_state",
        &["secret", "env", "state"],
        "1 for the state that it is in: idle, minting, publishing, draining, watching, revoking, rolled_back or parked",
    ),
    gauge("keybaton_keys_valid", OF, "How many keys of it the issuer accepts"),
    gauge(
        "keybaton_consumer_instances",
        &["secret", "env", "consumer", "slot"],
        "How many instances hold the current key, a previous one, or one that is unknown",
    ),
    gauge(
        "keybaton_consumer_last_seen_timestamp_seconds",
        &["secret", "env", "consumer"],
        "When a consumer was last seen",
    ),
    counter(
        "keybaton_rotations_total",
        &["outcome", "trigger"],
        "Rotations that ended in success or rolled_back, and times that one was parked",
    ),
    histogram("keybaton_rotation_phase_duration_seconds", &["phase", "issuer"], "How long a rotation was in a phase"),
    counter("keybaton_audit_events_total", &[], "Rows of the audit"),
    gauge("keybaton_scheduler_last_tick_timestamp_seconds", &[], "When an engine last said that it was alive"),
    gauge("keybaton_scheduler_lapse_seconds", &[], "How long something has been due while no engine was alive"),
    gauge("keybaton_alerts_open", &["kind"], "Alerts that are open"),
    gauge("keybaton_alert_channel_up", &["channel"], "Whether the last attempt on a channel for alerts got through"),
    counter("keybaton_alert_messages_total", &["channel"], "Messages that a channel for alerts has taken"),
    counter(
        "keybaton_auth_responses_total",
        &["secret", "env", "consumer", "code", "slot"],
        "Calls that consumers reported to this server, by ok, 401 and 403",
    ),
    gauge("keybaton_probe_success", OF, "Whether the current key was let in when this process probed it last"),
    histogram("keybaton_probe_duration_seconds", OF, "How long probes of this process took"),
    counter("keybaton_probe_responses_total", &["secret", "env", "code"], "What probes of this process met"),
    gauge("keybaton_store_up", &["store"], "Whether the last call of this process to a vault succeeded"),
    histogram("keybaton_store_request_duration_seconds", &["store"], "How long calls of this process to a vault took"),
];

/// The metric of that name.
pub(super) fn find(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}
