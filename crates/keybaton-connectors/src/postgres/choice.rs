//! Which member becomes the new credential. A role that may be in use is never chosen, whoever made it.

use keybaton_ports::{Blame, Called, Certainty, Create, Fault, Listed};

use super::crew::Crew;
use super::note::Mark;
use super::quote::Name;
use super::standing::{Role, Roles, Standing};

/// How many credentials live at once: the roles alternate.
pub(super) const MOST: usize = 2;

/// The member for this create: the one that carries its label already, or a spare one.
pub(super) fn choose<'a>(crew: &'a Crew, roles: &Roles, create: Create<'_>) -> Called<&'a Name> {
    if roles.get(&crew.owner).is_none() {
        return Err(refused(Blame::NotFound, format!("there is no role {}, the owner", crew.owner)));
    }
    if let Some(member) = repeated(crew, roles, create)? {
        return Ok(member);
    }
    let alive = roles.0.iter().filter(|role| role.standing() != Standing::Spare).count();
    let spare = crew.members.iter().find(|member| is_spare(member, roles, create));
    match spare.filter(|_| alive < MOST) {
        Some(member) => Ok(member),
        None => Err(refused(Blame::Full, full(crew, roles))),
    }
}

/// The member that an earlier try of this very create took. One that was destroyed since stays destroyed.
fn repeated<'a>(crew: &'a Crew, roles: &Roles, create: Create<'_>) -> Called<Option<&'a Name>> {
    let labelled = |member: &&Name| {
        let role = roles.get(member);
        role.is_some_and(|role| role.note.text.as_ref() == Some(&create.label.0))
    };
    let Some(member) = crew.members.iter().find(labelled) else { return Ok(None) };
    let retired = roles.get(member).is_some_and(|role| role.note.mark == Mark::Retired);
    if retired {
        let what = format!("{member} was made under this label before, and destroyed");
        return Err(refused(Blame::Rejected, what));
    }
    Ok(Some(member))
}

fn is_spare(member: &Name, roles: &Roles, create: Create<'_>) -> bool {
    let taken = create.taken.iter().any(|id| id.0 == member.plain());
    !taken && roles.get(member).is_none_or(|role| role.standing() == Standing::Spare && !is_foreign(role))
}

/// A role that keybaton did not make: whoever has it granted would act as the owner.
fn is_foreign(role: &Role) -> bool {
    role.note.mark != Mark::Retired && !role.note.is_label()
}

fn full(crew: &Crew, roles: &Roles) -> String {
    let alive: Vec<String> = roles.0.iter().filter_map(|role| Some((role, role.listed()?))).map(words).collect();
    let listed = if alive.is_empty() { "none that logs in".to_owned() } else { alive.join(", ") };
    let existing = crew.members.iter().filter_map(|member| roles.get(member));
    let foreign = existing.filter(|role| is_foreign(role) && role.standing() == Standing::Spare);
    let foreign: Vec<String> = foreign.map(|role| format!("; keybaton did not make {}", role.name)).collect();
    format!("no member is free: {MOST} credentials live at once, and there are {listed}{}", foreign.concat())
}

fn words((role, listed): (&Role, Listed)) -> String {
    let off = if listed.enabled == Some(false) { ", switched off" } else { "" };
    match &role.note.text {
        Some(text) => format!("{} ({text}{off})", role.name),
        None => format!("{} (without a label{off})", role.name),
    }
}

fn refused(blame: Blame, what: String) -> Fault {
    Fault::new(blame, Certainty::Refused, what)
}

#[cfg(test)]
mod tests {
    use keybaton_types::{IssuedId, Label, SecretId};

    use super::super::note::Note;
    use super::*;

    fn chosen(roles: &[(&str, bool, &str)], taken: &[&str]) -> Result<String, (Blame, String)> {
        let crew = Crew::new("app", None, "keybaton").unwrap();
        let roles = roles.iter().map(|(name, login, comment)| Role {
            name: (*name).to_owned(),
            login: *login,
            room: -1,
            note: Note::read(Some(comment)),
        });
        let (secret, label) = (SecretId::new("app", "prod").unwrap(), Label("kb1-x-app-prod-9".to_owned()));
        let taken: Vec<IssuedId> = taken.iter().map(|id| IssuedId::from(*id)).collect();
        let create = Create { secret: &secret, label: &label, value: None, taken: &taken };
        let chosen = choose(&crew, &Roles(roles.collect()), create);
        chosen.map(|name| name.plain().to_owned()).map_err(|fault| (fault.blame, fault.what))
    }

    #[test]
    fn logins_alternate_between_the_members() {
        assert_eq!(chosen(&[("app", true, "")], &["app"]).unwrap(), "app_a");
        let retired = ("app_a", false, "kb1-x-app-prod-3 (retired by keybaton)");
        let second = [("app", false, "(retired by keybaton)"), ("app_a", true, "kb1-x-app-prod-3")];
        assert_eq!(chosen(&second, &["app_a"]).unwrap(), "app_b");
        let third = [("app", false, "(retired by keybaton)"), retired, ("app_b", true, "kb1-x-app-prod-5")];
        assert_eq!(chosen(&third, &["app_b"]).unwrap(), "app_a");
        assert_eq!(chosen(&third, &["app_b", "app_a"]).unwrap_err().0, Blame::Full);
    }

    #[test]
    fn the_same_create_again_is_the_same_member() {
        let roles = [("app", true, ""), ("app_b", true, "kb1-x-app-prod-9")];
        assert_eq!(chosen(&roles, &["app"]).unwrap(), "app_b");
    }

    #[test]
    fn a_create_that_was_undone_is_not_done_again() {
        let roles = [("app", true, ""), ("app_a", false, "kb1-x-app-prod-9 (retired by keybaton)")];
        assert_eq!(chosen(&roles, &["app"]).unwrap_err().0, Blame::Rejected);
    }

    #[test]
    fn a_member_that_somebody_uses_is_never_taken_over() {
        let (blame, what) = chosen(&[("app", true, "the app"), ("app_a", true, "")], &["app"]).unwrap_err();
        assert_eq!(blame, Blame::Full);
        assert!(what.contains("app (the app), app_a (without a label)"), "{what}");
        let (_, what) = chosen(&[("app", true, ""), ("app_a", false, "kb1-y-app-prod-1")], &[]).unwrap_err();
        assert!(what.contains("kb1-y-app-prod-1, switched off"), "{what}");
    }

    #[test]
    fn a_group_that_somebody_else_made_does_not_become_a_login() {
        let groups = [("app", true, ""), ("app_a", false, "the auditors"), ("app_b", false, "")];
        let (blame, what) = chosen(&groups, &["app"]).unwrap_err();
        assert_eq!(blame, Blame::Full);
        assert!(what.contains("keybaton did not make app_a; keybaton did not make app_b"), "{what}");
        let handed_over = [("app", true, ""), ("app_a", false, "(retired by keybaton)")];
        assert_eq!(chosen(&handed_over, &["app"]).unwrap(), "app_a");
    }

    #[test]
    fn without_an_owner_there_is_nothing_to_rotate() {
        assert_eq!(chosen(&[], &[]).unwrap_err().0, Blame::NotFound);
    }
}
