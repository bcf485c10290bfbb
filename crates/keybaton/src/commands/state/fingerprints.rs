//! `state fingerprints`: writes what `scan --known` recognises managed keys by. No value, nor a part of one, is in it.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use keybaton_core::civil::rfc3339;
use keybaton_ports::{Failure, FailureKind, Record, Store as _};
use keybaton_scan::known::{Holder, Unfit};
use keybaton_seal::RecognitionKey;
use keybaton_types::document::KnownKeys;
use serde::Serialize;

use super::{Context, Ended, TargetArgs, backup::keep};
use crate::{
    commands::person,
    exit::Exit,
    known::{Recorded, record},
    report::Tone,
    state::{Missing, State, master_key},
    wiring::load,
};

/// Where the fingerprints go when the file's name is this.
const STDOUT: &str = "-";

/// `keybaton/state-fingerprints/v1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: String,
    made: &'a str,
    keys: usize,
    left_out: Vec<Left>,
}

/// A key that is not in the file.
#[derive(Serialize)]
struct Left {
    secret: String,
    env: String,
    version: u64,
    why: &'static str,
}

pub(super) async fn run(context: Context<'_>, args: &TargetArgs) -> Ended {
    let is_stream = args.file.as_os_str() == STDOUT;
    if is_stream && context.report.json {
        return Err(Failure::new(FailureKind::Usage, "standard output cannot be both the fingerprints and a document")
            .safe("nothing was written")
            .hint("name a file"));
    }
    if !is_stream && args.file.exists() && !args.force {
        return Err(super::backup::there(&args.file));
    }
    let config = load(context.global, context.report)?;
    let state = State::open(&config, Missing::Refuse, context.report).await?;
    let master = master_key(&config).await?;
    let key = RecognitionKey::new(&master, state.keyring.installation()).map_err(|error| unmade(&error))?;
    let Recorded { recorder, left_out, .. } = record(&state, &key).await?;
    let made = rfc3339(state.store.now().await.map_err(|error| unmade(&error))?);
    let document = recorder.document(&key, state.keyring.installation(), made).map_err(|error| unmade(&error))?;
    note(&state).await?;
    let text = serde_json::to_string(&document).map_err(|error| unmade(&error))?;
    if is_stream {
        context.report.data(&text);
    } else {
        write(args, &text)?;
    }
    print(context, args, &document, &left_out);
    Ok(Exit::Done)
}

/// Whoever has the file can test guesses of what is in it, so the audit says that it was made.
async fn note(state: &State) -> Result<(), Failure> {
    let record = Record {
        actor: person(),
        event: None,
        note: Some("the fingerprints of its keys were written to a file, for scans".to_owned()),
        heard: None,
        by: None,
        confirmed: Vec::new(),
    };
    for enrolled in state.store.secrets().await.map_err(|error| unmade(&error))? {
        state.store.audit(&enrolled.secret, &record).await.map_err(|error| unmade(&error))?;
    }
    Ok(())
}

/// Writes a file of its own, which only its owner may read, and gives it the name at the end.
fn write(args: &TargetArgs, text: &str) -> Result<(), Failure> {
    let unwritten = |error: io::Error| super::backup::unwritten(&args.file, &error);
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".keybaton-known-").tempfile_in(folder).map_err(unwritten)?;
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(unwritten)?;
    file.as_file_mut().sync_all().map_err(unwritten)?;
    keep(file, args)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritten)
}

fn print(context: Context<'_>, args: &TargetArgs, document: &KnownKeys, left_out: &[(Holder, Unfit)]) {
    let keys = document.entries.len();
    context.report.step(Tone::Good, "written", &format!("the fingerprints of {keys} keys, to {}", args.file.display()));
    for (holder, unfit) in left_out {
        let Holder { secret, version, .. } = holder;
        context.report.words(&format!("  left out: {secret} version {version}, because {}", why(*unfit)));
    }
    context
        .report
        .hint("give it to the people who work on the code, not to the public: `keybaton scan --known FILE .`");
    if context.report.json {
        let left_out = left_out.iter().map(|(holder, unfit)| Left {
            secret: holder.secret.name().to_owned(),
            env: holder.secret.env().to_owned(),
            version: holder.version,
            why: why(*unfit),
        });
        context.report.document(&Document {
            schema: "keybaton/state-fingerprints/v1",
            file: args.file.display().to_string(),
            made: &document.made,
            keys,
            left_out: left_out.collect(),
        });
    }
}

fn why(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::Weak => "it could be guessed by its fingerprint: fewer than 80 of its bits are random",
        Unfit::Form => "it has other characters than printable ASCII, or more than 16 KiB",
    }
}

fn unmade(error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "the fingerprints were not made")
        .because(error)
        .safe("nothing was written, and the state database is as it was")
        .hint("`keybaton doctor` looks at it closely")
}
