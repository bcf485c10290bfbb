//! What is allowed and probably not meant.

use std::time::Duration;

use keybaton_config::Color;

use crate::text::load;

fn warnings(text: &str) -> Vec<String> {
    let text = format!("version = 1\n[secret.a]\nissuer = {{ type = \"http\" }}\n{text}\n");
    load(&text).unwrap().warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn an_overlap_shorter_than_the_watch_is_raised() {
    let text = "version = 1
[secret.a.env.prod]
issuer = { type = \"http\" }
overlap = { min = \"5m\" }
";
    let config = load(text).unwrap();
    assert_eq!(config.secrets.values().next().unwrap().policy.overlap.min, Duration::from_mins(30));
    assert_eq!(
        config.warnings[0].render(Color::Never),
        "warning: `overlap.min` (5m) is shorter than `watch.for`; 30m is used
 --> keybaton.toml:4:19
  |
4 | overlap = { min = \"5m\" }
  |                   ^^^^
  |
hint: the old key must live while the new one is watched"
    );
}

#[test]
fn a_watch_without_observations_is_observed_more_often() {
    let found = warnings("watch = { for = \"30s\" }\noverlap = { min = \"1h\" }\n[secret.a.env.prod]");
    assert_eq!(found, ["keybaton.toml:4:17: `watch.every` (1m) is longer than `watch.for`; 30s is used"]);
}

#[test]
fn fields_of_a_schedule_without_a_schedule_are_noticed() {
    let found = warnings("jitter = \"1m\"\n[secret.a.env.prod]\n[secret.a.env.test]");
    assert_eq!(found, ["keybaton.toml:4:10: `jitter` has no effect without `every` or `cron`"]);
    assert_eq!(warnings("jitter = \"1m\"\n[secret.a.env.prod]\nevery = \"9d\"\n[secret.a.env.test]"), [""; 0]);
}

#[test]
fn an_interval_that_a_look_cannot_keep_is_warned_of() {
    let text = |every: &str, timeout: &str| {
        format!(
            "version = 1\n[issuer.a]\ntype = \"http\"\n{timeout}\n[secret.a.env.prod]\nissuer = \"a\"\n\
             watch = {{ for = \"1h\", every = \"{every}\" }}\n"
        )
    };
    let warnings = |text: &str| load(text).unwrap().warnings.iter().map(ToString::to_string).collect::<Vec<_>>();
    let short = warnings(&text("5s", ""));
    assert!(short.len() == 1 && short[0].contains("one look may take longer than three of them (20s)"), "{short:?}");
    assert!(warnings(&text("5s", "timeout = \"2s\"")).is_empty());
    assert!(warnings(&text("7s", "")).is_empty());
}
