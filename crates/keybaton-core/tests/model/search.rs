//! Breadth first over every state that a setting can reach, with traces, and a pass backwards for liveness.

mod print;
mod report;

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasherDefault;

use keybaton_types::Phase;

use self::print::{Fold, print};
pub(crate) use self::report::{Explored, Red};
use crate::{
    invariant,
    rule::Coverage,
    world::{World, action::Action, breach::Breach, setting::Setting, turn::Turned},
};

/// More states than this in one setting are a mistake in the setting.
const MOST: usize = 2_000_000;

/// One state that was reached: from where, and how.
struct Node {
    from: u32,
    by: Option<Action>,
    ends: bool,
}

/// A search in progress.
struct Search<'a> {
    setting: &'a Setting,
    seen: HashMap<u128, u32, BuildHasherDefault<Fold>>,
    nodes: Vec<Node>,
    edges: Vec<(u32, u32)>,
    queue: VecDeque<(u32, World)>,
    coverage: Coverage,
    capped: bool,
}

/// Explores every state; stops at the first broken invariant.
pub(crate) fn explore(setting: &Setting) -> Explored {
    let mut search = Search {
        setting,
        seen: HashMap::default(),
        nodes: Vec::new(),
        edges: Vec::new(),
        queue: VecDeque::new(),
        coverage: Coverage::default(),
        capped: false,
    };
    let red = search.run();
    let deepest = search.nodes.len().checked_sub(1).map_or(0, |last| search.path(last).len());
    let (states, steps) = (search.nodes.len(), search.edges.len());
    let capped = search.capped;
    Explored { name: setting.name.clone(), states, steps, deepest, capped, red, coverage: search.coverage }
}

impl Search<'_> {
    fn run(&mut self) -> Option<Red> {
        let first = World::new(self.setting);
        if let Some(red) = self.reach(0, None, first) {
            return Some(red);
        }
        while let Some((index, world)) = self.queue.pop_front() {
            self.coverage.ask(&world, self.setting);
            for action in world.menu(self.setting) {
                let mut next = world.clone();
                let turned = next.act(self.setting, action);
                self.coverage.note(self.setting, &world, action, turned.as_ref(), &next);
                if let Some(red) = self.reach(index, Some(action), next) {
                    return Some(red);
                }
            }
            if self.nodes.len() > MOST {
                self.capped = true;
                return None;
            }
        }
        self.without_end()
    }

    /// Notes a state, and looks at it if it is new.
    fn reach(&mut self, from: u32, by: Option<Action>, world: World) -> Option<Red> {
        let index = u32::try_from(self.nodes.len()).expect("fewer states than the bound");
        let known = *self.seen.entry(print(&world)).or_insert(index);
        if by.is_some() && known != from {
            self.edges.push((from, known));
        }
        if known != index {
            return None;
        }
        self.nodes.push(Node { from, by, ends: is_end(&world) });
        if let Some(breach) = invariant::broken(&world) {
            return Some(self.red(breach, self.nodes.len() - 1));
        }
        self.queue.push_back((index, world));
        None
    }

    fn red(&self, breach: Breach, index: usize) -> Red {
        Red { breach, trace: self.path(index) }
    }

    /// The actions that lead to a state.
    fn path(&self, mut index: usize) -> Vec<Action> {
        let mut path = Vec::new();
        while let Some(action) = self.nodes[index].by {
            path.push(action);
            index = self.nodes[index].from as usize;
        }
        path.reverse();
        path
    }

    /// I8: a state from which neither an end nor a hold with its alert can be reached.
    fn without_end(&self) -> Option<Red> {
        let mut edges = self.edges.clone();
        edges.sort_unstable_by_key(|&(_, to)| to);
        let mut ends: Vec<bool> = self.nodes.iter().map(|node| node.ends).collect();
        let mut work: Vec<u32> = (0u32..).zip(&ends).filter(|(_, ends)| **ends).map(|(index, _)| index).collect();
        while let Some(to) = work.pop() {
            let first = edges.partition_point(|&(_, known)| known < to);
            for &(from, _) in edges[first..].iter().take_while(|&&(_, known)| known == to) {
                if !std::mem::replace(&mut ends[from as usize], true) {
                    work.push(from);
                }
            }
        }
        let stuck = ends.iter().position(|ends| !ends)?;
        Some(self.red(Breach::NoEnd, stuck))
    }
}

/// The rotation is over, or it is held and somebody was told. A person's errand is no end: it can be done.
fn is_end(world: &World) -> bool {
    world.ledger.rotation.as_ref().is_none_or(|rotation| {
        let told = world.ledger.alerts.iter().any(|alert| alert.kind == keybaton_core::ledger::AlertKind::Held);
        let errand = rotation.hold.as_ref().is_some_and(|hold| hold.reason.errand().is_some());
        rotation.phase() == Phase::Held && told && !errand
    })
}

/// What happened on the way to a state, told again step by step.
pub(crate) fn replay(setting: &Setting, trace: &[Action]) -> Vec<(World, Action, Option<Turned>)> {
    let mut world = World::new(setting);
    let mut told = Vec::new();
    for &action in trace {
        let turned = world.act(setting, action);
        told.push((world.clone(), action, turned));
    }
    told
}
