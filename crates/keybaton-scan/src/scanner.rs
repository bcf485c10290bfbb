//! Looks at one text after the other: finds anchors and triggers, lets matchers confirm them, reports what is left.

use keybaton_types::document::ManagedFinding;

use crate::{
    Hit, LineCounter, Rule, Rules, Text, Verdict, allow,
    context::{self, Candidate, Origin},
    entropy,
    extent::Extent,
    known,
};

/// Looks at texts, one after the other. Each thread has its own; they share the [`Rules`].
#[derive(Debug)]
pub struct Scanner<'r> {
    rules: &'r Rules,
    /// What was found in the present text; kept for its room.
    raw: Vec<Raw<'r>>,
    comments: Comments,
    paths: Paths,
}

/// Whether a comment may allow what stands on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comments {
    Heard,
    Ignored,
}

/// Whether the paths of texts are what their texts say they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paths {
    Said,
    /// Nothing is known of them yet.
    Open,
}

/// The origins that between them take every value which some path would make one.
const ANY: [Origin; 3] = [Origin::Unknown, Origin::Settings, Origin::Code];

/// A hit without its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'r> {
    pub(crate) rule: &'r Rule,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) verdict: Verdict,
    pub(crate) grade: Grade,
    /// The managed keys that stand there; mostly none.
    pub(crate) managed: &'r [ManagedFinding],
}

/// Which look has found a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    Usual,
    /// The wider one alone.
    Weak,
}

impl<'r> Raw<'r> {
    pub(crate) fn likely(rule: &'r Rule, start: usize, end: usize) -> Self {
        Self { rule, start, end, verdict: Verdict::Likely, grade: Grade::Usual, managed: &[] }
    }
}

impl<'r> Scanner<'r> {
    /// A scanner for these rules. It costs nothing until it is used.
    pub fn new(rules: &'r Rules) -> Self {
        Self { rules, raw: Vec::new(), comments: Comments::Heard, paths: Paths::Said }
    }

    /// A scanner for texts whose paths are not known yet: it finds whatever would be found under some path, and more. No
    /// comment says anything to it, so that what it finds hangs on what stands near it alone.
    pub(crate) fn anywhere(rules: &'r Rules) -> Self {
        Self { paths: Paths::Open, ..Self::strict(rules) }
    }

    /// A scanner to which no comment says anything.
    pub fn strict(rules: &'r Rules) -> Self {
        Self { comments: Comments::Ignored, ..Self::new(rules) }
    }

    /// Hands out every hit of a text, in the order in which they stand. The time is proportional to the text's length.
    pub fn scan(&mut self, text: &Text<'_>, found: &mut dyn FnMut(Hit<'r>)) {
        self.raw.clear();
        let rules = self.rules;
        let raw = &mut self.raw;
        rules.anchors.each(text.bytes, &mut |at, no| {
            let rule = &rules.built_in[no as usize];
            raw.extend(anchored(rule, text.bytes, at));
        });
        let origin = [origin(text)];
        let origins = if self.paths == Paths::Open && origin[0] == Origin::Unknown { &ANY[..] } else { &origin };
        context::each(&rules.triggers, text.bytes, origins, &mut |candidate| {
            raw.extend(in_context(rules, text.bytes, &candidate));
        });
        if let Some(team) = &rules.team {
            raw.retain(|raw| rules.uses(raw.rule) && !team.allows(raw.rule, text, raw.start, raw.end));
            team.each(text, self.paths, &mut |rule, start, end| raw.push(Raw::likely(rule, start, end)));
        }
        self.raw.sort_by_key(|raw| (raw.start, std::cmp::Reverse(raw.end)));
        if rules.is_wide() {
            give_way(&mut self.raw);
        }
        if let Some(known) = &rules.known {
            known::mark(known, text.bytes, &mut self.raw);
        }
        self.report(text, found);
    }

    fn report(&self, text: &Text<'_>, found: &mut dyn FnMut(Hit<'r>)) {
        let mut counter = LineCounter::new(text.bytes, text.first_line);
        let (mut reported, mut line_start, mut seen) = (0, 0, 0);
        for raw in &self.raw {
            if raw.start < reported {
                continue;
            }
            if text.piece.is_some_and(|piece| !(piece.start..piece.end).contains(&raw.start)) {
                reported = raw.end;
                continue;
            }
            let line = counter.line(raw.start);
            let last_line = counter.line(raw.end.saturating_sub(1).max(raw.start));
            if text.lines.is_some_and(|lines| !lines.touch(line, last_line)) {
                continue;
            }
            reported = raw.end;
            let allowed = self.comments == Comments::Heard && allow::is_allowed(text.bytes, raw.start, raw.end);
            let Raw { rule, start, end, verdict, managed, .. } = *raw;
            // nobody can allow a key that still works
            if allowed && !managed.iter().any(|key| key.valid) {
                continue;
            }
            // only what is new is looked at, so that a text without line breaks costs no more than its length
            line_start = memchr::memrchr(b'\n', &text.bytes[seen..start]).map_or(line_start, |at| seen + at + 1);
            seen = start;
            let column = u32::try_from(start - line_start + 1).unwrap_or(u32::MAX);
            let hit = Hit { rule, start, end, line, last_line, column, verdict, managed: None };
            if managed.is_empty() {
                found(hit);
            }
            for key in managed {
                found(Hit { managed: Some(key), ..hit });
            }
        }
    }
}

/// Takes out what only the wider look has found where the usual one has found something: what is wider only adds.
fn give_way(raw: &mut Vec<Raw<'_>>) {
    let mut next = usize::MAX;
    let mut is_free: Vec<bool> = raw
        .iter()
        .rev()
        .map(|one| {
            next = if one.grade == Grade::Usual { one.start } else { next };
            one.grade == Grade::Usual || one.end <= next
        })
        .collect();
    let mut last = 0;
    raw.retain(|one| {
        last = if one.grade == Grade::Usual { last.max(one.end) } else { last };
        is_free.pop() == Some(true) && (one.grade == Grade::Usual || one.start >= last)
    });
}

/// What kind of text it is: binary files have no context.
fn origin(text: &Text<'_>) -> Origin {
    let head = &text.bytes[..text.bytes.len().min(1024)];
    if memchr::memchr(0, head).is_some() { Origin::Generated } else { Origin::of(text.path) }
}

/// The hit of a rule whose anchor is at `at`.
fn anchored<'r>(rule: &'r Rule, bytes: &[u8], at: usize) -> Option<Raw<'r>> {
    let range = rule.extent.of(rule.shape.around(bytes, at)?, bytes)?;
    let value = &bytes[range.clone()];
    let verdict = match rule.checksum.proves(value) {
        Some(true) => Verdict::Proven,
        Some(false) => Verdict::Malformed,
        None => Verdict::Likely,
    };
    let made_up = rule.extent == Extent::Shape && context::is_made_up(value);
    (verdict == Verdict::Proven || varies(rule, value) && !made_up)
        .then_some(Raw { verdict, ..Raw::likely(rule, range.start, range.end) })
}

/// How far before a value a service may be named.
const NEAR: usize = 120;

/// The hit of a value that stands where a credential stands: of the service that is named there, or of its kind.
fn in_context<'r>(rules: &'r Rules, bytes: &[u8], candidate: &Candidate) -> Option<Raw<'r>> {
    let (start, end) = (candidate.place.value.start, candidate.place.value.end);
    let value = &bytes[start..end];
    let before = &bytes[candidate.name.start.saturating_sub(NEAR)..candidate.name.end];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let named = rules.nearby().find(|rule| rule.shape.is(value) && rule.is_near(line));
    let rule = match named {
        Some(rule) if !context::is_placeholder(value) && varies(rule, value) => rule,
        Some(_) | None if candidate.is_likely => candidate.kind.rule(),
        Some(_) | None if rules.is_wide() => {
            let rule = context::weak_rule_of(candidate, bytes)?;
            return Some(Raw { grade: Grade::Weak, ..Raw::likely(rule, start, end) });
        }
        Some(_) | None => return None,
    };
    Some(Raw::likely(rule, start, end))
}

fn varies(rule: &Rule, value: &[u8]) -> bool {
    entropy::shannon(value) * 100.0 >= f32::from(rule.entropy)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values in the ways in which languages and settings write them.
    const TEXTS: [&str; 9] = [
        "db_password = 'Kx92kdls!q'\n",
        "DB_PASSWORD=Kx92kdls!q\n",
        "password: Kx92kdls!q\n",
        "  <password>Kx92kdls!q</password>\n",
        "const password = getenv(\"X\") || \"Kx92kdls!q\";\n",
        "spring.datasource.password=Kx92kdls!q\n",
        "url = postgres://bob:kd83hHs2@db/x\n",
        "curl -u bob:kd83hHs2qq https://api.internal/x\n",
        "\"api_key\": \"9fK2mQ7xLw3ZpR8tVb5N\",\n",
    ];

    const PATHS: [&str; 9] =
        ["a.py", "a.js", ".env", "a.yml", "a.properties", "a.xml", "README.md", "tests/a.py", "unknown"];

    /// What the wider look finds besides.
    const WEAK: [&str; 9] = [
        "password = 'sunshine'\n",
        "  password: sunshine\n",
        "MYSQL_PASSWORD=tiger\n",
        "requirepass sunshine\n",
        "url = postgres://bob:tiger@db/x\n",
        "header: \"Basic YWRtaW46YWRtaW4=\"\n",
        "Apitoken: \"{\\\"name\\\":\\\"bob\\\",\\\"sig\\\":\\\"9fK2mQ7xLw3ZpR8tVb5N\\\"}\"\n",
        "\"tokens\": [\"9f4c2a7be1d80536\"]\n",
        "client_secret = \"kfhqzpwvbxmt\"\n",
    ];

    #[test]
    fn what_some_path_makes_a_finding_is_found_without_a_path() {
        assert!(found_with_a_path(&Rules::built_in(), &TEXTS) > TEXTS.len());
        assert_eq!(found_with_a_path(&Rules::built_in(), &WEAK), 0);
        assert!(found_with_a_path(&Rules::built_in().weak(), &TEXTS) > TEXTS.len());
        assert!(found_with_a_path(&Rules::built_in().weak(), &WEAK) > WEAK.len());
    }

    /// How many findings there are in texts under some path. None of them is missed without one.
    fn found_with_a_path(rules: &Rules, texts: &[&str]) -> usize {
        let mut found = 0;
        for text in texts {
            let mut anywhere = false;
            Scanner::anywhere(rules).scan(&Text::new(text.as_bytes()), &mut |_| anywhere = true);
            for path in PATHS {
                let text = Text::new(text.as_bytes()).at(path.as_bytes());
                Scanner::new(rules).scan(&text, &mut |_| {
                    assert!(anywhere, "{path}: {text:?}");
                    found += 1;
                });
            }
        }
        found
    }

    #[test]
    fn the_wider_look_only_adds() {
        let rules = Rules::built_in().weak();
        let text = "Apitoken: \"{\\\"id\\\":\\\"9fK2mQ7xLw3ZpR8tVb5N\\\", \\\"password\\\": \\\"Kx92kdls!q\\\"}\"\npwd='sunshine'\n";
        let mut found = Vec::new();
        Scanner::new(&rules)
            .scan(&Text::new(text.as_bytes()).at(b"a.js"), &mut |hit| found.push((&*hit.rule.id, &text[hit.range()])));
        assert_eq!(found, [("password", "Kx92kdls!q"), ("weak-password", "sunshine")]);
    }
}
