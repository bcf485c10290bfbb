//! `PostgreSQL`: an issuer that alternates between two login roles, and a probe.
//!
//! A role of `PostgreSQL` has one password, so two credentials at once are two roles. The login role that was adopted
//! becomes the *owner*: it keeps what it owns for ever and is never dropped. Credentials are *members* of it, which act
//! as the owner from their first statement on, so that whatever they create is the owner's too. Destroying a credential
//! takes its login and its password; the role stays, for the rotation after the next.
//!
//! One call is one connection and one transaction, so that an effect happens at `COMMIT` or never. Values leave here
//! only towards the probe's own login; for a new credential the server gets a SCRAM verifier and no password. What a
//! role is at the moment (on, off, spare) is read from the server and stands in the role's comment, nowhere here.
//!
//! A role that keybaton did not make never becomes a member by itself; a person hands one over by
//! `COMMENT ON ROLE name IS '(retired by keybaton)'`. Keybaton's own user is no superuser: it needs `CREATEROLE`, the
//! owner `WITH ADMIN OPTION`, and `pg_signal_backend` to end sessions. Not carried over from owner to member are the
//! attributes that only a login itself can have, such as `REPLICATION`.

mod address;
mod checked;
mod choice;
mod crew;
mod failure;
mod inherited;
mod issuer;
mod kind;
mod note;
mod probe;
mod quote;
mod session;
mod settings;
mod standing;
mod statement;

pub use issuer::PostgresIssuer;
pub use kind::SUMMARY;
pub use probe::PostgresProbe;
pub use settings::{IssuerSettings, ProbeSettings};

pub use crate::sql::TlsSetting;
