//! A full disk: mutations stop before anything happens at the issuer, and room lets them go on.

use std::process::Command;

use crate::stage::{Bench, OLD_VALUE, SECRET};

/// Puts the state on a disk of its own in a private mount, leaves so much of it free, runs the command, makes room, runs
/// it again, and brings the state back.
const SCRIPT: &str = r#"
mkdir disk && mount -t tmpfs -o size=2m none disk && mv .keybaton/state.* disk/ || exit 99
head -c 2m /dev/zero > disk/ballast 2>/dev/null; truncate -s -"$FREE" disk/ballast
"$@"; echo "full: $?"
rm disk/ballast
"$@"; echo "room: $?"
cp -a disk/state.* .keybaton/
"#;

fn may_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "true"]).status();
    let may = tried.is_ok_and(|status| status.success());
    assert!(may || keybaton_testkit::server::skipped(), "this test needs user namespaces (unshare -rm)");
    may
}

async fn rotated_with(free: &str) -> String {
    let mut bench = Bench::adopted().await;
    bench.keybaton.set("FREE", free);
    let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let moved = format!("{config}[state]\nurl = \"sqlite:disk/state.db\"\n");
    bench.keybaton.write("keybaton.toml", &moved);
    let line = format!("rotate {SECRET} --wait");
    let ended = bench.keybaton.run_under(&["unshare", "-rm", "sh", "-c", SCRIPT, "sh"], &line).await.exits(0);
    bench.keybaton.write("keybaton.toml", &config);
    assert!(ended.out.contains("room: 0"), "{}", ended.transcript());
    bench.assert_whole().await;
    assert!(!bench.service.lets_in(OLD_VALUE).await);
    assert_eq!(bench.book().await.rotations(), 1, "{}", ended.transcript());
    ended.transcript()
}

#[tokio::test]
async fn a_full_disk_stops_a_rotation_before_it_begins() {
    if may_mount() {
        let told = rotated_with("0").await;
        assert!(told.contains("full: 3") && told.contains("disk") && told.contains("full"), "{told}");
        assert!(told.contains("  safe: ") && told.contains("hint: ") && told.contains("room on the disk"), "{told}");
    }
}

#[tokio::test]
async fn a_disk_that_fills_up_on_the_way_loses_nothing() {
    if may_mount() {
        tokio::join!(rotated_with("80k"), rotated_with("120k"), rotated_with("160k"), rotated_with("200k"));
    }
}
