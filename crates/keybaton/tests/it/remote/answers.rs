//! Servers that do not answer as they should: what is said then, that it is said what is safe, and that nothing of their
//! answer is repeated.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::{access::UNKNOWN, side::caller};
use crate::stage::Keybaton;

/// Something that listens and gives everybody the same answer, piece by piece, and again the last one for as long as it
/// is read.
struct Stranger {
    url: String,
    _serving: JoinHandle<()>,
}

/// What comes after the first piece of an answer.
#[derive(Clone, Copy)]
enum Then {
    /// The end of the connection.
    End,
    /// The same bytes, again and again.
    Again(&'static [u8]),
}

impl Stranger {
    async fn start(head: String, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let head = Arc::new(head);
        let serving = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = Arc::clone(&head);
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let mut writing = stream.write_all(head.as_bytes()).await;
                    while let (Ok(()), Then::Again(bytes)) = (&writing, then) {
                        writing = stream.write_all(bytes).await;
                    }
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { url, _serving: serving }
    }

    /// One that answers with this status and body.
    async fn answering(status: &str, kind: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}");
        Self::start(head, Then::End).await
    }

    fn caller(&self) -> Keybaton {
        caller(&self.url, UNKNOWN)
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_was_asked_for_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let keybaton = caller(&format!("http://{free}"), UNKNOWN);
    for line in ["status", "rotate payments/prod --yes", "get payments/prod --reveal", "token list"] {
        let ended = keybaton.run(line).await.exits(3).explains();
        ended.says(&["cannot be reached", "nothing was asked of it", "keybaton serve"]).hides(UNKNOWN);
    }
    let keybaton = caller("unix:/nonexistent/keybaton.sock", UNKNOWN);
    keybaton.run("status").await.exits(3).explains().says(&["unix:/nonexistent", "cannot be reached"]);
}

#[tokio::test]
async fn an_answer_of_something_else_is_no_document_and_is_not_repeated() {
    for (status, kind, body) in [
        ("200 OK", "text/html", "<h1>canary-page</h1>"),
        ("200 OK", "application/json", "{\"canary-page\":1}"),
        ("200 OK", "application/json", "{\"schema\":\"canary-page\"}"),
        ("200 OK", "application/json", "[\"canary-page\"]"),
        ("200 OK", "application/json", "{\"schema\":\"keybaton/status/v1\",\"secrets\":\"canary-page\"}"),
        ("200 OK", "application/json", ""),
        ("204 No Content", "application/json", ""),
        ("302 Found", "text/html", "canary-page"),
        ("404 Not Found", "text/html", "canary-page"),
        ("502 Bad Gateway", "text/html", "canary-page"),
        ("500 Internal Server Error", "application/json", "{\"error\":\"canary-page\"}"),
    ] {
        let stranger = Stranger::answering(status, kind, body).await;
        let ended = stranger.caller().run("status").await.exits(3).explains();
        ended.says(&["keybaton", "every key that worked still works"]).hides("canary-page");
    }
}

#[tokio::test]
async fn a_document_of_another_version_names_both() {
    let stranger = Stranger::answering("200 OK", "application/json", "{\"schema\":\"keybaton/status/v9\"}").await;
    let ended = stranger.caller().run("status").await.exits(3).explains();
    ended.says(&["keybaton/status/v9", "keybaton/status/v1", "keybaton --version"]);
    let problem = "{\"type\":\"unknown-route\",\"status\":404,\"title\":\"there is nothing at this path\"}";
    let older = Stranger::answering("404 Not Found", "application/problem+json", problem).await;
    older.caller().run("status").await.exits(3).explains().says(&["the server cannot do this", "it may be older"]);
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"schema\":\"".to_owned();
    let stranger = Stranger::start(head, Then::Again(&[b'x'; 16_384])).await;
    stranger.caller().run("status").await.exits(3).explains().says(&["more than 64 MiB"]);
}

#[tokio::test]
async fn a_connection_that_is_lost_leaves_open_whether_it_was_taken() {
    let head = "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{".to_owned();
    let stranger = Stranger::start(head, Then::End).await;
    let ended = stranger.caller().run("rotate payments/prod --yes").await.exits(3).explains();
    ended.says(&["was lost", "may have taken the request", "keybaton status"]);
    let ended = stranger.caller().run("status").await.exits(3).explains();
    ended.says(&["was lost", "nothing was changed"]);
}

#[tokio::test]
async fn what_a_server_says_cannot_steer_a_terminal() {
    let problem =
        "{\"type\":\"answer-is-no\",\"status\":409,\"title\":\"no\\u001b[2Jway\",\"safe\":\"all\",\"hint\":\"h\"}";
    let stranger = Stranger::answering("409 Conflict", "application/problem+json", problem).await;
    let ended = stranger.caller().run("status").await.exits(1).explains();
    ended.says(&["no[2Jway"]).hides("\u{1b}");
}
