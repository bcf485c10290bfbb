//! Access keys of a user of AWS, rotated and published into Secrets Manager by the shipped binary.

mod bench;
mod cut;
mod last_used;
mod lost;
mod own;
mod rotation;
mod trouble;
