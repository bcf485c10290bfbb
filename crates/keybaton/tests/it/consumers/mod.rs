//! Consumers as processes of their own, which link the client: rotations under load, in outages, after restores.

mod crowd;
mod engines;
mod environment;
mod far;
mod herd;
mod instance;
mod outage;
mod paused;
mod restored;
mod servers;
mod site;
mod wrk;
