//! The documents of `config check` and `config show`.

use keybaton_config::report;
use keybaton_types::Timestamp;
use serde_json::json;

use crate::text::load;

fn now() -> Timestamp {
    Timestamp("2027-01-02T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn schedule(written: &str) -> serde_json::Value {
    let text = format!("version = 1\n[secret.a.env.prod]\nissuer = {{ type = \"http\" }}\n{written}\n");
    let check = report::check(&load(&text).unwrap(), now());
    serde_json::to_value(check).unwrap()["secrets"][0].clone()
}

#[test]
fn every_thirtieth_day_of_the_month_is_shown_for_what_it_is() {
    let found = schedule("cron = \"0 0 2 */30 * *\"");
    assert_eq!(
        found,
        json!({
            "secret": "a",
            "env": "prod",
            "schedule": {
                "rule": "cron 0 0 2 */30 * *",
                "time_zone": "UTC",
                "firings": [
                    "2027-01-31T02:00:00Z",
                    "2027-02-01T02:00:00Z",
                    "2027-03-01T02:00:00Z",
                    "2027-03-31T02:00:00Z",
                    "2027-04-01T02:00:00Z",
                ],
                "shortest_gap_seconds": 86_400,
                "jitter_seconds": 0,
            },
            "lints": [{
                "message": "*/30 in the day of month starts again with every month; for every 30 days use \
                            every = \"30d\"; as it stands two firings are only 1d apart",
            }],
        })
    );
}

#[test]
fn a_schedule_that_overtakes_its_own_rotations_and_an_age_that_is_always_exceeded_are_noticed() {
    let lints = |written: &str| schedule(written)["lints"].to_string();
    assert!(lints("every = \"30m\"").contains("two firings are 30m apart, less than overlap.min (1h)"));
    assert!(lints("every = \"30d\"\nmax_age = \"1w\"").contains("max_age (1w) is shorter than every (30d)"));
    assert_eq!(lints("every = \"30d\"\nmax_age = \"60d\""), "[]");
}

#[test]
fn the_check_names_its_schema_and_repeats_the_warnings() {
    let config = load("version = 1\n[secret.a.env.prod]\nissuer = { type = \"http\" }\njitter = \"1m\"\n").unwrap();
    let check = serde_json::to_value(report::check(&config, now())).unwrap();
    assert_eq!((&check["schema"], &check["path"]), (&json!("keybaton/config-check/v1"), &json!("keybaton.toml")));
    assert_eq!(check["files"], json!(["keybaton.toml"]));
    assert_eq!(check["secrets"][0]["schedule"], json!(null));
    assert_eq!(
        check["warnings"],
        json!([{
            "path": "keybaton.toml",
            "line": 4,
            "column": 10,
            "message": "`jitter` has no effect without `every` or `cron`",
            "hint": "only scheduled rotations heed it",
        }])
    );
}

#[test]
fn show_has_what_holds_after_inheritance_and_no_table_of_an_issuer() {
    let show = serde_json::to_value(report::show(&load(include_str!("full.toml")).unwrap())).unwrap();
    assert_eq!(show["schema"], "keybaton/config-show/v1");
    let prod = &show["secrets"][0];
    assert_eq!(
        (&prod["secret"], &prod["env"], &prod["issuer"]),
        (&json!("payments"), &json!("prod"), &json!("acme-live"))
    );
    assert_eq!((&prod["issuer_type"], &prod["name"]), (&json!("postgres"), &json!("external-api-key")));
    assert_eq!(prod["policy"]["overlap_min_seconds"], 3600);
    assert_eq!(prod["policy"]["until"], "all-consumers");
    assert_eq!(
        prod["policy"]["consumers"][1],
        json!({ "name": "report", "evidence": "last-used", "instances": null, "quiet_seconds": 93_600 })
    );
    assert!(!show.to_string().contains("ACME_ADMIN_TOKEN"));
}
