//! The audit: read, exported, and checked against a hand that changed the database.

use keybaton_sandbox::Operation;

use crate::stage::{Bench, Keybaton, OLD_ID, SECRET};

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

#[tokio::test]
async fn a_server_and_a_tick_sign_the_audit_and_the_key_can_be_kept() {
    let bench = Bench::adopted().await;
    bench.run("tick").await.exits(0);
    let check = bench.run("audit verify --json").await.exits(0).json();
    assert_eq!((&check["checkpoints"], &check["unsigned_rows"]), (&1.into(), &0.into()), "a tick signs");
    let key = check["key"].as_str().unwrap().to_owned();
    bench.run(&format!("audit verify --key {key}")).await.exits(0);
    bench.run(&format!("audit verify --key {}", "0".repeat(64))).await.exits(1).says(&["checkpoint 1"]);
    bench.run("audit verify --key nonsense").await.exits(2).explains();

    bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    serve.signal(rustix::process::Signal::TERM);
    serve.ended().await.exits(0);
    let check = bench.run("audit verify --json").await.exits(0).json();
    assert_eq!(
        (&check["unsigned_rows"], &check["key"]),
        (&0.into(), &key.into()),
        "a server signs when it ends: {check}"
    );
}

#[tokio::test]
async fn an_exported_audit_is_verified_without_any_state_and_no_byte_of_it_can_be_changed() {
    let bench = Bench::adopted().await;
    bench.run("tick").await.exits(0);
    bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    let key = bench.run("audit checkpoint --json").await.exits(0).json()["key"].as_str().unwrap().to_owned();
    let text = bench.run("audit export").await.exits(0).out;
    let elsewhere = Keybaton::new();
    let verify = format!("audit verify --file - --key {key} --json");
    let found = elsewhere.feed(&verify, &text).await.exits(0).json();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((&found["rows"], &found["checkpoints"]), (&(lines.len() - 2).into(), &2.into()), "{found}");

    // a byte every so often: each one is a process
    for (line, record) in lines.iter().enumerate() {
        for place in (0..record.len()).step_by(61) {
            let mut bytes = record.as_bytes().to_vec();
            bytes[place] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            let whole: Vec<&str> =
                lines.iter().enumerate().map(|(no, text)| if no == line { changed.as_str() } else { text }).collect();
            let found = elsewhere.feed(&verify, &whole.join("\n")).await.exits(1).json();
            assert_eq!(found["whole"], false, "line {line}, byte {place}");
        }
    }
    for line in 0..lines.len() {
        let rest: Vec<&str> = lines.iter().enumerate().filter(|(no, _)| *no != line).map(|(_, text)| *text).collect();
        // the last checkpoint alone can be missing unnoticed, unless somebody keeps it
        let code = i32::from(line + 1 < lines.len());
        elsewhere.feed(&verify, &rest.join("\n")).await.exits(code);
    }
    let mut swapped = lines.clone();
    swapped.swap(0, 1);
    let found = elsewhere.feed(&verify, &swapped.join("\n")).await.exits(1).json();
    assert_eq!((&found["secret"], &found["first_bad"]), (&SECRET.into(), &1.into()));
}

#[tokio::test]
async fn a_cut_tail_is_shown_by_a_checkpoint_that_is_kept_elsewhere() {
    let bench = Bench::adopted().await;
    bench.run("tick").await.exits(0);
    bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    let kept = bench.run("audit checkpoint --json").await.exits(0).out;
    bench.keybaton.write("kept.json", &kept);
    bench.run("audit verify --checkpoint kept.json").await.exits(0);
    // somebody who can write the database takes back what was revealed, and every trace of it
    bench.sql("DELETE FROM checkpoint WHERE no = 2").await;
    bench.sql("DELETE FROM audit WHERE no = (SELECT MAX(no) FROM audit)").await;
    bench
        .sql(
            "UPDATE secret SET audit_no = audit_no - 1, signed_no = signed_no - 1,
             audit_head = (SELECT hash FROM audit WHERE audit.secret_id = secret.id ORDER BY no DESC LIMIT 1)",
        )
        .await;
    bench.run("audit verify").await.exits(0);
    bench.run("audit verify --checkpoint kept.json").await.exits(1).says(&["checkpoint 2", "hint:"]);
    bench.run("audit verify --checkpoint keybaton.toml").await.exits(2).explains();
    bench.run("audit verify --file nowhere.jsonl").await.exits(3).explains();
}

#[tokio::test]
async fn while_the_audit_cannot_be_written_nothing_is_changed_and_consumers_read_on() {
    let bench = Bench::adopted().await;
    let (mut serve, url) = crate::remote::serve(&bench).await;
    let token = bench.run(&format!("token create --consumer billing --secret {SECRET}")).await.exits(0).out;
    bench.sql("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    bench.run(&format!("get {SECRET} --reveal")).await.exits(3).explains();
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    serve.says("the pass ended; nothing was lost").await;
    let read = || async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = client.get(format!("{url}/v1/secrets/{SECRET}")).bearer_auth(token.trim());
        asked.header("keybaton-instance", "billing-1").send().await.unwrap()
    };
    assert_eq!(read().await.status(), 200, "a consumer is refused because the audit cannot be written");
    assert_eq!(bench.service.live(), [OLD_ID]);
    assert_eq!(bench.service.state().calls(Operation::Create), 0, "a key was made without a record of it");
    bench.run("audit verify").await.exits(0);
    bench.sql("DROP TRIGGER refuse").await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(read().await.status(), 200);
    bench.assert_whole().await;
}

#[tokio::test]
async fn the_evidence_of_one_rotation_is_shown_with_who_confirmed_and_what_was_refused_afterwards() {
    let terms = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\", failures = 2 }\n\
        consumers = [{ name = \"billing\", evidence = \"ack\" }]";
    let bench = Bench::with(terms).await;
    bench.rotate_until("billing").await;
    bench.run(&format!("consumers ack {SECRET} billing")).await.exits(0);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    let trail = bench.run("audit show payments.prod.1 --json").await.exits(0).json();
    assert_eq!((&trail["schema"], &trail["outcome"]), (&"keybaton/audit-rotation/v1".into(), &"done".into()));
    assert_eq!((&trail["cause"], &trail["grade"]), (&"asked".into(), &"evidenced".into()));
    assert!(trail["asked_by"].as_str().unwrap().starts_with("tester"), "{trail}");
    assert!(trail["refused_at"].is_string(), "{trail}");
    let known = &trail["instances"][0];
    assert_eq!(
        (&known["consumer"], &known["stand"], &known["by"]),
        (&"billing".into(), &"clear".into(), &"acked".into())
    );
    let steps: Vec<&str> = trail["steps"].as_array().unwrap().iter().map(|s| s["what"].as_str().unwrap()).collect();
    let place = |what: &str| {
        let found = steps.iter().position(|step| step.contains(what));
        found.unwrap_or_else(|| panic!("no {what:?} in {steps:#?}"))
    };
    let order = [
        "begun",
        "making key 2 was done",
        "the probe of key 2 was accepted",
        "consumers get version 2",
        "key 1 is condemned",
        "destroying key 1 was done",
        "looking at what is left of key 1 was refused; it is not listed any more",
        "ended: done",
    ];
    assert!(order.map(place).is_sorted(), "{steps:#?}");
    let words = bench.run("audit show payments.prod.1").await.exits(0);
    words.prints(&["payments/prod #1 done", "instance billing/", "refused since"]);
    bench.run("audit show payments.prod.7").await.exits(1).explains();
    bench.run("audit show nonsense").await.exits(2).explains();
}
