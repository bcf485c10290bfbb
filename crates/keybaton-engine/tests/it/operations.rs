//! The operations of a command, on the same engine.

mod adopt;
mod asking;
mod hand;
mod reading;

use std::sync::Arc;

use keybaton_engine::{Charges, Local};
use keybaton_ports::{Adoption, Failure, Operations, Proof, Sharing, Store, VaultUse};
use keybaton_testkit::fault::Faults;
use keybaton_types::document::Adopted;

use crate::world::{Blow, OLD, Setting, World, value};

/// Operations on the store that may die, through the fault layer.
fn local(world: &World) -> Local {
    let charges = Charges::new([world.faulty()]);
    let store: Arc<dyn Store> = Arc::clone(&world.store) as _;
    Local::new(store, Arc::clone(&world.keyring), Arc::new(world.time.clone()), charges, "shell-2")
}

fn adoption(world: &World, id: &str, text: &str) -> Adoption {
    Adoption {
        secret: world.secret.clone(),
        id: Some(id.into()),
        value: value(text),
        proof: Proof::Needed,
        vault: VaultUse::Compare,
        sharing: Sharing::Refused,
        by: "ann".to_owned(),
    }
}

/// A world with a key that nobody has adopted yet.
fn world(setting: Setting, blow: Option<(usize, Blow)>) -> World {
    let world = World::new(setting, Faults::none(), blow);
    world.issuer.plant(OLD, value("the old value"));
    world
}

async fn adopt(world: &World, id: &str, text: &str) -> Result<Adopted, Failure> {
    local(world).adopt(adoption(world, id, text)).await
}
