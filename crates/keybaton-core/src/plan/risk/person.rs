//! What only a person can do at the service.

use super::{super::Setting, Risk};
use crate::rotation::span::brief;

pub(super) fn makes(setting: &Setting<'_>) -> Option<Risk> {
    let errand = setting.facts.sheet.chooser.errand()?;
    let so = if setting.is_emergency() && setting.old.is_some() {
        "the leaked key works until that is done; a reminder comes, and nothing else happens".to_owned()
    } else {
        format!("the rotation waits for that; it is late after {}, and nothing ends by it", brief(errand.deadline))
    };
    Some(Risk::new("a person has to make the new key at the service and hand it over", so))
}

pub(super) fn deletes(setting: &Setting<'_>) -> Option<Risk> {
    setting.facts.sheet.chooser.errand().filter(|_| setting.old.is_some())?;
    Some(Risk::new(
        format!("a person has to delete {} at the service", setting.old_name()),
        "it works until then; the rotation ends only when it is seen refused",
    ))
}
