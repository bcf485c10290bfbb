//! Every preset, with what it needs, what is dangerous, and where its facts come from.

use keybaton_connectors::preset::{Link, Parameter, Preset, presets};

use crate::page;

#[test]
fn the_page_of_the_presets_says_what_each_file_says() {
    let lead = "A preset is a table of the [http issuer](connectors.md) with a vendor's paths and fields in it: \
                `preset = \"sendgrid\"` in place of `type`. The keys beside it are the preset's parameters, or they \
                replace what it says, tables key by key; `keybaton config show` prints the whole. The sources were read \
                on the day beside them: vendors change their APIs, so try a preset on a key that nobody needs first.";
    let rows: Vec<String> = presets().iter().map(row).collect();
    let table = format!("| preset | what it rotates |\n|---|---|\n{}", rows.join("\n"));
    let sections: Vec<String> = presets().iter().map(section).collect();
    page::compare("presets.md", "Presets", &format!("{lead}\n\n{table}\n\n{}", sections.join("\n\n")));
}

fn row(preset: &Preset) -> String {
    let how = if preset.refusal.is_some() { " (by hand)" } else { "" };
    format!("| [`{}`](#{}) | {}{how} |", preset.name, preset.name, preset.summary)
}

fn section(preset: &Preset) -> String {
    let mut parts = vec![format!("## {}", preset.name), format!("{}. {}.", preset.title, preset.summary)];
    if let Some(refusal) = &preset.refusal {
        parts.push(format!("**No issuer.** {}: {}.", refusal.what, refusal.hint));
    } else {
        parts.push(format!("**Needs** {}.\n\n```toml\n{}\n```", preset.admin, block(preset)));
    }
    let needs = preset.needs.iter().map(|need| {
        format!("| `{}` | a key of the issuer | yes | {} | `{}` |", need.key, need.description, need.example)
    });
    let rows: Vec<String> = needs.chain(preset.parameters.iter().map(parameter)).collect();
    if !rows.is_empty() {
        let head = "| parameter | value | required | meaning | example |\n|---|---|---|---|---|";
        parts.push(format!("{head}\n{}", rows.join("\n")));
    }
    if !preset.cautions.is_empty() {
        let lines: Vec<String> = preset.cautions.iter().map(|(what, so)| format!("- {what}: {so}.")).collect();
        parts.push(format!("**Cautions**, which `plan` prints:\n\n{}", lines.join("\n")));
    }
    let notes: Vec<String> = preset.notes.iter().map(|note| format!("- {note}")).collect();
    parts.push(format!("**Notes**\n\n{}", notes.join("\n")));
    let links: Vec<String> = preset.links.iter().map(link).collect();
    parts.push(format!("**Sources**\n\n{}", links.join("\n")));
    parts.join("\n\n")
}

/// What must be given, as a whole configuration.
fn block(preset: &Preset) -> String {
    let needs = preset.needs.iter().map(|need| format!("{} = {}", need.key, need.example));
    let required = preset.parameters.iter().filter(|parameter| parameter.required);
    let given = required.map(|parameter| format!("{} = {}", parameter.name, parameter.example));
    let lines: Vec<String> = [preset.auth.clone()].into_iter().chain(needs).chain(given).collect();
    format!("version = 1\n\n[issuer.{}]\npreset = \"{}\"\n{}", preset.name, preset.name, lines.join("\n"))
}

fn parameter(parameter: &Parameter) -> String {
    let must = if parameter.required { "yes" } else { "" };
    let looks = parameter.looks().map(|looks| format!(": {looks}")).unwrap_or_default();
    let Parameter { name, kind, description, example, .. } = parameter;
    format!("| `{name}` | {}{looks} | {must} | {description} | `{example}` |", kind.words())
}

fn link(link: &Link) -> String {
    format!("- [{}]({}), read on {}", link.title, link.url, link.looked)
}
