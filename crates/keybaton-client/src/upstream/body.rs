//! Bodies, read with a bound and wiped.

use reqwest::Response;
use zeroize::Zeroizing;

use super::{Trouble, chain};

/// The longest body: a value of 64 KiB whose every byte is escaped, and room.
const LONGEST: usize = 512 * 1024;

/// Reads a body into one buffer that never grows, so that no reallocation leaves a copy behind.
pub(super) async fn read(mut answer: Response) -> Result<Zeroizing<Vec<u8>>, Trouble> {
    let too_long = || Trouble::Malformed("its answer is far too long".to_owned());
    let stated = answer.content_length().map_or(LONGEST, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if stated > LONGEST {
        return Err(too_long());
    }
    let mut body = Zeroizing::new(Vec::with_capacity(stated));
    while let Some(chunk) = answer.chunk().await.map_err(|error| Trouble::Down(chain(&error.without_url())))? {
        if body.len() + chunk.len() > stated {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
