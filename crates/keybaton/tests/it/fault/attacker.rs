//! Somebody can write the database, and has no key.

use crate::stage::{Bench, OLD_VALUE, SECRET};

#[tokio::test]
async fn a_value_that_was_swapped_with_another_does_not_open() {
    let bench = Bench::with("overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1h\" }").await;
    bench.rotate_until("draining").await;
    let swapped =
        "UPDATE sealed SET value = (SELECT value FROM sealed WHERE credential_no = 1) WHERE credential_no = 2";
    assert_eq!(bench.sql(swapped).await, 1);
    let got = bench.run(&format!("get {SECRET} --reveal")).await.exits(3).explains();
    got.says(&["a sealed value could not be used"]).hides(OLD_VALUE);
    bench.run(&format!("check {SECRET}")).await.exits(3).hides(OLD_VALUE);
    assert!(bench.service.lets_in(OLD_VALUE).await, "a key died");
}

#[tokio::test]
async fn records_that_were_changed_removed_or_reordered_are_named() {
    for (statement, named) in [
        ("UPDATE audit SET body = replace(body, 'tester', 'nobody') WHERE no = 1", "row 1 of payments/prod"),
        ("DELETE FROM audit WHERE no = 2", "row 2 of payments/prod"),
        ("DELETE FROM audit WHERE no = (SELECT MAX(no) FROM audit)", "of payments/prod"),
        (
            "UPDATE audit SET no = CASE no WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE no IN (1, 2)",
            "row 1 of payments/prod",
        ),
        ("DELETE FROM checkpoint", "checkpoint 1"),
        ("UPDATE checkpoint SET signature = upper(signature)", "checkpoint 1"),
    ] {
        let bench = Bench::adopted().await;
        bench.run("tick").await.exits(0);
        bench.run("audit verify").await.exits(0);
        assert!(bench.sql(statement).await > 0, "{statement}");
        bench.run("audit verify").await.exits(1).says(&[named]);
    }
}
