//! The block of shell that stands in a hook, and how it gets into a file that others wrote, and out of it again.

use std::path::Path;

use super::Event;

const BEGIN: &str = "# >>> keybaton >>> this block is kept by `keybaton hook`; `keybaton hook uninstall` takes it out";
const END: &str = "# <<< keybaton <<<";
const BEGINS: &str = "# >>> keybaton >>>";

/// What a push tells its hook, and the word that ends it: no line of it has a single word.
const IN: &str = "$keybaton_in";
const DOCUMENT: &str = "KEYBATON_IN";

/// The first line of a file that we make.
pub(super) const SHEBANG: &str = "#!/bin/sh\n";

/// Ways to the program, and what it is given.
pub(super) struct Block<'a> {
    pub(super) event: Event,
    /// The program's own path; none where the file is shared with other machines.
    pub(super) program: Option<&'a Path>,
    pub(super) known: Option<&'a Path>,
}

impl Block<'_> {
    /// The shell: POSIX, also under `set -e`, and nothing gets past it by accident.
    ///
    /// A skip is written down before anything else, so that it works without the program too. A push tells its hook on
    /// standard input what is pushed: that is read once, and given to us and to the hooks that follow.
    pub(super) fn shell(&self) -> String {
        let (name, deed) = (self.event.name(), self.event.deed());
        let program = self.program.map_or_else(|| "''".to_owned(), |path| quoted(&path.to_string_lossy()));
        let known = self.known.map_or_else(String::new, |path| format!(" --known {}", quoted(&path.to_string_lossy())));
        let (take, run, give) = match self.event {
            Event::PreCommit => (
                String::new(),
                format!("  \"$keybaton\" hook run {name}{known} </dev/null || keybaton_code=$?\n"),
                String::new(),
            ),
            Event::PrePush => (
                "keybaton_in=$(cat)\n".to_owned(),
                format!(
                    "  \"$keybaton\" hook run {name}{known} \"$@\" <<{DOCUMENT} || keybaton_code=$?\n{IN}\n{DOCUMENT}\n"
                ),
                format!("exec <<{DOCUMENT}\n{IN}\n{DOCUMENT}\n"),
            ),
        };
        format!(
            "{BEGIN}\n{take}keybaton_code=0\nkeybaton={program}\n\
             if [ ! -x \"$keybaton\" ]; then keybaton=$(command -v keybaton) || keybaton=; fi\n\
             if [ \"${{KEYBATON_SKIP:-}}\" = 1 ]; then\n  \
             printf '%s\\t{name}\\t%s\\t%s\\n' \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\" \\\n    \
             \"$(git rev-parse -q --verify --short HEAD || echo none)\" \"$(git config user.email || id -un)\" \\\n    \
             >>\"$(git rev-parse --git-common-dir)/keybaton-skipped\" || exit 1\n  \
             echo 'keybaton: not looked at, because KEYBATON_SKIP=1; that is recorded' >&2\n\
             elif [ -z \"$keybaton\" ]; then\n  \
             echo 'keybaton: this {deed} is blocked, because the program keybaton is not installed here' >&2\n  \
             echo 'hint: install it, or take the hook out; KEYBATON_SKIP=1 git {deed} skips it once, and is recorded' >&2\n  \
             exit 1\n\
             else\n{run}  \
             case $keybaton_code in\n    0) ;;\n    1|2|3|130) exit \"$keybaton_code\" ;;\n    \
             *) echo \"keybaton: this {deed} is blocked, because the program keybaton crashed (exit code $keybaton_code)\" >&2\n      \
             echo 'hint: run `keybaton scan --staged` to see why; KEYBATON_SKIP=1 git {deed} skips it once, and is recorded' >&2\n      \
             exit 1 ;;\n  esac\n  \
             if [ \"${{KEYBATON_TRIAL:-}}\" = 1 ]; then exit 0; fi\n\
             fi\n{give}{END}\n"
        )
    }
}

/// A text in single quotes, as a shell reads it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// What a hook is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// A shell that understands ours; a file without a first line of its own is run by one, too.
    Shell,
    /// Anything else, compiled programs too.
    Other,
}

/// What a hook is written in, by its first line.
pub(super) fn language(hook: &[u8]) -> Language {
    let line = hook.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(line) = line.strip_prefix(b"#!") else {
        return if hook.contains(&0) { Language::Other } else { Language::Shell };
    };
    let line = String::from_utf8_lossy(line);
    let words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let shell = words.into_iter().any(|word| ["sh", "bash", "dash", "ash", "ksh", "zsh", "mksh"].contains(&word));
    if shell { Language::Shell } else { Language::Other }
}

/// The hook with our block in it, in front of everything that it does; one that is there already is replaced.
pub(super) fn with(hook: &str, block: &str) -> String {
    let hook = without(hook);
    let head = if hook.starts_with("#!") { hook.find('\n').map_or(hook.len(), |at| at + 1) } else { 0 };
    let (first, rest) = hook.split_at(head);
    let gap = if first.is_empty() || first.ends_with('\n') { "" } else { "\n" };
    format!("{first}{gap}{block}{rest}")
}

/// The hook without our block.
pub(super) fn without(hook: &str) -> String {
    let Some((before, rest)) = split(hook) else { return hook.to_owned() };
    format!("{before}{rest}")
}

/// Our block, if it is there.
pub(super) fn found(hook: &str) -> Option<&str> {
    let (before, rest) = split(hook)?;
    hook.get(before.len()..hook.len() - rest.len())
}

/// Whether nothing is left in a hook that does anything.
pub(super) fn is_empty(hook: &str) -> bool {
    hook.lines().all(|line| line.trim().is_empty() || line.starts_with("#!"))
}

/// What stands before our block, and after it.
fn split(hook: &str) -> Option<(&str, &str)> {
    let start = hook.match_indices(BEGINS).map(|(at, _)| at).find(|at| *at == 0 || hook[..*at].ends_with('\n'))?;
    let end = start + hook[start..].find(END)? + END.len();
    let rest = hook[end..].strip_prefix('\n').unwrap_or(&hook[end..]);
    Some((&hook[..start], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "# >>> keybaton >>> x\nours\n# <<< keybaton <<<\n";

    #[test]
    fn what_others_wrote_stays_as_it_was() {
        for hook in
            ["#!/bin/sh\necho a\n", "echo a", "#!/usr/bin/env bash", "", "#!/bin/sh\r\necho a\r\n", "\n\nexit 1\n"]
        {
            let with = with(hook, OURS);
            assert_eq!(found(&with), Some(OURS), "{hook:?}");
            assert_eq!(super::with(&with, OURS), with, "a second time changes nothing: {hook:?}");
            let without = without(&with);
            assert_eq!(without.trim_end_matches('\n'), hook.trim_end_matches('\n'), "{hook:?}");
        }
        assert_eq!(without("echo # >>> keybaton >>> is no block"), "echo # >>> keybaton >>> is no block");
        assert!(is_empty("#!/bin/sh\n\n") && !is_empty("#!/bin/sh\ntrue\n"));
    }

    #[test]
    fn a_shell_is_told_from_other_languages() {
        for (head, language) in [
            ("#!/bin/sh -e\n", Language::Shell),
            ("#!/usr/bin/env bash\n", Language::Shell),
            ("#!/usr/bin/env -S zsh -f\n", Language::Shell),
            ("npx lint-staged\n", Language::Shell),
            ("#!/usr/bin/env python3\n", Language::Other),
            ("#!/usr/bin/fish\n", Language::Other),
            ("\x7fELF\0", Language::Other),
        ] {
            assert_eq!(super::language(head.as_bytes()), language, "{head:?}");
        }
    }

    #[test]
    fn a_path_cannot_leave_its_quotes() {
        let block = Block { event: Event::PreCommit, program: Some(Path::new("/o'dd/$x/keybaton")), known: None };
        assert!(block.shell().contains(r"keybaton='/o'\''dd/$x/keybaton'"));
    }
}
