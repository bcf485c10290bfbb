//! A service that bills: it calls a far service with the current key, over and over, and survives every rotation.
//!
//! ```sh
//! KEYBATON_SERVER=http://127.0.0.1:7730 KEYBATON_TOKEN_FILE=token cargo run -p keybaton-client --example billing -- \
//!     payments/prod http://127.0.0.1:7741/v1/work
//! ```

use std::env;
use std::error::Error;
use std::time::Duration;

use keybaton_client::{Access, CacheKey, Client, DiskCache, Handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let (Some(secret), Some(url)) = (words.next(), words.next()) else {
        return Err("give the name of the secret and the URL of the far service".into());
    };
    let client = connect()?;
    let key = client.secret(&secret)?;

    // Once at the start: without a key there is no service. An error says what is wrong and what to do.
    let first = key.ready().await.map_err(|error| format!("{error}; hint: {}", error.hint()))?;
    eprintln!("{} begins with version {} of {secret}", client.instance(), first.version());
    drop(first); // what is lent is in flight until it is given back

    tokio::select! {
        ended = bill(&key, &url) => ended?,
        ended = tokio::signal::ctrl_c() => ended?,
    }
    client.close().await; // wipes the values and tells the last evidence
    Ok(())
}

fn connect() -> Result<Client, Box<dyn Error>> {
    let server = env::var("KEYBATON_SERVER").unwrap_or_else(|_| "http://127.0.0.1:7730".to_owned());
    let access = match env::var_os("KEYBATON_TOKEN_FILE") {
        Some(path) => Access::file(path),
        None if server.starts_with("unix:") => Access::by_socket(),
        None => Access::env("KEYBATON_TOKEN")?,
    };
    let mut client = Client::builder(&server, access);
    if let Ok(instance) = env::var("KEYBATON_INSTANCE") {
        client = client.instance(&instance);
    }
    if let Some(folder) = env::var_os("KEYBATON_CACHE") {
        client = client.cache(DiskCache::open(folder, &CacheKey::Beside)?);
    }
    Ok(client.build()?)
}

/// Calls the far service ten times a second. The client chooses the version, counts how the calls end, and makes a call
/// that was refused with 401 or 403 once more with the last good version.
async fn bill(key: &Handle, url: &str) -> Result<(), Box<dyn Error>> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    loop {
        let answer = key.call(|lent| http.get(url).bearer_auth(lent.text()).send()).await?;
        match answer {
            Ok(answer) => eprintln!("{}", answer.status()),
            Err(error) => eprintln!("the far service was not reached: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
