//! Performs effects, drives rotations, claims work.
