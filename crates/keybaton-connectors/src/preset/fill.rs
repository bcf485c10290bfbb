//! Filling a preset in: the user's keys are parameters or keys of the http issuer, and the rest is the preset's.

use std::collections::BTreeMap;

use schemars::SchemaGenerator;
use serde_json::{Map, Value};

use super::file::Preset;
use super::parameter::{Parameter, Type};
use crate::build::{BuildError, BuildIssuer, PresetSource};
use crate::http::{self, IssuerSettings};

/// Reads a preset with the user's keys over it, and checks the whole.
pub(crate) fn read<S: PresetSource>(preset: &Preset, source: &S) -> Result<(IssuerSettings, S), S::Error> {
    if let Some(refusal) = &preset.refusal {
        return Err(source.refuse(BuildError::preset(&refusal.what, &refusal.hint)));
    }
    let given: BTreeMap<String, Value> = source.read()?;
    known(preset, source, &given)?;
    complete(preset, &given).map_err(|error| source.refuse(error))?;
    let merged = source.over(&base(preset, &given), &moves(preset));
    let settings: IssuerSettings = merged.read()?;
    settings.check().map_err(|error| merged.refuse(error))?;
    Ok((settings, merged))
}

/// Refuses a key that is neither a parameter nor one of the http issuer's.
fn known<S: PresetSource>(preset: &Preset, source: &S, given: &BTreeMap<String, Value>) -> Result<(), S::Error> {
    let schema = SchemaGenerator::default().into_root_schema_for::<IssuerSettings>().to_value();
    let keys = schema["properties"].as_object().into_iter().flat_map(|keys| keys.keys().map(String::as_str));
    let parameters = preset.parameters.iter().map(|parameter| parameter.name.as_str());
    let known: Vec<&str> = parameters.chain(keys).collect();
    match given.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(stranger) => Err(source.stranger(stranger, &known)),
    }
}

/// Checks every parameter, and that nothing is missing that only the user can give.
fn complete(preset: &Preset, given: &BTreeMap<String, Value>) -> Result<(), BuildError> {
    let missing = |key: &str, description: &str, example: &str| {
        let what = format!("the preset {} needs `{key}`: {description}", preset.name);
        Err(BuildError::preset(&what, &format!("add {example}")))
    };
    if !given.contains_key("auth") {
        return missing("auth", &preset.admin, &preset.auth);
    }
    if let Some(need) = preset.needs.iter().find(|need| !given.contains_key(&need.key)) {
        return missing(&need.key, &need.description, &format!("{} = {}", need.key, need.example));
    }
    for parameter in &preset.parameters {
        match given.get(&parameter.name) {
            Some(value) => {
                if let Some(what) = parameter.misfit(value) {
                    return Err(BuildError::setting(&parameter.name, what));
                }
            }
            None if parameter.required => {
                let example = format!("{} = {}", parameter.name, parameter.example);
                return missing(&parameter.name, &parameter.description, &example);
            }
            None => {}
        }
    }
    Ok(())
}

/// The preset's own table, without what stands for parameters that are not there.
fn base(preset: &Preset, given: &BTreeMap<String, Value>) -> Value {
    let absent = |name: &str| {
        let parameter = preset.parameters.iter().find(|parameter| parameter.name == name);
        parameter.is_some_and(|parameter| !given.contains_key(name) && parameter.default.is_none())
    };
    let mut table = pruned(&preset.issuer, &absent);
    let defaults = preset.parameters.iter().filter_map(|one| Some((one.name.clone(), one.default.clone()?)));
    if let Value::Object(table) = &mut table {
        table.insert("parameters".to_owned(), Value::Object(defaults.collect::<Map<_, _>>()));
    }
    table
}

/// The same without entries that are nothing but an absent parameter.
fn pruned(value: &Value, absent: &impl Fn(&str) -> bool) -> Value {
    let stays = |value: &Value| !value.as_str().and_then(http::alone).is_some_and(absent);
    match value {
        Value::Object(entries) => {
            let kept = entries.iter().filter(|(_, value)| stays(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), pruned(value, absent))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| pruned(item, absent)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Which keys of the user go where.
fn moves(preset: &Preset) -> Vec<(&str, &'static str)> {
    let table = |parameter: &Parameter| match parameter.kind {
        Type::Reference => "secrets",
        Type::Text | Type::Texts | Type::Integer | Type::Tables => "parameters",
    };
    preset.parameters.iter().map(|parameter| (parameter.name.as_str(), table(parameter))).collect()
}
