//! Killed at every commit and at random moments, started again: it always ends, and nothing is left over or lost.

mod child;
mod commits;
mod moments;
mod slots;
