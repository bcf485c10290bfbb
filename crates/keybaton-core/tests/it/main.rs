//! What keybaton-core promises, seen from outside.

#[path = "../model/drawn.rs"]
mod drawn;
mod histories;
mod history;
#[path = "../model/invariant.rs"]
mod invariant;
mod pause;
mod regressions;
mod scene;
mod schedule;
mod table_commits;
mod table_disabling;
mod table_dispatch;
mod table_draining;
mod table_errand;
mod table_explain;
mod table_gate;
mod table_health;
mod table_minting;
mod table_plan;
mod table_proving;
mod table_publishing;
mod table_retiring;
mod table_revoking;
mod table_shared;
mod table_storm;
mod table_watching;
#[allow(dead_code, clippy::expect_used, reason = "the model's world has more than histories need")]
#[path = "../model/world/mod.rs"]
mod world;
