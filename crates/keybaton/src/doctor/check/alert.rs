//! Of the channels on which people are told.

use keybaton_config::Config;

use crate::doctor::{
    ground::Book,
    said::{Said, or},
};

pub(super) fn channels(config: &Config, book: &Book) -> Vec<Said> {
    let own = book.status.alerts.iter().map(|alert| Said::error(alert.clone()));
    let failing = book.channels.iter().filter(|fared| fared.is_failing() && config.alerts.contains_key(&fared.channel));
    let failing = failing.map(|fared| {
        let why = fared.why.as_deref().unwrap_or("it does not say why");
        Said::error(format!("{} attempts in a row failed: {why}", fared.failures))
            .on(&format!("alert.{}", fared.channel))
            .fix(format!("keybaton alert test {}", fared.channel))
    });
    let mut said: Vec<Said> = own.chain(failing).collect();
    if config.alerts.is_empty() && !config.secrets.is_empty() {
        said.push(Said::warning("nobody is told of alerts: the configuration has no [alert.NAME]"));
    }
    or(said, format!("{} channels get through", config.alerts.len()))
}
