//! Issuers and probes that speak HTTP and JSON, described by settings instead of code (DESIGN section 6).
//!
//! [`HttpIssuer`] sends the requests of its [`IssuerSettings`]; [`HttpProbe`] presents a credential as its
//! [`ProbeSettings`] say. Both make one call on a connection of their own, follow no redirect and no proxy, read at
//! most 1 MiB, and classify how it ended in one place.

mod auth;
mod checked;
mod extract;
mod extras;
mod issuer;
mod items;
mod json;
mod kind;
mod known;
mod list;
mod page;
mod paging;
mod probe;
mod request;
mod settings;
mod template;

pub use auth::Auth;
pub use issuer::HttpIssuer;
pub use kind::SUMMARY;
pub(crate) use known::alone;
pub use probe::HttpProbe;
pub use settings::{
    BasicSettings, CallSettings, CautionSettings, CreateSettings, EnabledSettings, EqualsSettings, IssuerSettings,
    ListSettings, PageSettings, ProbeSettings, RevokeSettings,
};
