//! Who is told of alerts, how often, and what happens when nobody listens.

mod lapse;
mod stage;
mod standing;
mod telling;
