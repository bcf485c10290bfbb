//! The wire: commands as Redis reads them, and replies as it writes them (RESP, version 2). Replies are bounded.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};
use zeroize::Zeroizing;

/// The longest reply: a list of ten thousand clients has about four megabytes.
const LONGEST: usize = 32 << 20;

/// The longest line of a reply.
const LINE: u64 = 64 << 10;

/// A reply. Nothing that keybaton asks for is nested any deeper.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// A status or a string.
    Text(String),
    /// An error, which says that the command was not carried out.
    Error(String),
    /// A number.
    Number(i64),
    /// Nothing.
    Nothing,
    /// A list.
    List(Vec<Reply>),
}

/// A command, with whatever secret stands in it.
pub(super) fn command(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length = parts.iter().map(|part| part.len() + 16).sum::<usize>() + 16;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    bytes.extend_from_slice(format!("*{}\r\n", parts.len()).as_bytes());
    for part in parts {
        bytes.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Reads a reply.
pub(super) async fn reply(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Reply> {
    let mut left = LONGEST;
    let (kind, rest) = line(stream, &mut left).await?;
    if kind != b'*' {
        return item(stream, kind, rest, &mut left).await;
    }
    let Some(count) = length(&rest)? else { return Ok(Reply::Nothing) };
    let mut items = Vec::new();
    for _ in 0..count {
        let (kind, rest) = line(stream, &mut left).await?;
        items.push(item(stream, kind, rest, &mut left).await?);
    }
    Ok(Reply::List(items))
}

async fn item(stream: &mut (impl AsyncBufRead + Unpin), kind: u8, rest: String, left: &mut usize) -> io::Result<Reply> {
    Ok(match kind {
        b'+' => Reply::Text(rest),
        b'-' => Reply::Error(rest),
        b':' => Reply::Number(rest.parse().map_err(|_| nonsense("a number that is none"))?),
        b'$' => match length(&rest)? {
            Some(length) => Reply::Text(bulk(stream, length, left).await?),
            None => Reply::Nothing,
        },
        _ => return Err(nonsense("it does not speak RESP")),
    })
}

/// Reads a line without its end: the first byte, and the rest.
async fn line(stream: &mut (impl AsyncBufRead + Unpin), left: &mut usize) -> io::Result<(u8, String)> {
    let mut bytes = Vec::new();
    stream.take(LINE).read_until(b'\n', &mut bytes).await?;
    spend(left, bytes.len())?;
    let Some(line) = bytes.strip_suffix(b"\r\n") else {
        return Err(if bytes.is_empty() {
            io::ErrorKind::UnexpectedEof.into()
        } else {
            nonsense("a line without end")
        });
    };
    let (kind, rest) = line.split_first().ok_or_else(|| nonsense("an empty line"))?;
    Ok((*kind, String::from_utf8_lossy(rest).into_owned()))
}

async fn bulk(stream: &mut (impl AsyncBufRead + Unpin), length: usize, left: &mut usize) -> io::Result<String> {
    spend(left, length)?;
    let mut bytes = Vec::new();
    let whole = length as u64 + 2;
    stream.take(whole).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 != whole {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    bytes.truncate(length);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn length(text: &str) -> io::Result<Option<usize>> {
    match text {
        "-1" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| nonsense("a length that is none")),
    }
}

fn spend(left: &mut usize, bytes: usize) -> io::Result<()> {
    *left = left.checked_sub(bytes).ok_or_else(|| nonsense("the reply is too long"))?;
    Ok(())
}

fn nonsense(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> Result<Reply, io::ErrorKind> {
        let mut stream = bytes;
        reply(&mut stream).await.map_err(|error| error.kind())
    }

    #[test]
    fn a_command_is_a_list_of_strings_whatever_is_in_them() {
        assert_eq!(&command(&[b"AUTH", b"a\r\n$1"])[..], b"*2\r\n$4\r\nAUTH\r\n$5\r\na\r\n$1\r\n");
    }

    #[tokio::test]
    async fn every_kind_of_reply_is_read() {
        assert_eq!(read(b"+OK\r\n").await, Ok(Reply::Text("OK".to_owned())));
        assert_eq!(read(b"-NOPERM no\r\n").await, Ok(Reply::Error("NOPERM no".to_owned())));
        assert_eq!(read(b":-3\r\n").await, Ok(Reply::Number(-3)));
        assert_eq!(read(b"$-1\r\n").await, Ok(Reply::Nothing));
        let list = Reply::List(vec![Reply::Text("a\r\nb".to_owned()), Reply::Number(1)]);
        assert_eq!(read(b"*2\r\n$4\r\na\r\nb\r\n:1\r\n").await, Ok(list));
    }

    #[tokio::test]
    async fn a_reply_that_is_cut_off_nested_too_long_or_nonsense_is_an_error() {
        for (bytes, kind) in [
            (&b""[..], io::ErrorKind::UnexpectedEof),
            (b"$5\r\nab", io::ErrorKind::UnexpectedEof),
            (b"+OK", io::ErrorKind::InvalidData),
            (b"HTTP/1.1 400 Bad Request\r\n", io::ErrorKind::InvalidData),
            (b"*1\r\n*1\r\n:1\r\n", io::ErrorKind::InvalidData),
            (b"$99999999999\r\n", io::ErrorKind::InvalidData),
            (b"*99999999999\r\n", io::ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(read(bytes).await, Err(kind), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
