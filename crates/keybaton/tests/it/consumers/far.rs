//! The far services as an instance meets them: HTTP with a bearer token, a login of `PostgreSQL`, a login of Redis.

use keybaton_client::Said;
use keybaton_types::VersionNo;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Where a consumer takes its key.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Far {
    /// To this URL, as a bearer token.
    Http(String),
    /// To the database of this URL, as `ROLE PASSWORD`.
    Postgres(String),
    /// To the server at this address, as `USER PASSWORD`.
    Redis(String),
}

/// How a call ended.
#[derive(Clone, Debug)]
pub(super) enum Answered {
    Served,
    Refused(String),
    Lost(String),
}

impl Far {
    /// One call with a key.
    pub(super) async fn work(&self, key: &str) -> Answered {
        match self {
            Self::Http(url) => over_http(url, key).await,
            Self::Postgres(url) => into_postgres(url, key).await,
            Self::Redis(address) => {
                into_redis(address, key).await.unwrap_or_else(|error| Answered::Lost(error.to_string()))
            }
        }
    }

    /// What the end of a call says of the key.
    pub(super) fn said((_, answered): &(VersionNo, Answered)) -> Said {
        match answered {
            Answered::Served => Said::Accepted,
            Answered::Refused(_) => Said::Unauthorized,
            Answered::Lost(_) => Said::Nothing,
        }
    }
}

async fn over_http(url: &str, key: &str) -> Answered {
    static HTTP: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    let http = HTTP.get_or_init(|| reqwest::Client::builder().no_proxy().build().unwrap());
    match http.get(url).bearer_auth(key).send().await {
        Ok(answer) if answer.status().is_success() => Answered::Served,
        Ok(answer) if [401, 403].contains(&answer.status().as_u16()) => Answered::Refused(answer.status().to_string()),
        Ok(answer) => Answered::Lost(answer.status().to_string()),
        Err(error) => Answered::Lost(error.to_string()),
    }
}

async fn into_postgres(url: &str, key: &str) -> Answered {
    let (role, password) = key.split_once(' ').unwrap();
    let options: PgConnectOptions = url.parse().unwrap();
    let connected = options.username(role).password(password).disable_statement_logging().connect().await;
    let mut session = match connected {
        Ok(session) => session,
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code.starts_with("28")) => {
            return Answered::Refused(error.to_string());
        }
        Err(error) => return Answered::Lost(error.to_string()),
    };
    let worked = sqlx::raw_sql("INSERT INTO orders VALUES (1)").execute(&mut session).await;
    drop(session.close().await);
    worked.map_or_else(|error| Answered::Lost(error.to_string()), |_| Answered::Served)
}

async fn into_redis(address: &str, key: &str) -> std::io::Result<Answered> {
    let (user, password) = key.split_once(' ').unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(format!("AUTH {user} {password}\r\nINCR {user}\r\nQUIT\r\n").as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(match text.lines().next() {
        Some("+OK") if text.contains(':') => Answered::Served,
        Some(line) if line.starts_with("-WRONGPASS") => Answered::Refused(line.to_owned()),
        line => Answered::Lost(line.unwrap_or("no answer").to_owned()),
    })
}
