//! What people know of consumers: that one has moved, or is gone. It is recorded in the audit first.

use keybaton_core::ledger::{Seen, Sighting};
use keybaton_ports::{Failure, FailureKind, Word};
use keybaton_types::SecretId;

use super::{Local, store};
use crate::record;

impl Local {
    /// A word about a consumer as a whole counts for each instance of it that was seen, and for the consumer itself.
    pub(super) async fn record_word(
        &self,
        secret: &SecretId,
        consumer: &str,
        instance: Option<&str>,
        word: Word,
        by: &str,
    ) -> Result<Vec<String>, Failure> {
        let (charge, known) = self.known(secret).await?;
        let sightings = &known.snapshot.sightings;
        let declared = charge.policy.consumers.iter().any(|declared| declared.name == consumer);
        let mut instances: Vec<&str> = match instance {
            Some(instance) => vec![instance],
            None => sightings.iter().filter(|s| s.consumer == consumer).map(|s| s.instance.as_str()).collect(),
        };
        instances.sort_unstable();
        instances.dedup();
        let is_seen = |name: &str| sightings.iter().any(|s| s.consumer == consumer && s.instance == name);
        if !declared && !instances.iter().any(|name| is_seen(name)) {
            return Err(unknown(secret, consumer));
        }
        if let (Word::Gone, Some(instance)) = (word, instance)
            && !is_seen(instance)
        {
            return Err(unknown(secret, &format!("{consumer}/{instance}")));
        }
        // that it is gone as a whole is said of the consumer itself: its instances one by one would not say so
        if instance.is_none() && (word == Word::Gone || instances.is_empty()) && !instances.contains(&"") {
            instances.insert(0, "");
        }
        let seen = match word {
            Word::Moved => Seen::Acked,
            Word::Gone => Seen::Forgotten,
        };
        let mut told = Vec::new();
        for name in instances {
            told.push(self.tell(secret, consumer, name, seen, by).await?);
        }
        Ok(told)
    }

    async fn tell(
        &self,
        secret: &SecretId,
        consumer: &str,
        instance: &str,
        seen: Seen,
        by: &str,
    ) -> Result<String, Failure> {
        let name = if instance.is_empty() { consumer.to_owned() } else { format!("{consumer}/{instance}") };
        let note = match seen {
            Seen::Forgotten => format!("{name} is gone for good"),
            _ => format!("{name} has moved"),
        };
        self.store().audit(secret, &record::note(by, note, None)).await.map_err(store)?;
        let last = self.store().now().await.map_err(store)?;
        let (consumer, instance) = (consumer.to_owned(), instance.to_owned());
        let sighting = Sighting { consumer, instance, credential: None, seen, last, lease_until: None };
        self.store().sight(secret, &sighting).await.map_err(store)?;
        Ok(name)
    }
}

fn unknown(secret: &SecretId, consumer: &str) -> Failure {
    Failure::new(FailureKind::No, format!("{consumer} was never seen with {secret}, and is not declared"))
        .safe("nothing was changed")
        .hint(format!("`keybaton consumers list {secret}` shows who was seen"))
}
