//! The floor: hyper alone, which answers the bytes that the agent answered, whatever is asked.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use crate::Bad;
use crate::process::{self, Role};

/// The file with the answer of the agent.
pub(crate) const ANSWER: &str = "answer";

/// The headers that the agent sets; hyper sets the others by itself.
const HEADERS: [HeaderName; 3] = [CONTENT_TYPE, CACHE_CONTROL, ETAG];

struct Same {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

pub(crate) async fn run() -> Result<(), Bad> {
    let folder = process::folder()?;
    let same = Arc::new(Same::of(&std::fs::read_to_string(folder.join(ANSWER))?)?);
    let loopback = TcpListener::bind("127.0.0.1:0").await?;
    let socket = UnixListener::bind(process::socket(Role::Floor, &folder))?;
    let address = loopback.local_addr()?;
    let other = Arc::clone(&same);
    tokio::spawn(async move {
        while let Ok((stream, _)) = loopback.accept().await {
            if stream.set_nodelay(true).is_ok() {
                answer(stream, &same);
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            answer(stream, &other);
        }
    });
    process::ready(&address.to_string()).await
}

fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, same: &Arc<Same>) {
    let same = Arc::clone(same);
    let service = service_fn(move |_: Request<Incoming>| {
        let answer = same.answer();
        async { Ok::<_, Infallible>(answer) }
    });
    tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
}

impl Same {
    fn of(answer: &str) -> Result<Self, Bad> {
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no head")?;
        let mut headers = Vec::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").ok_or("no header")?;
            let name: HeaderName = name.parse()?;
            if HEADERS.contains(&name) {
                headers.push((name, value.parse()?));
            }
        }
        Ok(Self { headers, body: Bytes::copy_from_slice(body.as_bytes()) })
    }

    fn answer(&self) -> Response<Full<Bytes>> {
        let mut answer = Response::new(Full::new(self.body.clone()));
        let headers = answer.headers_mut();
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        answer
    }
}
