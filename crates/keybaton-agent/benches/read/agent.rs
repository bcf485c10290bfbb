//! The agent as it ships, on loopback and on a socket.

use keybaton_agent::Access as FileAccess;
use keybaton_agent::serve::{Door, Listen, Peers, serve};
use keybaton_client::{Access, Client};
use keybaton_seal::SecretValue;

use crate::process::{self, Role};
use crate::{Bad, TOKEN};

pub(crate) async fn run() -> Result<(), Bad> {
    let folder = process::folder()?;
    let token = folder.join("token");
    std::fs::write(&token, TOKEN)?;
    let access = Access::token(SecretValue::from_text(TOKEN.to_owned())?);
    let client = Client::builder(&process::upstream()?, access).instance("bench").hands_on().build()?;
    let mode = FileAccess::PRIVATE.mode;
    let loopback = serve(client.clone(), &"127.0.0.1:0".parse()?, mode, Door::token(token)?).await?;
    let peers = Door::peers(Peers::new(Vec::new(), Vec::new()));
    let socket = serve(client.clone(), &Listen::Socket(process::socket(Role::Agent, &folder)), mode, peers).await?;
    let Listen::Loopback(address) = loopback.listen else { return Err("no address".into()) };
    process::ready(&address.to_string()).await?;
    loopback.end().await;
    socket.end().await;
    Ok(())
}
