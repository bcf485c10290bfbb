//! The comment of a role: the label or whatever a person wrote, and our mark behind it.

/// What the comment of a role says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Note {
    /// The label, or what a person wrote.
    pub(super) text: Option<String>,
    /// What we did to the role.
    pub(super) mark: Mark,
}

/// What we did to a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing that lasts.
    #[default]
    None,
    /// It is off and may be switched on again.
    Disabled,
    /// It was destroyed.
    Retired,
}

const DISABLED: &str = "(disabled by keybaton)";
const RETIRED: &str = "(retired by keybaton)";

impl Note {
    /// Reads a comment.
    pub(super) fn read(comment: Option<&str>) -> Self {
        let comment = comment.unwrap_or_default();
        let marks = [(DISABLED, Mark::Disabled), (RETIRED, Mark::Retired)];
        let marked = marks.into_iter().find_map(|(end, mark)| Some((comment.strip_suffix(end)?, mark)));
        let (text, mark) = marked.unwrap_or((comment, Mark::None));
        let text = text.trim_end();
        Self { text: (!text.is_empty()).then(|| text.to_owned()), mark }
    }

    /// The same note with another mark.
    pub(super) fn marked(&self, mark: Mark) -> Self {
        Self { text: self.text.clone(), mark }
    }

    /// The comment; an empty one removes it.
    pub(super) fn write(&self) -> String {
        let end = match self.mark {
            Mark::None => "",
            Mark::Disabled => DISABLED,
            Mark::Retired => RETIRED,
        };
        let text = self.text.as_deref().unwrap_or_default();
        format!("{text} {end}").trim().to_owned()
    }

    /// Whether the text is a label of keybaton, of whatever installation.
    pub(super) fn is_label(&self) -> bool {
        self.text.as_deref().is_some_and(|text| text.starts_with("kb1-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_survives_being_disabled_and_retired() {
        let note = Note::read(Some("the payments app"));
        assert_eq!(note.marked(Mark::Disabled).write(), "the payments app (disabled by keybaton)");
        for mark in [Mark::None, Mark::Disabled, Mark::Retired] {
            let read = Note::read(Some(&note.marked(mark).write()));
            assert_eq!((read.text.as_deref(), read.mark), (Some("the payments app"), mark));
            assert_eq!(Note::read(Some(&Note::default().marked(mark).write())), Note::default().marked(mark));
        }
        assert_eq!(Note::read(None).write(), "");
    }
}
