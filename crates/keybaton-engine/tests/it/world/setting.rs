//! How a world is set up: the issuer's abilities, the vault, and what the owner wants.

use std::time::Duration;

use keybaton_core::{
    policy::{Consumer, Evidence, OnStraggler, Overlap, Policy, Rollback, Until, WatchFor},
    schedule::Schedule,
    sheet::Fencing,
};
use keybaton_testkit::fake::FakeSettings;

/// How a world is set up.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) issuer: FakeSettings,
    /// A vault of somebody else, fenced or not; `None` is the embedded one.
    pub(crate) vault: Option<Fencing>,
    pub(crate) policy: Policy,
    pub(crate) schedule: Option<Schedule>,
}

impl Default for Setting {
    fn default() -> Self {
        let issuer = FakeSettings { max_credentials: Some(3), ..FakeSettings::default() };
        Self { issuer, vault: None, policy: policy(), schedule: None }
    }
}

/// Minutes where an owner would want hours; two agents' instances of one consumer.
pub(crate) fn policy() -> Policy {
    let minute = Duration::from_mins(1);
    Policy {
        overlap: Overlap {
            min: minute * 2,
            max: minute * 30,
            until: Until::AllConsumers,
            on_straggler: OnStraggler::Hold,
        },
        watch: WatchFor { span: minute * 2, every: Duration::from_secs(30), failures: 2 },
        rollback: Rollback::Auto,
        force_after: minute,
        ttl: minute,
        max_stale: minute * 10,
        max_request: Duration::from_secs(10),
        consumers: vec![Consumer { name: "web".to_owned(), evidence: Evidence::Agent { instances: 2 } }],
        max_age: None,
    }
}
