//! 429: a vault that asks to be left alone is left alone for as long as it asked.

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::server::Weather;

use super::rig::{fresh, of, publish, server, serves};

#[tokio::test]
async fn a_vault_is_sent_nothing_for_as_long_as_it_asked() {
    let (server, name) = (server(), fresh("throttle"));
    let vault = of(&server, &name);
    publish(&*vault, 1, "value-1").await.unwrap();
    server.weather(Weather::Throttled(Some(1)));
    let fault = publish(&*vault, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    server.weather(Weather::Fair);
    let before = server.requests();
    let fault = publish(&*vault, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("more seconds without requests"), "{fault}");
    assert_eq!(server.requests(), before, "nothing was sent");
    let start = std::time::Instant::now();
    while publish(&*vault, 2, "value-2").await.is_err() {
        assert!(start.elapsed().as_secs() < 10, "the time that it asked for is over one day");
        tokio::task::yield_now().await;
    }
    assert!(serves(&*vault, "value-2").await);
}
