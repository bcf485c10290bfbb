//! `connector show`: the settings of a connector or a preset, from the same schema that checks them.

use clap::Args;
use keybaton_connectors::preset::{self, presets};
use keybaton_connectors::registry::{self, Kind, Role};
use keybaton_ports::{Failure, FailureKind};
use serde::Serialize;
use serde_json::Value;

use super::list::role;
use crate::{
    commands::{Context, Ended},
    exit::Exit,
};

/// Shows the settings of a connector or a preset.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The connector or the preset, as `connector list` names it
    name: String,
}

/// `keybaton/connector/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    name: &'static str,
    summary: &'static str,
    roles: Vec<Described>,
}

/// What a connector takes as one of its roles.
#[derive(Serialize)]
struct Described {
    role: &'static str,
    settings: Value,
}

pub(super) fn run(context: Context<'_>, args: &ShowArgs) -> Ended {
    let Some(kind) = registry::find(&args.name) else {
        let preset = preset::find(&args.name).ok_or_else(|| unknown(&args.name))?;
        return Ok(super::preset::run(context, preset));
    };
    let roles: Vec<Described> = kind.roles.iter().map(described).collect();
    if context.report.json {
        let (name, summary) = (kind.name, kind.summary);
        context.report.document(&Document { schema: "keybaton/connector/v1", name, summary, roles });
        return Ok(Exit::Done);
    }
    context.report.data(&format!("{}: {}", kind.name, kind.summary));
    for described in &roles {
        let place = match described.role {
            "issuer" | "vault" | "alert" => format!("[{}.NAME] with type = \"{}\"", described.role, kind.name),
            _ => "probe = { … } of a secret".to_owned(),
        };
        context.report.data(&format!("\n{place}"));
        print(context, &described.settings);
    }
    context.report.hint("what a configured one can do: `keybaton connector test NAME/ENV`, which changes nothing");
    Ok(Exit::Done)
}

fn described(of: &Role) -> Described {
    let settings = match of {
        Role::Issuer(schema) | Role::Probe(schema) | Role::Vault(schema) | Role::Alert(schema) => schema().into(),
    };
    Described { role: role(of), settings }
}

fn print(context: Context<'_>, settings: &Value) {
    let required = settings["required"].as_array().cloned().unwrap_or_default();
    let empty = serde_json::Map::new();
    for (key, about) in settings["properties"].as_object().unwrap_or(&empty) {
        let must = if required.iter().any(|name| name == key) { " (required)" } else { "" };
        let text = about["description"].as_str().unwrap_or_default().replace('\n', " ");
        context.report.data(&format!("  {key}{must}\n      {text}"));
    }
}

fn unknown(name: &str) -> Failure {
    if let Some(left_out) = registry::left_out(name) {
        let failure = Failure::new(FailureKind::Usage, left_out.to_string()).safe("nothing was done");
        return match left_out.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        };
    }
    let kinds = registry::ALL.iter().map(|kind: &Kind| kind.name);
    let names: Vec<&str> = kinds.chain(presets().iter().map(|preset| preset.name)).collect();
    Failure::new(FailureKind::Usage, format!("there is no connector and no preset `{}`", name.escape_debug()))
        .safe("nothing was done")
        .hint(format!("it is one of {}", names.join(", ")))
}
