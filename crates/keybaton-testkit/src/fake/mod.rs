//! Far services in memory, with the semantics of true ones and a clock that the test moves.

mod cluster;
mod credential;
mod directory;
mod issuer;
mod probe;
mod server;
mod settings;
mod storage;
mod vault;

pub use cluster::{Cluster, ClusterDesk, ClusterMode, NAMESPACE};
pub use credential::FakeCredential;
pub use directory::{APPLICATION, Directory, DirectoryDesk, DirectoryMode, OWN, OWN_SECRET, Owner, Password, TENANT};
pub use issuer::FakeIssuer;
pub use probe::FakeProbe;
pub use server::{FakeServer, Read, SECRET, Served, ServerDesk, ServerMode};
pub use settings::FakeSettings;
pub use storage::{ACCOUNT, Door, GROUP, SUBSCRIPTION, StorageAccount, StorageDesk, StorageMode, StorageRights};
pub use vault::{FakeVault, Published};
