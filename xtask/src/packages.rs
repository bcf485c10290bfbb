//! The Debian packages that the tests need: real servers, which the tests start themselves.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{child, javascript, parts::say, python, workspace::Workspace};

/// Something that the tests need, and the packages that bring it.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

/// What the tests need. Only what is missing is installed: what came in another way may go against Debian's package.
static NEEDS: [Need; 12] = [
    Need { what: "PostgreSQL", packages: &["postgresql"], is_there: is_postgres_there },
    Need { what: "Redis", packages: &["redis-server"], is_there: || is_there("redis-server") },
    Need {
        what: "MariaDB",
        packages: &["mariadb-server"],
        is_there: || is_there("mariadbd") && is_there("mariadb-install-db"),
    },
    Need { what: "systemd-analyze", packages: &["systemd"], is_there: || is_there("systemd-analyze") },
    Need { what: "git", packages: &["git"], is_there: || is_there("git") },
    Need { what: "curl", packages: &["curl"], is_there: || is_there("curl") },
    Need { what: "openssl", packages: &["openssl"], is_there: || is_there("openssl") },
    Need { what: "wrk", packages: &["wrk"], is_there: || is_there("wrk") },
    Need { what: "Prometheus", packages: &["prometheus"], is_there: || is_there("prometheus") && is_there("promtool") },
    Need {
        what: "Alertmanager",
        packages: &["prometheus-alertmanager"],
        is_there: || is_there("prometheus-alertmanager"),
    },
    Need { what: "pip of Python", packages: &["python3-pip"], is_there: is_pip_there },
    Need { what: "npm of Node.js", packages: &["nodejs", "npm"], is_there: || is_there("node") && is_there("npm") },
];

/// Installs packages without starting a server: Debian asks `policy-rc.d`, and 101 forbids it.
const SCRIPT: &str = r#"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=120 update
apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
"#;

/// Installs everything that the tests need.
pub(crate) fn all() -> Result<()> {
    let workspace = Workspace::find()?;
    install(&workspace)?;
    python::install(&workspace)?;
    javascript::install(&workspace)
}

/// Installs what is missing, or names the command that does.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    if std::env::var_os("KEYBATON_SKIP_REAL").is_some_and(|value| value == "1") {
        say("KEYBATON_SKIP_REAL=1: tests on real servers are skipped");
        return Ok(());
    }
    let missing = missing();
    if missing.is_empty() {
        say(&format!("{} are installed", names(&NEEDS.each_ref())));
        return Ok(());
    }
    let what = names(&missing);
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let command = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    let Some((name, args)) = shell(workspace) else {
        bail!("{what} are missing and xtask may not install them; as root: {command}");
    };
    let mut script = child::program(&workspace.root, name);
    child::run(script.args(args).args(["sh", "-euc", SCRIPT, "sh"]).args(packages))
        .with_context(|| format!("install {what} ({command})"))?;
    match self::missing().first() {
        Some(need) => bail!("{} is still missing after its package was installed", need.what),
        None => Ok(()),
    }
}

/// The needs that nothing meets: servers, programs, and the supervisor's own check of its units.
fn missing() -> Vec<&'static Need> {
    NEEDS.iter().filter(|need| !(need.is_there)()).collect()
}

fn names(needs: &[&Need]) -> String {
    let names: Vec<&str> = needs.iter().map(|need| need.what).collect();
    names.join(", ")
}

/// Installs the C library that a static binary is linked with.
pub(crate) fn linker(workspace: &Workspace) -> Result<()> {
    let there = || Path::new("/usr/bin/musl-gcc").is_file();
    if there() {
        return Ok(());
    }
    let command = "apt-get install -y --no-install-recommends musl-tools";
    let Some((name, args)) = shell(workspace) else {
        bail!("musl-gcc is missing and xtask may not install it; as root: {command}");
    };
    child::run(child::program(&workspace.root, name).args(args).args(["sh", "-euc", command]))
        .with_context(|| format!("install musl-gcc ({command})"))?;
    if there() { Ok(()) } else { bail!("musl-gcc is still missing after its package was installed") }
}

/// How to run something as root: at once, or through a sudo that asks nothing.
fn shell(workspace: &Workspace) -> Option<(&'static str, &'static [&'static str])> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return None;
    }
    let (id, _) = child::capture(child::program(&workspace.root, "id").arg("-u")).ok()?;
    if id.trim() == "0" {
        return Some(("env", &[]));
    }
    let (_, may) = child::capture(child::program(&workspace.root, "sudo").args(["-n", "true"])).ok()?;
    may.then_some(("sudo", &["-n"]))
}

/// Whether `PostgreSQL`'s own programs are there; Debian keeps them off the `PATH`.
fn is_postgres_there() -> bool {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = packaged.map(|entry| entry.path().join("bin"));
    let mut folders = packaged.chain(path());
    folders.any(|folder| ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file()))
}

/// Whether Debian's Python can make environments; the package that can is apart from Python itself.
fn is_pip_there() -> bool {
    let mut asked = Command::new("python3");
    asked.args(["-m", "pip", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// Whether a program is where its package puts it, or on the `PATH`.
fn is_there(program: &str) -> bool {
    ["/usr/bin", "/usr/sbin"].map(PathBuf::from).into_iter().chain(path()).any(|folder| folder.join(program).is_file())
}

fn path() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}
