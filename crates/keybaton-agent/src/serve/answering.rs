//! An answer that is there at once, or one that is waited for. Most are there, and cost no future of their own.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::answer::Answer;

/// An answer, now or later.
pub(super) enum Answering<'a> {
    /// It is there, until it is taken.
    Now(Option<Answer>),
    /// It is being made.
    Later(Pin<Box<dyn Future<Output = Answer> + Send + 'a>>),
}

impl Answering<'_> {
    pub(super) fn now(answer: Answer) -> Self {
        Self::Now(Some(answer))
    }
}

impl Future for Answering<'_> {
    type Output = Result<Answer, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Now(answer) => answer.take().map_or(Poll::Pending, |answer| Poll::Ready(Ok(answer))),
            Self::Later(answer) => answer.as_mut().poll(context).map(Ok),
        }
    }
}
