//! `MariaDB`: an issuer over the passwords of an account, or over two accounts, and a probe.
//!
//! An account of `MariaDB` has a list of ways to log in, any of which is enough (`IDENTIFIED VIA … OR …`, since 10.4). So
//! there are two modes. With *one account* a credential is one of two `mysql_native_password` entries of that list; its
//! id is the user and the start of the digest that the server keeps. The server does not say by which password a session
//! came, so there are no sessions to count, and sessions outlive the password. With *two accounts* a credential is the
//! whole account: logins alternate, each gets the grants of the other, `ACCOUNT LOCK` is a switch, and the sessions of an
//! account are counted and ended. The accounts of such a pair are keybaton's alone.
//!
//! The list is changed as a whole, by a statement that checks first that it is still what was read: `SET PASSWORD` by
//! somebody else replaces the first entry and says nothing, and what it wrote must not be lost. An entry that is not
//! understood is refused, not dropped. One call is one connection. New passwords reach the server as digests; the
//! password itself is proven by the probe's own login, which answers a challenge.

mod account;
mod address;
mod checked;
mod failure;
mod grants;
mod kind;
mod method;
mod one;
mod probe;
mod quote;
mod session;
mod settings;
mod two;

pub use kind::SUMMARY;
pub use one::MariadbAccount;
pub use probe::MariadbProbe;
pub use settings::{IssuerSettings, ProbeSettings};

pub use crate::sql::TlsSetting;
pub use two::MariadbAccounts;
