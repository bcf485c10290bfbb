//! The audit: read, exported, and checked against a hand that changed the database.

use crate::stage::{Bench, SECRET};

#[tokio::test]
async fn the_audit_tells_who_did_what() {
    let bench = Bench::adopted().await;
    bench.run(&format!("audit tail {SECRET} -n 1")).await.exits(0).prints(&["payments/prod"]);
    let rows = bench.run("audit tail --json").await.exits(0);
    for line in rows.out.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["schema"], "keybaton/audit/v1");
    }
    let check = bench.run("audit verify --json").await.exits(0).json();
    assert_eq!((&check["schema"], &check["whole"]), (&"keybaton/audit-verify/v1".into(), &true.into()));
}

#[tokio::test]
async fn a_changed_row_is_found_and_named() {
    let bench = Bench::adopted().await;
    let changed = "UPDATE audit SET body = replace(body, 'tester', 'nobody') WHERE no = 1";
    assert_eq!(bench.sql(changed).await, 1);
    bench.run("audit verify").await.exits(1).says(&["row 1 of payments/prod", "hint:"]);
    let check = bench.run("audit verify --json").await.exits(1).json();
    assert_eq!((&check["whole"], &check["first_bad"]), (&false.into(), &1.into()));
}

#[tokio::test]
async fn a_removed_row_is_found() {
    let bench = Bench::adopted().await;
    assert_eq!(bench.sql("DELETE FROM audit WHERE no = (SELECT MAX(no) FROM audit)").await, 1);
    bench.run("audit verify").await.exits(1);
}
