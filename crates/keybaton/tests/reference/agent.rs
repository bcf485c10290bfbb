//! Every key of agent.toml.

use crate::{page, schema};

#[test]
fn the_page_of_the_agent_has_every_key() {
    let lead = "What `keybaton agent --files agent.toml` reads. An unknown key is an error. A *duration* is a whole number \
                and a unit: `500ms`, `90s`, `30m`, `1h`. SIGHUP reads the file again, and the templates with it: a file \
                that is not understood never replaces what runs. `keybaton config schema agent.toml` prints the schema \
                for editors. [How it is used](../howto/agent.md).";
    let body = schema::tables(&keybaton_agent::files::schema(), "agent.toml", 2);
    page::compare("agent.md", "The configuration of an agent", &format!("{lead}\n\n{body}"));
}
