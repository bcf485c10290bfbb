//! The checks of the doctor, as it lists them itself.

use std::process::Command;

use serde_json::Value;

use crate::page;

const LEAD: &str = "`keybaton doctor` makes these checks, changes nothing, and stops at none. Each finding is `ok`, `warning`, \
    `error`, `skipped` (nobody looked) or `unknown` (it could not be determined). It exits with 0 when there is no error, \
    1 when there is one, 2 when the configuration cannot be read, and 3 when there is no error and something is unknown.\n\n\
    An id never means something else. `--only ID` or `--only GROUP` (the three letters) chooses; `--offline` leaves out \
    those that ask far services. Those read lists, probe the present key and read vaults; whether a key may be created or \
    destroyed cannot be tried without effect. `--bundle FILE` writes a support archive without values, hosts and names.\n\n\
    Like every command, it opens the state database: one that is an old copy is recognised and marked then.";

#[test]
fn the_page_of_the_doctor_lists_every_check() {
    let output = Command::new(env!("CARGO_BIN_EXE_keybaton")).args(["doctor", "--list", "--json"]).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().replace('|', "\\|");
    let rows = document["checks"].as_array().unwrap().iter().map(|row| {
        let asks = if row["asks_far_services"] == true { "yes" } else { "" };
        format!("| `{}` | {} | {} | {asks} |", text(row, "id"), text(row, "what"), text(row, "fix"))
    });
    let table = rows.collect::<Vec<_>>().join("\n");
    let body =
        format!("{LEAD}\n\n| check | ok when | what to do otherwise | asks far services |\n|---|---|---|---|\n{table}");
    page::compare("doctor.md", "The doctor's checks", &body);
}
