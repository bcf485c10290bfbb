//! A page with a generated section: everything between two markers is replaced, the rest is a person's.

use anyhow::{Context, Result};

/// The page with `body` between the markers of `section`.
pub(crate) fn replace(page: &str, section: &str, body: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {section}: begin -->"), format!("<!-- {section}: end -->"));
    let (before, rest) = page.split_once(&begin).with_context(|| format!("the page has no line {begin}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the page has no line {end}"))?;
    Ok(format!("{before}{begin}\n\n{}\n\n{end}{after}", body.trim()))
}

/// The page with the markers of a section at its end, where it has none yet.
pub(crate) fn with_room(page: String, section: &str) -> String {
    let begin = format!("<!-- {section}: begin -->");
    if page.contains(&begin) { page } else { format!("{page}\n{begin}\n<!-- {section}: end -->\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let page = "# A\n\n<!-- t: begin -->\nold\n<!-- t: end -->\n\nmore\n";
        let after = replace(page, "t", "new\n").unwrap();
        assert_eq!(after, "# A\n\n<!-- t: begin -->\n\nnew\n\n<!-- t: end -->\n\nmore\n");
        assert_eq!(replace(&after, "t", "new").unwrap(), after);
        assert!(replace(page, "other", "new").is_err());
    }

    #[test]
    fn a_page_without_a_section_gets_one_at_its_end() {
        let page = with_room("# A\n".to_owned(), "t");
        assert_eq!(replace(&page, "t", "new").unwrap(), "# A\n\n<!-- t: begin -->\n\nnew\n\n<!-- t: end -->\n");
        assert_eq!(with_room(page.clone(), "t"), page);
    }
}
