//! Where the next page of a list is: a URL of the same origin, in the body or in a `Link` header (RFC 8288).

use reqwest::header::{HeaderMap, LINK};
use url::Url;

use crate::web::Base;

/// Returns the target of the first link with `rel="next"`.
pub(super) fn linked(headers: &HeaderMap) -> Result<Option<String>, String> {
    for header in headers.get_all(LINK) {
        let text = header.to_str().map_err(|_| "the Link header is not text".to_owned())?;
        for link in split(text, ',') {
            if let Some(target) = next(link) {
                return Ok(Some(target.to_owned()));
            }
        }
    }
    Ok(None)
}

/// Returns the URL of the next page, seen from `here`; it has to stay at the issuer.
pub(super) fn follow(base: &Base, here: &Url, next: &str) -> Result<Url, String> {
    let url = here.join(next).map_err(|_| "the next page is not a URL".to_owned())?;
    if base.holds(&url) { Ok(url) } else { Err("the next page is at another origin, and is not followed".to_owned()) }
}

/// Returns the target of a link, if it is the one to the next page.
fn next(link: &str) -> Option<&str> {
    let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
    let is_next = |parameter: &str| {
        let Some((name, value)) = parameter.split_once('=') else { return false };
        let relations = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("rel")
            && relations.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"))
    };
    split(parameters, ';').into_iter().any(is_next).then_some(target)
}

/// Splits at a separator outside `<…>` and `"…"`.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut angle, mut quoted, mut escaped) = (Vec::new(), 0, false, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !angle => quoted = !quoted,
            '<' if !quoted => angle = true,
            '>' if !quoted => angle = false,
            _ if c == separator && !angle && !quoted => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(LINK, text.parse().unwrap())]);
        linked(&headers).unwrap()
    }

    #[test]
    fn the_next_link_is_found_among_others() {
        for text in [
            r#"</n>; rel="next""#,
            r"</n>;rel=next",
            r#"</a>; rel="prev", </n>; title="a, b; rel=\"prev\""; rel="last next""#,
            r#"<https://a.example/x,y;z>; rel="first", </n>; REL=NEXT"#,
        ] {
            assert_eq!(link(text).as_deref(), Some("/n"), "{text}");
        }
        for text in [r#"</n>; rel="prev""#, "</n>", "garbage", "", r#"</n>; title="rel=next""#, "<unfinished; rel=next"]
        {
            assert_eq!(link(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_page_is_at_the_same_origin() {
        let base = Base::new("base", "https://a.example/api").unwrap();
        let here = Url::parse("https://a.example/api/keys?p=1").unwrap();
        let follow = |next| follow(&base, &here, next).map(String::from);
        assert_eq!(follow("?p=2").unwrap(), "https://a.example/api/keys?p=2");
        assert_eq!(follow("/api/keys?p=2").unwrap(), "https://a.example/api/keys?p=2");
        assert_eq!(follow("https://a.example/x").unwrap(), "https://a.example/x");
        for next in [
            "https://b.example/",
            "http://a.example/",
            "//b.example/",
            "https://u:p@a.example/",
            "https://a.example:444/",
            "data:x",
        ] {
            assert!(follow(next).is_err(), "{next}");
        }
    }
}
