//! Answers that no client should swallow. Those that take long stop by themselves.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, timeout};
use tokio_util::io::ReaderStream;

use crate::app::{App, Waited};
use crate::dialect::Answer;

const CHUNK: usize = 64 * 1024;
const HUGEST: u64 = 1024 * 1024 * 1024;
const LONGEST_STREAM: Duration = Duration::from_mins(1);

/// Sends the answer behind white space: valid JSON for those who read it all.
pub(crate) fn behind_white_space(app: &App, answer: &Answer, bytes: u64) -> Response {
    let tail = answer.bytes();
    let body = stream(app, |app, mut pipe| async move {
        let blank = vec![b' '; CHUNK];
        let mut left = bytes.min(HUGEST);
        while left > 0 && !app.stopping.is_cancelled() {
            let now = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            pipe.write_all(&blank[..now]).await?;
            left -= now as u64;
        }
        pipe.write_all(&tail).await
    });
    answer.with_bytes(body)
}

/// Sends the answer byte by byte; what is left after `for_ms` comes at once.
pub(crate) fn drip(app: &App, answer: &Answer, every_ms: u64, for_ms: u64) -> Response {
    let bytes = answer.bytes();
    let body = stream(app, |app, mut pipe| async move {
        let (start, limit) = (Instant::now(), Duration::from_millis(for_ms));
        let mut sent = 0;
        while sent < bytes.len() && start.elapsed() < limit {
            pipe.write_all(&bytes[sent..=sent]).await?;
            sent += 1;
            if app.wait(every_ms).await == Waited::Interrupted {
                break;
            }
        }
        pipe.write_all(&bytes[sent..]).await
    });
    answer.with_bytes(body)
}

/// Sends the first half of the answer.
pub(crate) fn halve(answer: &Answer) -> Response {
    let mut bytes = answer.bytes();
    bytes.truncate(bytes.len() / 2);
    if bytes.is_empty() {
        bytes.push(b'{');
    }
    answer.with_bytes(Body::from(bytes))
}

/// Gives every leaf of the body another type.
pub(crate) fn change_types(answer: Answer) -> Answer {
    let body = retyped(answer.body.unwrap_or(Value::Null));
    Answer { body: Some(body), ..answer }
}

/// Removes a field wherever it is.
pub(crate) fn drop_field(mut answer: Answer, field: &str) -> Answer {
    if let Some(body) = &mut answer.body {
        remove(body, field);
    }
    answer
}

fn retyped(value: Value) -> Value {
    match value {
        Value::Null => json!(true),
        Value::Bool(_) => json!("perhaps"),
        Value::Number(number) => json!([number.to_string()]),
        Value::String(_) => json!({ "unexpected": 17 }),
        Value::Array(items) => items.into_iter().map(retyped).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, retyped(value))).collect(),
    }
}

fn remove(value: &mut Value, field: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, field)),
        Value::Object(fields) => {
            fields.remove(field);
            fields.values_mut().for_each(|value| remove(value, field));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Runs a writer beside the request. A caller that hangs up ends it, and so does the time limit.
fn stream<F>(app: &App, write: impl FnOnce(App, DuplexStream) -> F) -> Body
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let (near, far) = duplex(CHUNK);
    let writing = write(app.clone(), near);
    // Neither a caller that is gone nor one that reads too slowly is an error of the sandbox.
    app.tasks.spawn(async move { drop(timeout(LONGEST_STREAM, writing).await) });
    Body::from_stream(ReaderStream::new(far))
}
