//! The statements that change a role, as texts. Every one of them says the whole wanted state, so that twice is once.

use keybaton_types::Label;

use super::inherited::Setting;
use super::note::{Mark, Note};
use super::quote::{Name, Text};
use super::standing::Role;

/// What a new credential is made of.
pub(super) struct Making<'a> {
    pub(super) owner: &'a Role,
    pub(super) owner_name: &'a Name,
    pub(super) owner_settings: &'a [Setting],
    pub(super) member: &'a Name,
    /// The member as it is, where it exists.
    pub(super) existing: Option<&'a Role>,
    pub(super) member_settings: &'a [Setting],
    pub(super) label: &'a Label,
    pub(super) verifier: &'a str,
}

impl Making<'_> {
    /// Makes the member a credential: a login that acts as the owner and has the owner's settings.
    pub(super) fn statements(&self) -> Vec<String> {
        let Self { member, owner_name, owner, .. } = self;
        let mut statements = Vec::new();
        if self.existing.is_none() {
            statements.push(format!("CREATE ROLE {member}"));
        }
        statements.extend(self.member_settings.iter().map(|setting| setting.reset(member)));
        statements.extend(self.owner_settings.iter().filter_map(|setting| setting.give(member)));
        statements.push(format!("GRANT {owner_name} TO {member}"));
        statements.push(format!("ALTER ROLE {member} SET role = {}", Text(owner_name.plain())));
        statements.push(format!(
            "ALTER ROLE {member} LOGIN INHERIT CONNECTION LIMIT {} VALID UNTIL 'infinity' PASSWORD {}",
            owner.room,
            Text(self.verifier)
        ));
        let note = Note { text: Some(self.label.0.clone()), mark: Mark::None };
        statements.push(comment(member, &note));
        statements
    }
}

/// Switches a credential off, and says so.
pub(super) fn disable(name: &Name, role: &Role) -> Vec<String> {
    vec![format!("ALTER ROLE {name} NOLOGIN"), comment(name, &role.note.marked(Mark::Disabled))]
}

/// Switches a credential on.
pub(super) fn enable(name: &Name, role: &Role) -> Vec<String> {
    vec![format!("ALTER ROLE {name} LOGIN"), comment(name, &role.note.marked(Mark::None))]
}

/// Takes the login and the password; what the role owns stays its own.
pub(super) fn retire(name: &Name, role: &Role) -> Vec<String> {
    vec![format!("ALTER ROLE {name} NOLOGIN PASSWORD NULL"), comment(name, &role.note.marked(Mark::Retired))]
}

fn comment(name: &Name, note: &Note) -> String {
    format!("COMMENT ON ROLE {name} IS {}", Text(&note.write()))
}
