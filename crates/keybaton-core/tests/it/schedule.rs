//! Schedules: what the rules name, daylight saving, windows, jitter, catching up, previews and retries.

mod cron;
mod daylight;
mod firing;
mod given;
mod oracle;
mod preview;
mod properties;
mod retry;
mod window;
