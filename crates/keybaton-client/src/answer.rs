//! What the answer of a far service says of the credential that it was asked with.

/// What an answer says of the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It was let in.
    Accepted,
    /// It was refused as unknown or wrong (401).
    Unauthorized,
    /// It was refused as not allowed (403).
    Forbidden,
    /// Nothing: the service was busy, broken, or not reached, or complains of something else.
    Nothing,
}

impl Said {
    /// What a status code of HTTP says: 2xx and 3xx let in, 401 and 403 refuse, everything else says nothing. 404 and 422
    /// say nothing either: some services answer so to whom they do not know.
    pub fn by_status(status: u16) -> Self {
        match status {
            200..=399 => Self::Accepted,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            _ => Self::Nothing,
        }
    }

    /// Whether the credential was refused.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Unauthorized | Self::Forbidden)
    }
}

/// An answer that tells by itself whether the credential was let in.
pub trait Answer {
    /// What it says of the credential.
    fn said(&self) -> Said;
}

impl Answer for Said {
    fn said(&self) -> Said {
        *self
    }
}

impl Answer for u16 {
    fn said(&self) -> Said {
        Said::by_status(*self)
    }
}

impl Answer for http::StatusCode {
    fn said(&self) -> Said {
        Said::by_status(self.as_u16())
    }
}

impl<B> Answer for http::Response<B> {
    fn said(&self) -> Said {
        self.status().said()
    }
}

impl Answer for reqwest::Response {
    fn said(&self) -> Said {
        self.status().said()
    }
}

impl Answer for reqwest::Error {
    fn said(&self) -> Said {
        self.status().map_or(Said::Nothing, |status| status.said())
    }
}

impl<T: Answer, E: Answer> Answer for Result<T, E> {
    fn said(&self) -> Said {
        match self {
            Ok(answer) => answer.said(),
            Err(error) => error.said(),
        }
    }
}

impl<A: Answer, T> Answer for (A, T) {
    fn said(&self) -> Said {
        self.0.said()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_lets_in_and_only_401_and_403_refuse() {
        let said = |status: u16| Said::by_status(status);
        assert_eq!([200, 204, 302].map(said), [Said::Accepted; 3]);
        assert_eq!((said(401), said(403)), (Said::Unauthorized, Said::Forbidden));
        assert_eq!([400, 404, 408, 422, 429, 500, 503].map(said), [Said::Nothing; 7]);
    }
}
