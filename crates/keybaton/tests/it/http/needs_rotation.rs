//! `needs-rotation`: an exit code for scripts.

use crate::stage::{Bench, Keybaton, SECRET};

const OVERLAP: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

#[tokio::test]
async fn the_exit_code_says_whether_a_key_is_due() {
    let mut bench = Bench::bare(OVERLAP).await;
    let line = format!("needs-rotation {SECRET}");
    bench.run(&line).await.exits(3).says(&["no key is managed yet"]);
    bench.adopt().await.exits(0);
    bench.run(&line).await.exits(1).says(&["not due"]);
    bench.agree(&format!("max_age = \"90d\"\n{OVERLAP}"));
    let overdue = bench.run(&line).await.exits(0).says(&["overdue", "max_age is 90d"]);
    assert_eq!(overdue.out, "");
    bench.agree(&format!("every = \"1s\"\n{OVERLAP}"));
    while bench.run(&line).await.code() != Some(0) {}
    bench.run("needs-rotation --any").await.exits(0).says(&["due: the schedule says so"]);
    bench.run(&format!("pause {SECRET} --until 1d")).await.exits(0);
    bench.run(&line).await.exits(1).says(&["paused until"]);
    bench.run(&format!("resume {SECRET}")).await.exits(0);
    bench.agree("overlap = { min = \"1h\", until = \"time\" }\nmax_age = \"1d\"");
    bench.rotate_until("draining").await;
    bench.run(&line).await.exits(1).says(&["a rotation is under way (draining)"]);
}

#[tokio::test]
async fn it_is_told_as_a_document_and_changes_nothing() {
    let bench = Bench::with(&format!("max_age = \"90d\"\nevery = \"30d\"\n{OVERLAP}\n[secret.payments.env.new]")).await;
    let needs = bench.run(&format!("needs-rotation {SECRET} --json")).await.exits(0).json();
    assert_eq!((&needs["schema"], &needs["needed"]), (&"keybaton/needs-rotation/v1".into(), &true.into()));
    let row = &needs["secrets"][0];
    assert_eq!((&row["secret"], &row["env"], &row["needed"]), (&"payments".into(), &"prod".into(), &true.into()));
    assert!(row["why"].as_str().unwrap().starts_with("overdue"), "{row}");
    let any = bench.run("needs-rotation --any --json").await.exits(0).json();
    assert_eq!(any["secrets"].as_array().unwrap().len(), 2);
    assert!(any["secrets"].as_array().unwrap().iter().any(|row| row["needed"].is_null()), "{any}");
    assert!(!bench.book().await.is_busy());
}

#[tokio::test]
async fn what_cannot_be_asked_is_a_usage_error() {
    let bench = Bench::bare(OVERLAP).await;
    bench.run("needs-rotation").await.exits(2).explains();
    bench.run(&format!("needs-rotation {SECRET} --any")).await.exits(2).explains();
    bench.run("needs-rotation nobody/prod").await.exits(2).explains();
    Keybaton::new().run("needs-rotation --any").await.exits(2).says(&["error:"]);
}
