//! `connector new`: an `[issuer.NAME]` for an HTTP API, made from flags, or from answers on a terminal.

use std::fmt::Write as _;

use clap::Args;
use keybaton_config::Config;
use keybaton_ports::{Failure, FailureKind};
use serde::Serialize;

use crate::{
    commands::{Context, Ended},
    exit::Exit,
    report::Input,
    wiring::misconfigured,
};

/// Prints an [issuer.NAME] for an HTTP API; what is not given is asked on a terminal.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  keybaton connector new acme --base https://api.acme.example \\\n    --token-env \
                        ACME_ADMIN_TOKEN --create 'POST /v1/keys' --id '$.id' \\\n    --value '$.secret' --revoke 'DELETE \
                        /v1/keys/{{ id }}' >> keybaton.toml\n  keybaton connector new shop --exec >> keybaton.toml")]
pub(crate) struct NewArgs {
    /// Its name in the configuration
    name: String,
    /// Write a program of your own instead, for a service without an HTTP API: a working one, to be changed
    #[arg(long, conflicts_with_all = ["base", "token_env", "create", "id", "value", "revoke", "list"])]
    exec: bool,
    /// Where the requests go
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// The environment variable that holds the token with which keys are made
    #[arg(long, value_name = "NAME")]
    token_env: Option<String>,
    /// The request that makes a key: method and path
    #[arg(long, value_name = "REQUEST")]
    create: Option<String>,
    /// The JSON path of the new key's id in the answer
    #[arg(long, value_name = "PATH")]
    id: Option<String>,
    /// The JSON path of the new key's value in the answer
    #[arg(long, value_name = "PATH")]
    value: Option<String>,
    /// The request that destroys a key; `{{ id }}` stands for its id
    #[arg(long, value_name = "REQUEST")]
    revoke: Option<String>,
    /// The request that lists the keys, where there is one; `-` for none
    #[arg(long, value_name = "REQUEST")]
    list: Option<String>,
}

/// `keybaton/connector-new/v1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    name: &'a str,
    toml: &'a str,
    /// The program that was written, for an issuer that runs one.
    program: Option<String>,
}

/// A flag, the question that stands for it, and what is taken when nothing is answered.
type Question<'a> = (&'a str, &'a Option<String>, &'a str, &'a str);

pub(super) fn run(context: Context<'_>, args: &NewArgs) -> Ended {
    let NewArgs { name, exec, base, token_env, create, id, value, revoke, list } = args;
    if *exec {
        return super::program::run(context, name);
    }
    let token = format!("{}_ADMIN_TOKEN", name.to_ascii_uppercase().replace('-', "_"));
    let questions: [Question<'_>; 7] = [
        ("--base", base, "Where do the requests go", "https://api.example"),
        ("--token-env", token_env, "Which environment variable holds the token that makes keys", &token),
        ("--create", create, "Which request makes a key", "POST /v1/keys"),
        ("--id", id, "Where in the answer is the id", "$.id"),
        ("--value", value, "Where in the answer is the value", "$.secret"),
        ("--revoke", revoke, "Which request destroys a key", "DELETE /v1/keys/{{ id }}"),
        ("--list", list, "Which request lists the keys (- for none)", "-"),
    ];
    let answers = answers(context, &questions)?;
    let text = block(name, &answers);
    check(context, &text)?;
    Ok(print(context, name, &text, None))
}

/// Prints the table, and what to do with it.
pub(super) fn print(context: Context<'_>, name: &str, text: &str, program: Option<String>) -> Exit {
    if context.report.json {
        context.report.document(&Document { schema: "keybaton/connector-new/v1", name, toml: text, program });
    } else {
        context.report.data(text.trim_end());
    }
    let next =
        format!("put it into keybaton.toml, then `keybaton connector test issuer.{name}` tries it without changes");
    context.report.hint(&next);
    Exit::Done
}

fn answers(context: Context<'_>, questions: &[Question<'_>]) -> Result<Vec<String>, Failure> {
    let open: Vec<&str> = questions.iter().filter(|question| question.1.is_none()).map(|question| question.0).collect();
    let needed: Vec<&str> = open.iter().copied().filter(|flag| *flag != "--list").collect();
    if context.report.input == Input::None && !needed.is_empty() {
        return Err(Failure::new(FailureKind::Usage, "there is no terminal to ask on")
            .safe("nothing was written")
            .hint(format!("give the answers as flags: {}", needed.join(" "))));
    }
    let answer = |question: &Question<'_>| match (question.1, context.report.input) {
        (Some(given), _) => given.clone(),
        (None, Input::None) => question.3.to_owned(),
        (None, Input::Terminal) => context.report.answer(question.2, question.3),
    };
    Ok(questions.iter().map(answer).collect())
}

fn block(name: &str, answers: &[String]) -> String {
    let text = |at: usize| toml::Value::String(answers.get(at).cloned().unwrap_or_default()).to_string();
    let name = toml::Value::String(name.to_owned()).to_string();
    let mut block = format!(
        "[issuer.{name}]\ntype = \"http\"\nbase = {}\nauth = {{ bearer = {{ env = {} }} }}\n\
         # how long a new key may be refused, and a call that timed out may still land: the vendor's documents say\n\
         timeout = \"10s\"\npropagation = \"0s\"\n\
         create = {{ request = {}, json = {{ name = \"{{{{ label }}}}\" }}, id = {}, value = {} }}\n",
        text(0),
        text(1),
        text(2),
        text(3),
        text(4)
    );
    if answers.get(6).is_some_and(|list| list != "-" && !list.is_empty()) {
        let _ = write!(
            block,
            "# put in where the list, the id and the label of each key stand\n\
             list   = {{ request = {}, items = \"$[*]\", id = \"$.id\", label = \"$.name\" }}\n",
            text(6)
        );
    }
    let _ = writeln!(block, "revoke = {{ request = {}, gone = [404] }}", text(5));
    block
}

/// What is printed can be used as it is: it is read as the configuration would read it.
pub(super) fn check(context: Context<'_>, block: &str) -> Result<(), Failure> {
    let text = format!("version = 1\n{block}");
    let path = std::path::Path::new("the new issuer");
    let config = Config::parse(path, std::path::Path::new("."), &text);
    let checked = config.and_then(|config| crate::wiring::idle_tables(&config));
    checked.map_err(|error| misconfigured(&error, context.report))
}
