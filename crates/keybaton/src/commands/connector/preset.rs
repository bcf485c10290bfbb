//! `connector show` of a preset: the table that it makes, what must be given, and what an operator should know.

use keybaton_connectors::preset::{Parameter, Preset, Type};
use serde::Serialize;

use crate::{commands::Context, exit::Exit};

/// `keybaton/preset/v1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    name: &'static str,
    title: &'a str,
    summary: &'a str,
    admin: &'a str,
    settings: Vec<Setting<'a>>,
    cautions: Vec<Caution<'a>>,
    notes: &'a [String],
    sources: Vec<Source<'a>>,
    /// Why it makes no issuer, where it makes none.
    refusal: Option<String>,
}

/// A key that stands beside `preset`.
#[derive(Serialize)]
struct Setting<'a> {
    key: &'a str,
    kind: &'static str,
    required: bool,
    description: &'a str,
    example: &'a str,
}

/// What is dangerous, and what follows.
#[derive(Serialize)]
struct Caution<'a> {
    what: &'a str,
    so: &'a str,
}

/// A document of the vendor.
#[derive(Serialize)]
struct Source<'a> {
    title: &'a str,
    url: &'a str,
    looked: &'a str,
}

pub(super) fn run(context: Context<'_>, preset: &'static Preset) -> Exit {
    if context.report.json {
        context.report.document(&document(preset));
        return Exit::Done;
    }
    context.report.data(&format!("preset {}: {}", preset.name, preset.summary));
    match &preset.refusal {
        Some(refusal) => context.report.data(&format!("\nNo issuer: {}.\n  {}", refusal.what, refusal.hint)),
        None => context.report.data(&table(preset)),
    }
    section(context, "Keys", settings(preset).iter().map(line));
    section(context, "Dangerous", preset.cautions.iter().map(|(what, so)| format!("  {what}\n      so: {so}")));
    section(context, "Good to know", preset.notes.iter().map(|note| format!("  {note}")));
    let sources = preset.links.iter().map(|link| format!("  {} ({})\n      {}", link.title, link.looked, link.url));
    section(context, "Sources, with the day on which each was read", sources);
    if preset.refusal.is_none() {
        context.report.hint("keys of `keybaton connector show http` replace what the preset says");
    }
    Exit::Done
}

/// What stands in the configuration when only what must be given is.
fn table(preset: &Preset) -> String {
    let required = settings(preset).into_iter().filter(|setting| setting.required);
    let rest = required.map(|setting| match setting.key {
        "auth" => format!("\n  {}", setting.example),
        key => format!("\n  {key} = {}", setting.example),
    });
    format!("\n[issuer.NAME]\n  preset = \"{}\"{}", preset.name, rest.collect::<String>())
}

fn section(context: Context<'_>, heading: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        context.report.data(&format!("\n{heading}\n{}", lines.join("\n")));
    }
}

fn line(setting: &Setting<'_>) -> String {
    let must = if setting.required { " (required)" } else { "" };
    format!("  {}{must}\n      {}", setting.key, setting.description)
}

fn document(preset: &Preset) -> Document<'_> {
    let cautions = preset.cautions.iter().map(|(what, so)| Caution { what, so }).collect();
    let sources = preset.links.iter().map(|link| Source { title: &link.title, url: &link.url, looked: &link.looked });
    Document {
        schema: "keybaton/preset/v1",
        name: preset.name,
        title: &preset.title,
        summary: &preset.summary,
        admin: &preset.admin,
        settings: settings(preset),
        cautions,
        notes: &preset.notes,
        sources: sources.collect(),
        refusal: preset.refusal.as_ref().map(|refusal| format!("{}: {}", refusal.what, refusal.hint)),
    }
}

fn settings(preset: &Preset) -> Vec<Setting<'_>> {
    let auth = Setting {
        key: "auth",
        kind: "a key of the http issuer",
        required: true,
        description: &preset.admin,
        example: &preset.auth,
    };
    let auth = preset.refusal.is_none().then_some(auth);
    let needs = preset.needs.iter().map(|need| Setting {
        key: &need.key,
        kind: "a key of the http issuer",
        required: true,
        description: &need.description,
        example: &need.example,
    });
    auth.into_iter().chain(needs).chain(preset.parameters.iter().map(parameter)).collect()
}

fn parameter(parameter: &Parameter) -> Setting<'_> {
    let Parameter { name, description, kind, required, example, .. } = parameter;
    Setting { key: name, kind: Type::words(*kind), required: *required, description, example }
}
