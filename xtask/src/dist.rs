//! `cargo xtask dist`: a static binary with its units, pages and licences, as a tarball and as the root of an image.
//!
//! Two runs of one commit on one machine make the same bytes: paths are remapped, and every file is as old as the commit.

use std::{
    ffi::OsString,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{child, packages, parts::say, workspace::Workspace};

/// What to make.
#[derive(Args)]
pub(crate) struct Options {
    /// The target triple; it must make a static binary
    #[arg(long, default_value_t = format!("{}-unknown-linux-musl", std::env::consts::ARCH))]
    target: String,
}

/// Where things go, and from where they come.
struct Dist<'a> {
    workspace: &'a Workspace,
    target: &'a str,
    folder: PathBuf,
    name: String,
}

/// What the tarball holds beside the binary: from where, to where.
const FILES: [(&str, &str); 10] = [
    ("README.md", "share/doc/keybaton/README.md"),
    ("CHANGELOG.md", "share/doc/keybaton/CHANGELOG.md"),
    ("LICENSE-APACHE", "share/doc/keybaton/LICENSE-APACHE"),
    ("LICENSE-MIT", "share/doc/keybaton/LICENSE-MIT"),
    ("docs/howto/systemd.md", "share/doc/keybaton/systemd.md"),
    ("packaging/systemd/keybaton.service", "lib/systemd/system/keybaton.service"),
    ("packaging/systemd/keybaton-tick.service", "lib/systemd/system/keybaton-tick.service"),
    ("packaging/systemd/keybaton-tick.timer", "lib/systemd/system/keybaton-tick.timer"),
    ("packaging/systemd/keybaton.sysusers", "lib/sysusers.d/keybaton.conf"),
    ("packaging/systemd/keybaton.tmpfiles", "lib/tmpfiles.d/keybaton.conf"),
];

/// Where a completion script goes, by shell.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "share/bash-completion/completions/keybaton"),
    ("zsh", "share/zsh/site-functions/_keybaton"),
    ("fish", "share/fish/vendor_completions.d/keybaton.fish"),
];

/// Where Debian keeps the certificates that an image needs.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Builds, checks and packs.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let version = env!("CARGO_PKG_VERSION");
    let system = options.target.split('-').next().unwrap_or_default();
    let dist = Dist {
        workspace: &workspace,
        target: &options.target,
        folder: workspace.target.join("shipped"),
        name: format!("keybaton-{version}-linux-{system}"),
    };
    packages::linker(&workspace)?;
    dist.add_target()?;
    let binary = dist.build()?;
    dist.check(&binary)?;
    let tarball = dist.pack(&binary)?;
    dist.image(&binary)?;
    say(&format!("binary   {:>10}  {}", size(&binary)?, binary.display()));
    say(&format!("tarball  {:>10}  {}", size(&tarball)?, tarball.display()));
    say(&format!("image    {:>10}  {}", "", dist.folder.join("image").display()));
    Ok(())
}

impl Dist<'_> {
    /// The standard library for the target; rustup has it or fetches it.
    fn add_target(&self) -> Result<()> {
        let mut add = child::program(&self.workspace.root, "rustup");
        child::run(add.args(["target", "add", self.target]))
            .with_context(|| format!("add the target {} to the toolchain", self.target))
    }

    fn build(&self) -> Result<PathBuf> {
        let root = &self.workspace.root;
        let mut build = child::cargo(root, ["build", "--locked", "--profile", "dist", "-p", "keybaton"]);
        build.args(["--bin", "keybaton", "--target", self.target]);
        let linker = format!("CC_{}", self.target.replace('-', "_"));
        build.env(linker, "musl-gcc").env("SOURCE_DATE_EPOCH", self.epoch()?).env("RUSTFLAGS", self.remapped());
        child::run(&mut build)?;
        Ok(self.workspace.target.join(self.target).join("dist").join("keybaton"))
    }

    /// Nothing of the machine that builds is in the binary.
    fn remapped(&self) -> OsString {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
        let mut flags = OsString::new();
        for (from, to) in [(self.workspace.root.as_path(), "keybaton"), (cargo.as_path(), "cargo")] {
            flags.push("--remap-path-prefix=");
            flags.push(from);
            flags.push("=");
            flags.push(to);
            flags.push(" ");
        }
        flags
    }

    /// The time of the commit, in seconds since 1970.
    fn epoch(&self) -> Result<String> {
        let mut git = child::program(&self.workspace.root, "git");
        let (text, succeeded) = child::capture(git.args(["log", "-1", "--format=%ct"]))?;
        if !succeeded {
            bail!("git can't tell when the commit was made");
        }
        Ok(text.trim().to_owned())
    }

    /// It needs no loader and no library, runs, and names no folder of this machine.
    fn check(&self, binary: &Path) -> Result<()> {
        let mut headers = child::program(&self.workspace.root, "readelf");
        let (text, succeeded) = child::capture(headers.args(["-l", "-d"]).arg(binary))?;
        if !succeeded || text.contains("INTERP") || text.contains("(NEEDED)") {
            bail!("{} is not static", binary.display());
        }
        let bytes = fs::read(binary).context("read the binary")?;
        let root = self.workspace.root.as_os_str().as_encoded_bytes();
        if root.len() > 1 && bytes.windows(root.len()).any(|window| window == root) {
            bail!("{} names the folder that it was built in", binary.display());
        }
        child::run(Command::new(binary).arg("--version"))
    }

    /// Packs everything under one folder, in one order, with one owner and one time.
    fn pack(&self, binary: &Path) -> Result<PathBuf> {
        let folder = self.folder.join(&self.name);
        clear(&folder)?;
        put(binary, &folder.join("bin/keybaton"))?;
        for (from, to) in FILES {
            put(&self.workspace.path(from), &folder.join(to))?;
        }
        for (shell, to) in COMPLETIONS {
            let (script, succeeded) = child::capture(Command::new(binary).args(["completions", shell]))?;
            if !succeeded {
                bail!("the binary prints no completions for {shell}");
            }
            write(&folder.join(to), script.as_bytes())?;
        }
        let pages = folder.join("share/man/man1");
        fs::create_dir_all(&pages).context("make the folder of the manual")?;
        child::run(Command::new(binary).args(["man", "--out"]).arg(&pages))?;
        self.tar()
    }

    fn tar(&self) -> Result<PathBuf> {
        let tarball = self.folder.join(format!("{}.tar.gz", self.name));
        let mut tar = child::program(&self.folder, "tar");
        tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+rwX,go+rX,go-w"]);
        tar.arg(format!("--mtime=@{}", self.epoch()?)).args(["--use-compress-program", "gzip -9n", "-cf"]);
        child::run(tar.arg(&tarball).arg(&self.name))?;
        let (sum, succeeded) =
            child::capture(child::program(&self.folder, "sha256sum").arg(format!("{}.tar.gz", self.name)))?;
        if !succeeded {
            bail!("the checksum was not made");
        }
        write(&self.folder.join(format!("{}.tar.gz.sha256", self.name)), sum.as_bytes())?;
        Ok(tarball)
    }

    /// What a container image is made of: its root, with the binary and the certificates, and the folder that its user
    /// owns, which is copied by itself.
    fn image(&self, binary: &Path) -> Result<()> {
        let folder = self.folder.join("image");
        clear(&folder)?;
        put(binary, &folder.join("root/usr/bin/keybaton"))?;
        put(&Path::new("/").join(CERTIFICATES), &folder.join("root").join(CERTIFICATES))?;
        for (empty, mode) in [("root/etc/keybaton", 0o755), ("root/tmp", 0o1777), ("state", 0o755)] {
            let path = folder.join(empty);
            let made =
                fs::create_dir_all(&path).and_then(|()| fs::set_permissions(&path, Permissions::from_mode(mode)));
            made.with_context(|| format!("make {empty}"))?;
        }
        Ok(())
    }
}

fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("clear {}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn put(from: &Path, to: &Path) -> Result<()> {
    make_parent(to)?;
    fs::copy(from, to).map(drop).with_context(|| format!("copy {} to {}", from.display(), to.display()))
}

fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    make_parent(to)?;
    fs::write(to, bytes).with_context(|| format!("write {}", to.display()))
}

fn make_parent(to: &Path) -> Result<()> {
    to.parent().map_or(Ok(()), fs::create_dir_all).with_context(|| format!("make the folder of {}", to.display()))
}

/// The size of a file, in MB.
fn size(path: &Path) -> Result<String> {
    let bytes = fs::metadata(path).with_context(|| format!("measure {}", path.display()))?.len();
    Ok(format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000))
}
