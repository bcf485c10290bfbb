//! Redis: an issuer over the passwords of its ACL users, and a probe.
//!
//! A user of Redis may have many passwords at once. So there are two modes. With *one user* a credential is one of its
//! passwords: its id is the user and the start of the password's digest, as `ACL LIST` shows it. Redis does not say by
//! which password a connection came, so there are no sessions to count, and connections outlive the password. With *two
//! users* a credential is the whole login: logins alternate, each takes over the other's rules, `off` is a switch, and
//! the connections of a user are counted and ended. The users of such a pair are keybaton's alone.
//!
//! One call is one connection. A new password reaches the server as a digest only; the password itself is sent by the
//! probe's own `AUTH` alone, which Redis keeps out of `MONITOR` and `SLOWLOG`. Access rules live in the memory of one
//! server: they are written down by `ACL SAVE` or `CONFIG REWRITE`, and replicas and the nodes of a cluster keep their
//! own. A user with `nopass` accepts anything, so that nothing can be proven of it, and is refused.

mod address;
mod checked;
mod failure;
mod identity;
mod kind;
mod one;
mod probe;
mod server;
mod session;
mod settings;
mod tls;
mod two;
mod user;
mod wire;

pub use kind::SUMMARY;
pub use one::RedisUser;
pub use probe::RedisProbe;
pub use settings::{AuthSettings, IssuerSettings, PersistSetting, ProbeSettings, RevokeSetting};
pub use two::RedisUsers;
