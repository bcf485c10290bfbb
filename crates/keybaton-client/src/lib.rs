//! The consumer library that a Rust service links.
//!
//! A service asks for a secret by its name and gets, at each call, the version that it should use. Everything else goes on
//! in the background: the value is read again ahead of its term, a new version arrives by push, what keybaton has to know
//! (who uses which version, and how the calls end) is reported, and the old version is erased when keybaton says that it
//! is about to go and nothing is in flight with it.
//!
//! ```no_run
//! use keybaton_client::{Access, CacheKey, Client, DiskCache};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://keybaton.internal:7730", Access::file("/run/secrets/keybaton.token"))
//!     .instance("billing-0")
//!     .cache(DiskCache::open("/var/lib/billing/keys", &CacheKey::Beside)?)
//!     .build()?;
//! let payments = client.secret("payments/prod")?;
//! payments.ready().await?; // once at the start: fail early, with a clear error
//!
//! let http = reqwest::Client::new();
//! let answer = payments
//!     .call(|key| http.get("https://api.payments.example/v1/balance").bearer_auth(key.text()).send())
//!     .await??;
//! assert!(answer.status().is_success());
//!
//! client.close().await; // at the end: wipes the values and tells the last evidence
//! # Ok(())
//! # }
//! ```
//!
//! | what happens | what the service gets |
//! |---|---|
//! | keybaton does not answer, throttles, hangs, or answers 5xx | the value at hand, at once, until `ttl + max_stale` is over by either of two clocks; then [`Error::Expired`] |
//! | the same, and a way to its vault is given ([`Client::set_detours`]) | after a stated time what the vault serves, if it is later; it is never fresh, and keybaton's first answer ends it |
//! | keybaton says 401 or 403 | nothing: what is at hand is wiped, on the disk too; [`Error::Denied`] |
//! | keybaton says 404 | [`Error::Unknown`], without asking again for a while; a value at hand stays usable in its term |
//! | a version is condemned | never that version again, whatever is cached |
//! | an older version arrives than one that was seen | the newer one; versions never go backwards, over restarts neither |
//! | the far service says 401 or 403 to the new version | the last good one, and keybaton hears of it |
//! | a version is retiring | it is erased when nothing is in flight with it, and keybaton hears `dropped` |
//! | the process is suspended and wakes up late | nothing that outlived its term; [`Handle::ready`] waits for a newer one |
//! | the disk of the cache is full or broken | the value in memory; [`Notices::cache_trouble`] says so |
//!
//! What is not here: the state of keybaton, decisions about rotations, files for other programs (that is the agent).

mod access;
mod address;
mod answer;
mod builder;
mod cache;
mod client;
mod clock;
mod courier;
mod detour;
mod error;
mod handle;
mod held;
mod house;
mod keeper;
mod lent;
mod notices;
mod stock;
mod tally;
mod term;
mod upstream;

pub use access::Access;
pub use address::{Address, AddressError};
pub use answer::{Answer, Said};
pub use builder::Builder;
pub use cache::{CacheKey, DiskCache};
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use detour::{Detour, DetourNotice, DetourTerms, Found, Reading};
pub use error::Error;
pub use handle::Handle;
pub use lent::Lent;
pub use notices::Notices;
pub use term::Remaining;
