//! Every connector of the registry, with the keys of its tables.

use keybaton_connectors::registry::{self, Kind, Role};
use serde_json::Value;

use crate::{page, schema};

#[test]
fn the_page_of_the_connectors_has_every_role_and_key() {
    let lead = "Adding a connector is a folder and a line in the registry; this page follows. *Durations* and \
                *references* are written as in the [configuration](config.md).";
    let rows: Vec<String> = registry::ALL.iter().map(row).collect();
    let table = format!("| connector | roles | what it is |\n|---|---|---|\n{}", rows.join("\n"));
    let sections: Vec<String> =
        registry::ALL.iter().flat_map(|kind| kind.roles.iter().map(|r| role(kind, r))).collect();
    page::compare("connectors.md", "Connectors", &format!("{lead}\n\n{table}\n\n{}", sections.join("\n\n")));
}

fn row(kind: &Kind) -> String {
    let roles: Vec<&str> = kind.roles.iter().map(|role| name(role)).collect();
    format!("| `{}` | {} | {} |", kind.name, roles.join(", "), kind.summary)
}

fn role(kind: &Kind, role: &Role) -> String {
    let (made, place) = match role {
        Role::Issuer(schema) => (schema(), format!("[issuer.NAME] with type = \"{}\"", kind.name)),
        Role::Probe(schema) => (schema(), "probe = { … }".to_owned()),
        Role::Vault(schema) => (schema(), format!("[vault.NAME] with type = \"{}\"", kind.name)),
        Role::Alert(schema) => (schema(), format!("[alert.NAME] with type = \"{}\"", kind.name)),
    };
    let described: Value = made.into();
    format!("## {} as {}\n\n{}", kind.name, name(role), schema::tables(&described, &place, 3))
}

fn name(role: &Role) -> &'static str {
    match role {
        Role::Issuer(_) => "issuer",
        Role::Probe(_) => "probe",
        Role::Vault(_) => "vault",
        Role::Alert(_) => "alert",
    }
}
