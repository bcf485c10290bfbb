//! What an agent says of a detour that cannot be.

use super::rig::{INSTALLATION, agent_toml};
use crate::agent::TOKEN;
use crate::stage::Keybaton;

#[tokio::test]
async fn a_detour_that_cannot_be_taken_is_refused_before_anything_is_handed_out() {
    let mut keybaton = Keybaton::new();
    keybaton.write("token", TOKEN);
    keybaton.write("reader.token", "s.of-a-test");
    keybaton.set("KEYBATON_SERVER", "http://127.0.0.1:9");
    let bao = "type = \"hashicorp-vault\"\nurl = \"https://bao.internal:8200\"\ntoken = { file = \"reader.token\" }";
    for (vault, words) in [
        (bao.replace("hashicorp-vault", "cupboard"), "cupboard is no vault"),
        (bao.replace("https://", "http://"), "https"),
        (bao.replace("reader.token", "no.token"), "no.token"),
        (bao.replace("token = ", "tokens = "), "tokens"),
        ("type = \"file\"".to_owned(), "does not say which version it serves"),
    ] {
        keybaton.write("agent.toml", &agent_toml(INSTALLATION, "team/payments", &vault));
        let ended = keybaton.run("agent --token-file token --listen 127.0.0.1:0 --files agent.toml").await;
        ended.exits(2).explains().says(&[words]).hides("s.of-a-test");
    }
    keybaton.write("agent.toml", &agent_toml("A-1", "team/payments", bao));
    let ended = keybaton.run("agent --token-file token --listen 127.0.0.1:0 --files agent.toml").await;
    ended.exits(2).explains().says(&["[[detour]] payments/prod", "keybaton state show"]);
}
