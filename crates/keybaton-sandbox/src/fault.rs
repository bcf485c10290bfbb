//! What can go wrong with an admin call, and the queue of what will.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::effect::Operation;

/// One way in which an admin call goes wrong. Every waiting ends by itself within a minute, whatever is asked for.
///
/// As JSON: `{"kind": "late", "after_ms": 500, "status": 503}`; what has a default may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// Not done; the connection is closed without an answer.
    RefuseBefore,
    /// Not done; a 5xx answer.
    ErrorNotDone {
        /// The status, 500 by default.
        #[serde(default = "internal_error")]
        status: u16,
    },
    /// Done; a 5xx answer all the same.
    ErrorDone {
        /// The status, 500 by default.
        #[serde(default = "internal_error")]
        status: u16,
    },
    /// Done after the wait, even if the caller is gone by then; then the honest answer.
    HangThenDone {
        /// The wait in milliseconds.
        ms: u64,
    },
    /// Done at once; the honest answer comes after the wait.
    DoneThenHang {
        /// The wait in milliseconds.
        ms: u64,
    },
    /// Not done; after the wait the connection is closed without an answer.
    HangNotDone {
        /// The wait in milliseconds.
        ms: u64,
    },
    /// Done; the connection is reset without an answer.
    ResetAfterDone,
    /// Done twice, as by a proxy that retries; the answer is the first one's.
    Duplicate,
    /// A 5xx answer at once; done after the wait.
    Late {
        /// The wait in milliseconds.
        after_ms: u64,
        /// The status, 500 by default.
        #[serde(default = "internal_error")]
        status: u16,
    },
    /// Not done; 429 with `Retry-After`.
    TooManyRequests {
        /// The header's value in seconds, 1 by default.
        #[serde(default = "one")]
        retry_after: u64,
    },
    /// Not done; 401, as if the admin credential were wrong.
    WrongAdmin,
    /// Not done; the answer of an API where no more keys fit.
    Full,
    /// Done; half of the JSON answer.
    BrokenJson,
    /// Done; the honest answer behind a lot of white space.
    HugeBody {
        /// How much, 64 MiB by default and at most 1 GiB.
        #[serde(default = "huge")]
        bytes: u64,
    },
    /// Done; every leaf of the answer has another JSON type.
    WrongTypes,
    /// Done; a field of the answer is missing at every depth.
    MissingField {
        /// Its name; by default the value of a created key, else the id.
        #[serde(default)]
        field: Option<String>,
    },
    /// Not done; 307 to another origin.
    Redirect {
        /// The target, `http://elsewhere.invalid/` by default.
        #[serde(default = "elsewhere")]
        to: String,
    },
    /// Done; the answer comes byte by byte, the rest at once after the wait.
    SlowDrip {
        /// The pause between two bytes in milliseconds, 100 by default.
        #[serde(default = "drip_every")]
        every_ms: u64,
        /// The wait in milliseconds, 10,000 by default.
        #[serde(default = "drip_for")]
        for_ms: u64,
    },
    /// List only: the link to the next page leads to another origin.
    ForeignNext,
    /// List only: the link to the next page leads to this page again.
    LoopingNext,
    /// Not done; 500 with the admin's token in the body, as careless services do.
    EchoAdmin,
}

/// What will go wrong next, per operation.
#[derive(Default)]
pub(crate) struct FaultQueue(BTreeMap<Operation, VecDeque<Fault>>);

impl FaultQueue {
    pub(crate) fn push(&mut self, operation: Operation, fault: Fault) {
        self.0.entry(operation).or_default().push_back(fault);
    }

    pub(crate) fn take(&mut self, operation: Operation) -> Option<Fault> {
        self.0.get_mut(&operation)?.pop_front()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn waiting(&self) -> BTreeMap<Operation, usize> {
        let lengths = self.0.iter().map(|(operation, queue)| (*operation, queue.len()));
        lengths.filter(|(_, length)| *length > 0).collect()
    }
}

fn internal_error() -> u16 {
    500
}

fn one() -> u64 {
    1
}

fn huge() -> u64 {
    64 * 1024 * 1024
}

fn elsewhere() -> String {
    "http://elsewhere.invalid/".to_owned()
}

fn drip_every() -> u64 {
    100
}

fn drip_for() -> u64 {
    10_000
}
