//! What a fault makes of an admin call: whether and when the effect happens, and what is answered.

use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use crate::app::{App, Waited};
use crate::dialect::Answer;
use crate::effect::{Effect, Next, Operation, Outcome};
use crate::fault::Fault;
use crate::hostile;
use crate::server::Cut;

impl App {
    /// The table of faults, in the order of [`Fault`].
    pub(crate) async fn spoil(&self, effect: Effect, fault: Fault) -> Response {
        match fault {
            Fault::RefuseBefore => Cut::response(),
            Fault::ErrorNotDone { status } => self.error(status).into_response(),
            Fault::ErrorDone { status } => self.do_then(&effect, self.error(status).into_response()),
            Fault::HangThenDone { ms } => self.hang_then_do(ms, effect).await,
            Fault::DoneThenHang { ms } => self.do_then_hang(ms, &effect).await,
            Fault::HangNotDone { ms } => self.hang(ms).await,
            Fault::ResetAfterDone => self.do_then(&effect, Cut::response()),
            Fault::Duplicate => self.do_twice(&effect),
            Fault::Late { after_ms, status } => self.do_late(after_ms, effect, status),
            Fault::TooManyRequests { retry_after } => self.limit_rate(retry_after).into_response(),
            Fault::WrongAdmin => self.wrong_admin().into_response(),
            Fault::Full => self.dialect.style().full(self.state.live_ids().len()).into_response(),
            Fault::BrokenJson => hostile::halve(&self.honest(&effect)),
            Fault::HugeBody { bytes } => hostile::behind_white_space(self, &self.honest(&effect), bytes),
            Fault::WrongTypes => hostile::change_types(self.honest(&effect)).into_response(),
            Fault::MissingField { field } => self.leave_out(&effect, field.as_deref()).into_response(),
            Fault::Redirect { to } => redirect(&to).into_response(),
            Fault::SlowDrip { every_ms, for_ms } => hostile::drip(self, &self.honest(&effect), every_ms, for_ms),
            Fault::ForeignNext => self.mislead(&effect, Next::Foreign).into_response(),
            Fault::LoopingNext => self.mislead(&effect, same_page(&effect)).into_response(),
            Fault::EchoAdmin => self.echo_admin().into_response(),
        }
    }

    fn do_then(&self, effect: &Effect, response: Response) -> Response {
        self.state.apply(effect);
        response
    }

    fn do_twice(&self, effect: &Effect) -> Response {
        let answer = self.honest(effect);
        self.do_then(effect, answer.into_response())
    }

    async fn hang(&self, ms: u64) -> Response {
        self.wait(ms).await;
        Cut::response()
    }

    async fn do_then_hang(&self, ms: u64, effect: &Effect) -> Response {
        let answer = self.honest(effect);
        self.wait(ms).await;
        answer.into_response()
    }

    /// Waits beside the request, so that the effect comes even if the caller hangs up.
    async fn hang_then_do(&self, ms: u64, effect: Effect) -> Response {
        let app = self.clone();
        let waiting = self.tasks.spawn(async move {
            let waited = app.wait(ms).await;
            (waited == Waited::Fully).then(|| app.honest(&effect))
        });
        match waiting.await {
            Ok(Some(answer)) => answer.into_response(),
            Ok(None) | Err(_) => Cut::response(),
        }
    }

    fn do_late(&self, ms: u64, effect: Effect, status: u16) -> Response {
        let app = self.clone();
        self.tasks.spawn(async move {
            if app.wait(ms).await == Waited::Fully {
                app.state.apply(&effect);
            }
        });
        self.error(status).into_response()
    }

    fn leave_out(&self, effect: &Effect, field: Option<&str>) -> Answer {
        let fields = self.dialect.style().fields();
        let usual = if effect.operation() == Operation::Create { fields.value } else { fields.id };
        hostile::drop_field(self.honest(effect), field.unwrap_or(usual))
    }

    /// A list whose link to the next page leads astray; any other call stays honest.
    fn mislead(&self, effect: &Effect, next: Next) -> Answer {
        let mut outcome = self.state.apply(effect);
        if let Outcome::Listed(page) = &mut outcome {
            page.next = next;
        }
        self.render(&outcome)
    }

    fn limit_rate(&self, retry_after: u64) -> Answer {
        let answer = self.refuse(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "slow down");
        answer.with_header(RETRY_AFTER, &retry_after.to_string())
    }

    fn echo_admin(&self) -> Answer {
        let words = format!("no upstream for {}", self.admin_token);
        self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal", &words)
    }

    fn error(&self, status: u16) -> Answer {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.refuse(status, "internal", "something broke")
    }
}

fn redirect(to: &str) -> Answer {
    Answer::empty(StatusCode::TEMPORARY_REDIRECT).with_header(LOCATION, to)
}

fn same_page(effect: &Effect) -> Next {
    if let Effect::List { after } = effect { Next::After(*after) } else { Next::End }
}
