//! What stands before an emulator, and is as strict, as slow and as busy as AWS is: the emulators model none of it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

/// An answer that is given instead of the emulator's.
#[derive(Clone)]
pub(super) struct Canned {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// A port on loopback before an emulator.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) port: u16,
    upstream: u16,
    client: reqwest::Client,
    mood: Arc<Mutex<Mood>>,
}

/// How it behaves.
#[derive(Default)]
struct Mood {
    /// What everybody is answered with, where the request is about this.
    canned: Option<(&'static str, Canned)>,
    /// Switches of keys are answered at once, and carried out when they land.
    late: Option<Vec<(HeaderMap, Bytes)>>,
    /// How many keys each user got here and still has.
    keys: BTreeMap<String, usize>,
    /// What was asked for, in order.
    asked: Vec<String>,
}

impl Canned {
    /// A refusal as services speak it that take JSON.
    pub(super) fn json(status: u16, code: &str, message: &str) -> Self {
        let body = format!(r#"{{"__type":"{code}","Message":"{message}"}}"#);
        Self { status, headers: vec![("content-type", "application/x-amz-json-1.1".to_owned())], body }
    }

    /// A refusal as IAM and the token service speak it.
    pub(super) fn xml(status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        );
        Self { status, headers: vec![("content-type", "text/xml".to_owned())], body }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Front {
    /// Before an emulator.
    pub(super) async fn before(upstream: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let front = Self { port, upstream, client, mood: Arc::default() };
        let router = Router::new().fallback(answer).with_state(front.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        front
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers everything that is about this so, until it is told otherwise; nothing of it is forwarded.
    pub(super) fn says(&self, action: &'static str, canned: Canned) {
        self.mood().canned = Some((action, canned));
    }

    /// Forwards again.
    pub(super) fn forwards(&self) {
        self.mood().canned = None;
    }

    /// From now on switches land late.
    pub(super) fn lags(&self) {
        self.mood().late = Some(Vec::new());
    }

    /// What is late lands.
    pub(super) async fn land(&self) {
        let late = self.mood().late.take().unwrap_or_default();
        for (headers, body) in late {
            assert!(self.forward(headers, body).await.status().is_success());
        }
    }

    /// How often something was asked for.
    pub(super) fn count(&self, action: &str) -> usize {
        self.mood().asked.iter().filter(|asked| *asked == action).count()
    }

    fn mood(&self) -> MutexGuard<'_, Mood> {
        self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it answers by itself.
    fn by_itself(&self, action: &str, user: &str, (headers, body): (&HeaderMap, &Bytes)) -> Option<Canned> {
        let mut mood = self.mood();
        mood.asked.push(action.to_owned());
        if let Some((about, canned)) = &mood.canned
            && (*about == action || about.is_empty())
        {
            return Some(canned.clone());
        }
        if let Some(late) = mood.late.as_mut().filter(|_| action == "UpdateAccessKey") {
            late.push((headers.clone(), body.clone()));
            let body = "<UpdateAccessKeyResponse/>".to_owned();
            return Some(Canned { status: 200, headers: Vec::new(), body });
        }
        let full = action == "CreateAccessKey" && mood.keys.get(user).is_some_and(|keys| *keys >= 2);
        full.then(|| Canned::xml(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"))
    }

    /// Counts what was carried out.
    fn carried_out(&self, action: &str, user: &str) {
        let mut mood = self.mood();
        let keys = mood.keys.entry(user.to_owned()).or_default();
        match action {
            "CreateAccessKey" => *keys += 1,
            "DeleteAccessKey" => *keys = keys.saturating_sub(1),
            _ => {}
        }
    }

    async fn forward(&self, headers: HeaderMap, body: Bytes) -> Response {
        let url = format!("http://127.0.0.1:{}/", self.upstream);
        // The signature is over the host that was asked.
        let sent = self.client.post(url).headers(headers).body(body).send().await;
        let Ok(answered) = sent else { return StatusCode::BAD_GATEWAY.into_response() };
        let (status, kind) = (answered.status(), answered.headers().get("content-type").cloned());
        let kind = kind.unwrap_or_else(|| HeaderValue::from_static("text/plain"));
        (status, [("content-type", kind)], answered.bytes().await.unwrap_or_default()).into_response()
    }
}

async fn answer(State(front): State<Front>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    assert_eq!(method, Method::POST);
    let (action, user) = about(&headers, &body);
    if let Some(canned) = front.by_itself(&action, &user, (&headers, &body)) {
        let mut answer = (StatusCode::from_u16(canned.status).unwrap(), canned.body).into_response();
        for (name, value) in canned.headers {
            answer.headers_mut().insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        return answer;
    }
    let answer = front.forward(headers, body).await;
    if answer.status().is_success() {
        front.carried_out(&action, &user);
    }
    answer
}

/// The action of a request, and the user that it names.
fn about(headers: &HeaderMap, body: &[u8]) -> (String, String) {
    if let Some(target) = headers.get("x-amz-target") {
        return (target.to_str().unwrap().rsplit('.').next().unwrap().to_owned(), String::new());
    }
    let text = str::from_utf8(body).unwrap();
    let of = |name: &str| text.split('&').find_map(|part| part.strip_prefix(name)).unwrap_or_default().to_owned();
    (of("Action="), of("UserName="))
}
