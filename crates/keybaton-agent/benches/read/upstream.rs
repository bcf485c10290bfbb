//! The keybaton behind the agent: it knows every secret, and has no news.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

use crate::Bad;

/// Starts it, and says where it is.
pub(crate) async fn start() -> Result<String, Bad> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    Ok(url)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let _ = body.collect().await;
    if head.method != Method::GET {
        return Ok(said(StatusCode::NO_CONTENT, Bytes::new()));
    }
    if head.uri.query().is_some_and(|query| query.contains("wait")) {
        tokio::time::sleep(Duration::from_secs(30)).await;
        return Ok(said(StatusCode::NOT_MODIFIED, Bytes::new()));
    }
    let (name, env) = head.uri.path().trim_start_matches("/v1/secrets/").split_once('/').unwrap_or_default();
    let document = json!({
        "secret": name, "env": env, "version": 4, "value": "0123456789abcdef".repeat(4), "fingerprint": "f".repeat(32),
        "ttl_seconds": 3600, "max_stale_seconds": 3600, "age_seconds": 7200, "stale": null
    });
    Ok(said(StatusCode::OK, Bytes::from(document.to_string())))
}

fn said(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    if let Ok(tag) = "\"4-0\"".parse() {
        answer.headers_mut().insert("etag", tag);
    }
    answer
}
