//! Alerts as the commands list and try them, over this process's state database.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_core::civil::rfc3339;
use keybaton_ports::{
    AlertDesk, Failure, FailureKind, Fared, Message, Outbox, Severity, Standing, Store, StoreError, Subject,
};
use keybaton_types::document::{AlertTested, Alerts, ChannelRow, TestStep};

use super::{Board, Channels, Wired, compose};

/// How many notices are listed.
const LISTED: u32 = 500;

/// The desk of a local state database.
pub struct LocalAlertDesk {
    outbox: Arc<dyn Outbox>,
    store: Arc<dyn Store>,
    channels: Channels,
}

impl LocalAlertDesk {
    /// A desk over this state database and these channels.
    pub fn new(outbox: Arc<dyn Outbox>, store: Arc<dyn Store>, channels: Channels) -> Self {
        Self { outbox, store, channels }
    }

    async fn row(&self, board: &Board, name: &str, wired: &Wired, fared: &[Fared]) -> Result<ChannelRow, StoreError> {
        let fared = fared.iter().find(|fared| fared.channel == name);
        let waiting = self.outbox.due(name, 0, LISTED).await?;
        let waiting = waiting.iter().filter(|due| board.hears(name, &due.notice.subject)).count();
        Ok(ChannelRow {
            name: name.to_owned(),
            r#type: wired.kind.clone(),
            failing: fared.is_some_and(Fared::is_failing),
            why: fared.and_then(|fared| fared.why.clone()),
            failures: fared.map_or(0, |fared| fared.failures),
            messages: fared.map_or(0, |fared| fared.messages),
            told: fared.and_then(|fared| fared.told).map(rfc3339),
            failed: fared.and_then(|fared| fared.failed).map(rfc3339),
            waiting: waiting as u64,
        })
    }

    async fn all(&self) -> Result<Alerts, StoreError> {
        let board = self.channels.board();
        let installation = self.store.installation();
        let notices = self.outbox.notices(LISTED).await?;
        let row = |notice| compose::row(notice, installation, board.owner(&notice.subject));
        let alerts = notices.iter().map(row).collect();
        let fared = self.outbox.channels().await?;
        let mut channels = Vec::new();
        for (name, wired) in &board.channels {
            channels.push(self.row(&board, name, wired, &fared).await?);
        }
        Ok(Alerts { schema: Alerts::SCHEMA.to_owned(), alerts, channels })
    }

    /// The messages of a test, in order: one that can be told of it hears that somebody takes care.
    async fn messages(&self, wired: &Wired, by: &str) -> Result<Vec<Message>, StoreError> {
        let now = self.store.now().await?;
        let installation = self.store.installation();
        let message = |(no, standing): (usize, Standing)| Message {
            id: format!("{installation}-test-{}-{no}", now.0),
            thread: format!("{installation}/keybaton/test/{}", now.0),
            installation: installation.clone(),
            subject: Subject::Keybaton,
            owner: None,
            rotation: None,
            kind: "test".to_owned(),
            severity: Severity::Info,
            standing,
            what: format!("{by} tries this channel; nothing is wrong"),
            since: now,
            changed: now,
            at: now,
        };
        let acknowledged = wired.channel.acknowledges().then_some(Standing::Acknowledged);
        let standings = [Some(Standing::Raised), acknowledged, Some(Standing::Resolved)];
        Ok(standings.into_iter().flatten().enumerate().map(message).collect())
    }
}

#[async_trait]
impl AlertDesk for LocalAlertDesk {
    async fn list(&self) -> Result<Alerts, Failure> {
        self.all().await.map_err(unread)
    }

    async fn test(&self, channel: &str, by: &str) -> Result<AlertTested, Failure> {
        let board = self.channels.board();
        let wired = board.channels.get(channel).ok_or_else(|| missing(channel, &board))?;
        let mut steps: Vec<TestStep> = Vec::new();
        for message in self.messages(wired, by).await.map_err(unread)? {
            let why = wired.send(&message).await.err().map(|fault| fault.what);
            let failed = why.is_some();
            steps.push(TestStep { standing: message.standing.word().to_owned(), taken: !failed, why });
            if failed {
                break;
            }
        }
        Ok(AlertTested {
            schema: AlertTested::SCHEMA.to_owned(),
            channel: channel.to_owned(),
            r#type: wired.kind.clone(),
            taken: steps.iter().all(|step| step.taken),
            steps,
        })
    }
}

fn missing(channel: &str, board: &Board) -> Failure {
    let known: Vec<&str> = board.channels.keys().map(String::as_str).collect();
    let hint = if known.is_empty() {
        "add a table [alert.NAME]; docs/howto/alerts.md says more".to_owned()
    } else {
        format!("there is {}", known.join(", "))
    };
    let what = format!("there is no channel {} in the configuration", channel.escape_debug());
    Failure::new(FailureKind::Usage, what).safe("nothing was sent").hint(hint)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn unread(error: StoreError) -> Failure {
    Failure::new(FailureKind::Unknown, "the alerts cannot be read")
        .because(&error)
        .safe("nothing was changed; alerts are kept until they are told")
        .hint("`keybaton doctor` looks at the state database")
}
