//! A secret of the far service that is published into a dotenv file.

use crate::stage::{Bench, OLD_VALUE};

/// The file around the value.
pub(super) const AROUND: [&str; 2] =
    ["# settings of the shop\nDEBUG=0\nexport PAYMENTS_KEY=", " # by keybaton\nLAST='x y'\n"];

const TERMS: &str = "vault = \"files\"\nname = \"app.env#PAYMENTS_KEY\"";

const VAULT: &str = "[vault.files]\ntype = \"file\"\nformat = \"dotenv\"";

/// A secret with these terms beside its vault's, not adopted; the file serves this value.
pub(super) async fn bench(terms: &str, value: &str) -> Bench {
    let bench = Bench::bare(&format!("{TERMS}\n{terms}\n{VAULT}")).await;
    write(&bench, value);
    bench
}

/// The same, adopted.
pub(super) async fn adopted(terms: &str) -> Bench {
    let bench = bench(terms, OLD_VALUE).await;
    bench.adopt().await.exits(0);
    bench
}

/// Somebody writes a value into the file, in place.
pub(super) fn write(bench: &Bench, value: &str) {
    let [head, tail] = AROUND;
    bench.keybaton.write("app.env", &format!("{head}{value}{tail}"));
}

/// What a consumer reads.
pub(super) fn read(bench: &Bench) -> String {
    let text = std::fs::read_to_string(bench.keybaton.path("app.env")).unwrap();
    let [head, tail] = AROUND;
    let value = text.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
    value.unwrap_or_else(|| panic!("more than the value was changed:\n{text}")).to_owned()
}
