//! Turns the rule files below `rules/` into tables, so that a scan starts without reading or compiling any.

use std::{
    env,
    fmt::Write as _,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

#[path = "src/charset.rs"]
#[allow(dead_code, unused_imports, unreachable_pub, reason = "the crate uses more of it than this script")]
mod charset;
#[path = "src/shape/mod.rs"]
#[allow(dead_code, unused_imports, unreachable_pub, reason = "the crate uses more of it than this script")]
mod shape;

use charset::Charset;
use shape::{Part, Shape};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=KEYBATON_SCAN_MARK={:016x}", mark()?);
    let mut files: Vec<PathBuf> = fs::read_dir("rules")?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut code = String::from("/// Every rule of the house.\npub(crate) static BUILT_IN: &[Rule] = &[\n");
    for path in files {
        file(&path, &mut code).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("built_in.rs"), code)?;
    fs::write(out.join("words.rs"), words(&fs::read_to_string("src/words.txt")?))?;
    Ok(())
}

/// Tells this state of the crate from others: what an earlier scan has found counts only for the same one.
fn mark() -> Outcome<u64> {
    let (mut folders, mut files) = (vec![PathBuf::from("src"), PathBuf::from("rules")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for path in files {
        (path.to_string_lossy(), fs::read(&path)?).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// How many slots the table of words has: few enough of them are taken that a search is short.
const SLOTS: usize = 32_768;

/// The dictionary as an open hash table of 16-bit tags; `src/wordlike.rs` searches it.
fn words(list: &str) -> String {
    let mut slots = vec![0_u16; SLOTS];
    for word in list.lines() {
        let hash = word.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let [_, _, high, higher] = (hash ^ (hash << 7)).to_le_bytes();
        let mut slot = hash as usize % SLOTS;
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = u16::from_le_bytes([high, higher]).max(1);
    }
    format!("/// Tags of the words of `words.txt`.\nstatic WORDS: [u16; {SLOTS}] = {slots:?};\n")
}

fn file(path: &Path, code: &mut String) -> Outcome<()> {
    let table: Table = fs::read_to_string(path)?.parse()?;
    let rules = table.get("rule").and_then(Value::as_array).ok_or("no [[rule]]")?;
    for rule in rules {
        let rule = rule.as_table().ok_or("a rule is no table")?;
        one(&table, rule, code)?;
    }
    Ok(())
}

fn one(file: &Table, rule: &Table, code: &mut String) -> Outcome<()> {
    let id = text(rule, "id").ok_or("a rule without id")?;
    let of_rule = |error: &dyn std::fmt::Display| format!("{id}: {error}");
    let parsed = shape::parse(text(rule, "shape").ok_or_else(|| of_rule(&"no shape"))?);
    let mut parsed = parsed.map_err(|error| of_rule(&error))?;
    let near = rule.get("near").and_then(Value::as_array).cloned().unwrap_or_default();
    if !near.is_empty() {
        parsed.anchor = None;
    }
    if near.is_empty() && parsed.anchor.is_none() {
        return Err(of_rule(&"neither an anchor nor words nearby").into());
    }
    let near: Vec<String> = near.iter().filter_map(Value::as_str).map(|word| format!("{}", Borrowed(word))).collect();
    let preset = text(rule, "preset").or_else(|| text(file, "preset"));
    writeln!(code, "Rule {{")?;
    writeln!(code, "id: {},", Borrowed(id))?;
    writeln!(code, "service: {},", Borrowed(text(file, "service").ok_or("no service")?))?;
    writeln!(code, "title: {},", Borrowed(text(rule, "title").ok_or_else(|| of_rule(&"no title"))?))?;
    match preset {
        Some(preset) => writeln!(code, "preset: Some({}),", Borrowed(preset))?,
        None => writeln!(code, "preset: None,")?,
    }
    writeln!(code, "shown: {},", rule.get("shown").and_then(Value::as_integer).unwrap_or_else(|| shown(&parsed)))?;
    writeln!(code, "shape: {},", shape_code(&parsed))?;
    writeln!(code, "checksum: Checksum::{},", camel(text(rule, "checksum").unwrap_or("none")))?;
    writeln!(code, "extent: Extent::{},", camel(text(rule, "extent").unwrap_or("shape")))?;
    writeln!(code, "entropy: {},", rule.get("entropy").and_then(Value::as_integer).unwrap_or(250))?;
    writeln!(code, "near: Cow::Borrowed(&[{}]),", near.join(", "))?;
    writeln!(code, "}},")?;
    Ok(())
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

/// What may be shown of a value that starts with a text of its kind: that text, four characters at most.
fn shown(shape: &Shape) -> i64 {
    let starts_with_anchor = shape.anchor == Some(0);
    let shortest = shape.anchors().iter().map(|text| text.len()).min().unwrap_or(0);
    if starts_with_anchor { i64::try_from(shortest.min(4)).unwrap_or(0) } else { 0 }
}

fn shape_code(shape: &Shape) -> String {
    let parts: Vec<String> = shape.parts.iter().map(part_code).collect();
    format!(
        "Shape {{ parts: Cow::Borrowed(&[{}]), anchor: {:?}, inner: {} }}",
        parts.join(", "),
        shape.anchor,
        shape.inner
    )
}

fn part_code(part: &Part) -> String {
    match part {
        Part::Text(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| format!("Cow::Borrowed(&{text:?})")).collect();
            format!("Part::Text(Cow::Borrowed(&[{}]))", texts.join(", "))
        }
        Part::Run { set, min, max } => format!("Part::Run {{ set: {}, min: {min}, max: {max} }}", set_code(*set)),
        Part::Counts { set, counts } => {
            format!("Part::Counts {{ set: {}, counts: Cow::Borrowed(&{counts:?}) }}", set_code(*set))
        }
    }
}

fn set_code(set: Charset) -> String {
    format!("Charset({:?})", set.0)
}

fn camel(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

/// A text as a borrowed `Cow`.
struct Borrowed<'a>(&'a str);

impl std::fmt::Display for Borrowed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cow::Borrowed({:?})", self.0)
    }
}
