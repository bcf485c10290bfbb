//! A cell: one scenario on one sheet with one trouble.

use keybaton_core::rotation::{HoldReason, Request};
use keybaton_ports::Wanted;
use keybaton_testkit::fault::{Faults, Injected};

use super::{check, scenario::Scenario, sheet::Sheet};
use crate::world::{Blow, End, World};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing.
    None,
    /// One call of a far service.
    Call(usize, Injected),
    /// One commit.
    Commit(usize, Blow),
}

/// One scenario on one sheet with one trouble.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) scenario: Scenario,
    pub(super) sheet: Sheet,
    pub(super) trouble: Trouble,
}

impl Cell {
    /// A disable that the issuer refused waits for a person, with both keys alive; this one says that it may go on.
    async fn resumed(self, world: &mut World, end: End) -> End {
        let refused = matches!(self.trouble, Trouble::Call(_, Injected::Refused));
        if !(refused && matches!(end, End::Held(HoldReason::DisableRefused(_)))) {
            return end;
        }
        check::held(self, world).await;
        world.ask(Wanted::Of(Request::Resume)).await;
        self.play(world).await
    }

    async fn play(self, world: &mut World) -> End {
        let scenario = self.scenario;
        world
            .run(async |world: &mut World| {
                scenario.play(world).await;
                check::always(self, world).await;
            })
            .await
    }

    /// Runs it, and tells whether the trouble was reached.
    pub(super) async fn run(self) -> bool {
        let (faults, blow) = match self.trouble {
            Trouble::None => (Faults::none(), None),
            Trouble::Call(at, injected) => (Faults::at(at, injected), None),
            Trouble::Commit(at, blow) => (Faults::none(), Some((at, blow))),
        };
        let mut world = World::adopted(self.scenario.setting(self.sheet), faults, blow).await;
        self.scenario.prepare(&mut world).await;
        let end = self.play(&mut world).await;
        let end = self.resumed(&mut world, end).await;
        check::after(self, &mut world, &end).await;
        match self.trouble {
            Trouble::None => false,
            Trouble::Call(..) => world.faults.reached().is_some(),
            Trouble::Commit(at, _) => world.store.commits() > at,
        }
    }
}
