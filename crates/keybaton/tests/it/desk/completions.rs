//! Completion in shells, as the shell itself sees it.

use crate::stage::Keybaton;

const CONFIG: &str = r#"
version = 1
[issuer.acme]
type = "http"
base = "http://127.0.0.1:9"
auth = { bearer = { env = "ACME" } }
max_credentials = 2
create = { request = "POST /k", id = "$.id", value = "$.v" }
revoke = { request = "DELETE /k/{{ id }}" }
[secret.payments]
issuer = "acme"
probe = { http = "GET http://127.0.0.1:9/", bearer = "{{ value }}" }
[secret.payments.env.prod]
[secret.payments.env.staging]
"#;

/// What bash offers after these words, of which the last one is being typed.
async fn offered(keybaton: &Keybaton, words: &str) -> Vec<String> {
    let script = format!(
        "source <({binary} completions bash); COMP_WORDS=({binary} {words}); COMP_CWORD=$(({count})); COMPREPLY=(); \
         _keybaton_with_secrets {binary} \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        binary = env!("CARGO_BIN_EXE_keybaton"),
        count = words.split_whitespace().count(),
    );
    let ended = keybaton.run_under(&["bash", "-c", &script], "").await.exits(0);
    ended.out.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn bash_completes_commands_and_the_names_of_secrets() {
    let keybaton = Keybaton::new();
    keybaton.write("keybaton.toml", CONFIG);
    assert_eq!(offered(&keybaton, "roll").await, ["rollback"]);
    assert_eq!(offered(&keybaton, "rotate pay").await, ["payments/prod", "payments/staging"]);
    assert_eq!(offered(&keybaton, "rotate --wai").await, ["--wait"]);
    assert!(!offered(&keybaton, "status pay").await.contains(&"payments/prod".to_owned()));
}

#[tokio::test]
async fn a_prompt_is_no_place_for_an_error() {
    let keybaton = Keybaton::new();
    let none = keybaton.run("complete-secrets").await.exits(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", ""));
    keybaton.write("keybaton.toml", "this is no TOML");
    let none = keybaton.run("complete-secrets").await.exits(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", ""));
}

#[tokio::test]
async fn every_shell_has_a_script_and_another_one_is_refused() {
    let keybaton = Keybaton::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        keybaton.run(&format!("completions {shell}")).await.exits(0).prints(&["rollback"]);
    }
    let json = keybaton.run("completions bash --json").await.exits(0).json();
    assert_eq!(json["schema"], "keybaton/completions/v1");
    keybaton.run("completions basj").await.exits(2).explains().says(&["bash, elvish, fish"]);
    keybaton.run("completions bash --wrong").await.exits(2).explains();
    let help = keybaton.run("--help").await.exits(0);
    assert!(!help.out.contains("complete-secrets"), "{}", help.transcript());
}
