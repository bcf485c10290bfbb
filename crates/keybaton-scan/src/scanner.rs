//! Looks at one text after the other: finds anchors and triggers, lets matchers confirm them, reports what is left.

use crate::{Hit, LineCounter, Rule, Rules, Text, Verdict, entropy, lines};

/// Looks at texts, one after the other. Each thread has its own; they share the [`Rules`].
#[derive(Debug)]
pub struct Scanner<'r> {
    rules: &'r Rules,
    /// What was found in the present text; kept for its room.
    raw: Vec<Raw<'r>>,
}

/// A hit without its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'r> {
    pub(crate) rule: &'r Rule,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) verdict: Verdict,
}

impl<'r> Scanner<'r> {
    /// A scanner for these rules. It costs nothing until it is used.
    pub fn new(rules: &'r Rules) -> Self {
        Self { rules, raw: Vec::new() }
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
        self.raw.sort_by_key(|raw| (raw.start, std::cmp::Reverse(raw.end)));
        self.report(text, found);
    }

    fn report(&self, text: &Text<'_>, found: &mut dyn FnMut(Hit<'r>)) {
        let mut counter = LineCounter::new(text.bytes, text.first_line);
        let mut reported = 0;
        for raw in &self.raw {
            if raw.start < reported {
                continue;
            }
            let line = counter.line(raw.start);
            let last_line = counter.line(raw.end.saturating_sub(1).max(raw.start));
            if text.lines.is_some_and(|lines| !lines.touch(line, last_line)) {
                continue;
            }
            reported = raw.end;
            let Raw { rule, start, end, verdict } = *raw;
            let column = lines::column(text.bytes, start);
            found(Hit { rule, start, end, line, last_line, column, verdict });
        }
    }
}

/// The hit of a rule whose anchor is at `at`.
fn anchored<'r>(rule: &'r Rule, bytes: &[u8], at: usize) -> Option<Raw<'r>> {
    let range = rule.shape.around(bytes, at)?;
    let value = &bytes[range.clone()];
    let verdict = match rule.checksum.proves(value) {
        Some(true) => Verdict::Proven,
        Some(false) => Verdict::Malformed,
        None => Verdict::Likely,
    };
    let varies = entropy::shannon(value) * 100.0 >= f32::from(rule.entropy);
    (verdict == Verdict::Proven || varies).then_some(Raw { rule, start: range.start, end: range.end, verdict })
}
