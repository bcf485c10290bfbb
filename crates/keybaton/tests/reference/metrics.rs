//! Every metric of a server.

use keybaton_server::METRICS;

use crate::page;

#[test]
fn the_page_of_the_metrics_has_every_one() {
    let rows: Vec<String> = METRICS
        .iter()
        .map(|metric| {
            let labels = metric.labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
            format!("| `{}` | {} | {labels} | {} |", metric.name, metric.shape.word(), metric.says)
        })
        .collect();
    let lead = "What `/metrics` of `keybaton serve` shows, as OpenMetrics. On this machine it takes no token; from elsewhere, \
                also through a proxy, it takes one that operates on everything. No label holds a value, the id of a key, a \
                fingerprint or the name of an instance. Counts of rotations come from the audit and are the same on every \
                server of a state; what probes, vaults and reports met is what this process met. \
                [How it is used](../howto/alerts.md).";
    let table = format!("{lead}\n\n| metric | kind | labels | what it says |\n|---|---|---|---|\n{}", rows.join("\n"));
    page::compare("metrics.md", "Metrics", &table);
}
