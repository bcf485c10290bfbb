//! The clock of the machine jumps. The program asks the C library for the time, and the test stands in between: it says an
//! hour more, or less, as soon as a file says so.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, UNIX_EPOCH},
};

use super::rig::until;
use crate::{
    remote::serve,
    stage::{Bench, Keybaton, OLD_VALUE, SECRET, Service},
};

/// What stands between the program and the C library.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int ended = real(id, at);
    const char *path = getenv("CLOCK_JUMP");
    if (ended == 0 && id == CLOCK_REALTIME && path) {
        FILE *file = fopen(path, "r");
        long jump = 0;
        if (file) { if (fscanf(file, "%ld", &jump) != 1) jump = 0; fclose(file); }
        at->tv_sec += jump;
    }
    return ended;
}
"#;

/// A clock that can be set, by which programs go.
pub(crate) struct Clock {
    file: PathBuf,
}

impl Clock {
    /// The clock of every program that is started from now on.
    pub(crate) fn under(keybaton: &mut Keybaton) -> Self {
        let (source, library) = (keybaton.path("shim.c"), keybaton.path("shim.so"));
        fs::write(&source, SHIM).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
        assert!(compiler.status().unwrap().success(), "the C compiler that builds the tests is needed");
        let file = keybaton.path("jump");
        fs::write(&file, "0").unwrap();
        keybaton.set("LD_PRELOAD", library.to_str().unwrap());
        keybaton.set("CLOCK_JUMP", file.to_str().unwrap());
        Self { file }
    }

    /// The clock of the machine is so far off.
    pub(crate) fn jumps(&self, seconds: i64) {
        fs::write(&self.file, seconds.to_string()).unwrap();
    }
}

#[tokio::test]
async fn an_hour_that_did_not_pass_ends_no_overlap() {
    let mut bench = Bench::bare(
        "overlap = { min = \"30m\", max = \"40m\", until = \"time\" }\nwatch = { for = \"20m\", every = \"500ms\" }",
    )
    .await;
    let clock = Clock::under(&mut bench.keybaton);
    bench.adopt().await.exits(0);
    let (_serve, _) = serve(&bench).await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    until(&bench, "the drain", |row| row["phase"] == "draining").await;
    let age = |row: &serde_json::Value| row["age_seconds"].as_u64().unwrap();
    for jump in [3_600, -3_600, 0] {
        clock.jumps(jump);
        if jump > 0 {
            // the jump is seen: the key of a moment ago is an hour old
            until(&bench, "the jump", |row| age(row) >= 3_600).await;
        }
        for _ in 0..10 {
            let row = bench.status().await;
            assert!(row["phase"] == "draining" || row["phase"] == "held", "after a jump by {jump}: {row}");
            assert!(bench.service.lets_in(OLD_VALUE).await, "an hour that did not pass ended the old key");
        }
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_starts_nothing_twice() {
    let mut bench = Bench::bare(
        "every = \"1h\"\noverlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }",
    )
    .await;
    let clock = Clock::under(&mut bench.keybaton);
    bench.adopt().await.exits(0);
    let (_serve, _) = serve(&bench).await;
    assert_eq!(bench.book().await.rotations(), 0);
    clock.jumps(3_700);
    until(&bench, "the schedule", |row| row["version"] == 2 && row["phase"] == "idle").await;
    clock.jumps(0);
    // it is an hour before the end of the last rotation now: whoever counts from there has nothing to do
    tokio::time::sleep(Duration::from_secs(2)).await;
    clock.jumps(3_700);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let row = bench.status().await;
    assert_eq!((&row["version"], &row["phase"]), (&2.into(), &"idle".into()), "one firing, two rotations");
    assert_eq!(bench.service.live().len(), 1);
}

/// 02:30 is skipped in the first of these nights, and comes twice in the second.
#[tokio::test]
async fn a_night_in_which_clocks_are_changed_has_one_firing() {
    let terms = "cron = \"30 2 * * *\"\ntime_zone = \"Europe/Amsterdam\"";
    let mut bench = Bench::described(Service::start().await, terms);
    let clock = Clock::under(&mut bench.keybaton);
    for (noon, firings) in [
        (1_806_148_800, ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]),
        (1_824_897_600, ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"]),
    ] {
        clock.jumps(0);
        let written = fs::metadata(&clock.file).unwrap().modified().unwrap();
        let now = written.duration_since(UNIX_EPOCH).unwrap().as_secs();
        clock.jumps(noon - i64::try_from(now).unwrap());
        let said = bench.run("config check").await.exits(0).out;
        let next: Vec<&str> = said.split_whitespace().filter(|word| word.starts_with("2027-")).collect();
        assert_eq!(next[..2], firings, "{said}");
    }
}
