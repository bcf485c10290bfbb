//! What a path says of a text: code, configuration, a document, something generated.

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A programming language: values are quoted, what is not quoted is an expression.
    Code,
    /// Settings and shell: values may stand without quotes.
    Settings,
    /// Tests and fixtures, whose credentials are mostly made up. Code and settings alike.
    Test,
    /// Text for people, with examples in it.
    Document,
    /// Translations and style: names of fields and their labels.
    Labels,
    /// Lock files, minified code, maps: many hashes, nobody writes them.
    Generated,
    /// Not known.
    Unknown,
}

#[rustfmt::skip]
const CODE: &[&str] = &[
    "js", "jsx", "mjs", "cjs", "ts", "tsx", "vue", "svelte", "java", "kt", "kts", "scala", "groovy", "go", "py",
    "pyw", "ipynb", "rb", "erb", "php", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "vb", "fs",
    "swift", "rs", "dart", "lua", "pl", "pm", "r", "jl", "ex", "exs", "erl", "hs", "clj", "sol", "zig", "nim", "d",
    "pas", "sql", "coffee", "jsp", "aspx", "cshtml", "html", "htm", "ejs", "haml", "json", "json5", "tf", "hcl",
    "toml", "jsonnet", "nix", "proto", "graphql", "ps1", "psm1",
];
#[rustfmt::skip]
const SETTINGS: &[&str] = &[
    "yaml", "yml", "properties", "env", "ini", "conf", "cfg", "cnf", "config", "sh", "bash", "zsh", "ksh", "fish",
    "bat", "cmd", "tfvars", "service", "xml", "plist", "netrc", "pgpass", "htpasswd", "mk", "template", "tpl", "j2",
    "envrc", "npmrc", "dockerfile", "prefs", "reg", "log", "csv", "example", "sample", "dist", "local", "prod", "dev",
    "cf", "gradle", "rc", "exp", "pem",
];
#[rustfmt::skip]
const DOCUMENT: &[&str] = &[
    "md", "markdown", "rst", "adoc", "asciidoc", "mdx", "tex", "org", "txt", "1", "8", "5",
];
#[rustfmt::skip]
const LABELS: &[&str] =
    &[
    "css", "scss", "sass", "less", "po", "pot", "arb", "xlf", "xliff", "strings", "resx", "svg", "lang", "nls",
];
#[rustfmt::skip]
const GENERATED: &[&str] = &[
    "lock", "map", "sum", "ipa", "snap", "patch9", "woff", "woff2", "ttf", "eot", "png", "jpg", "jpeg", "gif", "ico",
    "pdf", "crt", "cer", "der", "asc", "sig",
];
#[rustfmt::skip]
const GENERATED_NAMES: &[&str] = &[
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "composer.lock", "pipfile.lock",
    "poetry.lock", "go.sum", "cargo.lock", "gemfile.lock", "packages.lock.json", "checksums.txt", "sha256sums",
];

impl Origin {
    /// What the path of a text says.
    pub(crate) fn of(path: Option<&[u8]>) -> Self {
        let Some(path) = path else { return Self::Unknown };
        let mut buffer = [0; 512];
        let lower = lower(path, &mut buffer);
        let name = lower.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(lower);
        if among(name, GENERATED_NAMES) || has(name, b".min.") || has(name, b"-min.") || has(name, b".bundle.") {
            return Self::Generated;
        }
        let own = by_name(name);
        let labels = [&b"locale"[..], b"i18n", b"translation", b"/lang/", b"languages/"];
        match own {
            Self::Generated | Self::Document | Self::Labels => own,
            Self::Code | Self::Settings | Self::Test | Self::Unknown => {
                if labels.iter().any(|part| has(lower, part)) {
                    Self::Labels
                } else if is_test(lower, name) {
                    Self::Test
                } else {
                    own
                }
            }
        }
    }

    /// Whether a value may stand without quotes.
    pub(crate) fn takes_bare(self) -> bool {
        matches!(self, Self::Settings | Self::Document | Self::Unknown | Self::Test)
    }

    /// Whether it is settings, or may be.
    pub(crate) fn is_settings(self) -> bool {
        matches!(self, Self::Settings | Self::Unknown)
    }

    /// Whether most of what looks like a credential is an example.
    pub(crate) fn is_doubtful(self) -> bool {
        matches!(self, Self::Test | Self::Document | Self::Labels)
    }
}

fn by_name(name: &[u8]) -> Origin {
    let extension = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    let tables =
        [(Origin::Code, CODE), (Origin::Settings, SETTINGS), (Origin::Document, DOCUMENT), (Origin::Labels, LABELS)];
    if among(extension, GENERATED) {
        return Origin::Generated;
    }
    if name.starts_with(b".env") || name.starts_with(b"dockerfile") || name.starts_with(b"docker-compose") {
        return Origin::Settings;
    }
    if name.starts_with(b"readme") || name.starts_with(b"changelog") {
        return Origin::Document;
    }
    tables.iter().find(|(_, table)| among(extension, table)).map_or(Origin::Unknown, |(origin, _)| *origin)
}

fn is_test(lower: &[u8], name: &[u8]) -> bool {
    let whole = [&b"test"[..], b"tests", b"spec", b"specs", b"fixture", b"fixtures", b"mock", b"mocks", b"testdata"];
    let mut parts = lower.split(|byte| !byte.is_ascii_alphanumeric());
    let stem = name.split(|byte| *byte == b'.').next().unwrap_or(name);
    let by_stem =
        (stem.ends_with(b"test") || stem.ends_with(b"tests") || stem.starts_with(b"test")) && stem != b"latest";
    by_stem || parts.any(|part| whole.contains(&part))
}

fn among(name: &[u8], table: &[&str]) -> bool {
    table.iter().any(|entry| entry.as_bytes() == name)
}

fn has(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// The last bytes of a path in lower case, as many as fit.
fn lower<'a>(path: &[u8], buffer: &'a mut [u8; 512]) -> &'a [u8] {
    let path = &path[path.len().saturating_sub(buffer.len())..];
    let lower = &mut buffer[..path.len()];
    lower.copy_from_slice(path);
    lower.make_ascii_lowercase();
    lower
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn a_path_says_what_a_text_is() {
        let seen = |path: &str| Origin::of(Some(path.as_bytes()));
        assert_eq!(seen("src/Main.java"), Origin::Code);
        assert_eq!(seen("config/application.yml"), Origin::Settings);
        assert_eq!(seen("app/.env.production"), Origin::Settings);
        assert_eq!(seen("src/test/resources/application.yml"), Origin::Test);
        assert_eq!(seen("web/Package-Lock.json"), Origin::Generated);
        assert_eq!(seen("static/app.min.js"), Origin::Generated);
        assert_eq!(seen("locale/de.json"), Origin::Labels);
        assert_eq!(seen("README.md"), Origin::Document);
        assert_eq!(seen("latest/contester.go"), Origin::Code);
        assert_eq!(seen("app/UserServiceTest.java"), Origin::Test);
    }
}
