//! An agent reads the vault itself while its server is silent: real servers, real vaults, the shipped binary.

mod evidence;
mod key_vault;
mod openbao;
mod rig;
mod settings;
