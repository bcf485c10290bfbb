//! A client of a Redis server, as a consumer or a person has it.

use keybaton_seal::SecretValue;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// One connection. Replies are texts: items of a list stand on lines of their own, an error is the `Err`.
pub struct RedisClient {
    stream: BufReader<TcpStream>,
}

impl RedisClient {
    /// Connects to a port on loopback.
    pub async fn connect(port: u16) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(|error| error.to_string())?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Logs in.
    pub async fn login(&mut self, user: &str, value: &SecretValue) -> Result<(), String> {
        self.send(&[b"AUTH", user.as_bytes(), value.expose()]).await.map(drop)
    }

    /// Runs a command, whose words stand between spaces.
    pub async fn run(&mut self, command: &str) -> Result<String, String> {
        let words: Vec<&[u8]> = command.split(' ').map(str::as_bytes).collect();
        self.send(&words).await
    }

    /// Reads one more reply, such as a line of `MONITOR`; lists within lists are flattened.
    pub async fn next(&mut self) -> Result<String, String> {
        let (mut items, mut missing) = (Vec::new(), 1);
        while missing > 0 {
            let (kind, rest) = self.line().await?;
            missing -= 1;
            match kind {
                '*' => missing += rest.parse().unwrap_or(0),
                _ => items.push(self.item(kind, rest).await?),
            }
        }
        Ok(items.join("\n"))
    }

    async fn send(&mut self, words: &[&[u8]]) -> Result<String, String> {
        let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            bytes.extend([format!("${}\r\n", word.len()).as_bytes(), word, b"\r\n"].concat());
        }
        self.stream.get_mut().write_all(&bytes).await.map_err(|error| error.to_string())?;
        self.next().await
    }

    async fn item(&mut self, kind: char, rest: String) -> Result<String, String> {
        match (kind, rest.parse::<usize>()) {
            ('-', _) => Err(rest),
            ('$', Ok(length)) => {
                let mut bytes = vec![0; length + 2];
                self.stream.read_exact(&mut bytes).await.map_err(|error| error.to_string())?;
                Ok(String::from_utf8_lossy(&bytes[..length]).into_owned())
            }
            _ => Ok(rest),
        }
    }

    async fn line(&mut self) -> Result<(char, String), String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.map_err(|error| error.to_string())?;
        let mut rest = line.trim_end().chars();
        let kind = rest.next().filter(|_| read > 0).ok_or("the server hung up")?;
        Ok((kind, rest.as_str().to_owned()))
    }
}
