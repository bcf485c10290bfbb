//! An answer of the query protocol: a page of XML, read by the names of its elements.

use keybaton_ports::{Called, Fault};
use roxmltree::{Document, Node};

use crate::web::outcome;

/// An answer in XML.
pub(super) struct Page<'a> {
    line: &'a str,
    document: Document<'a>,
}

/// An element of it.
#[derive(Clone, Copy)]
pub(super) struct Part<'a>(Node<'a, 'a>);

impl<'a> Page<'a> {
    pub(super) fn read(line: &'a str, body: &'a [u8]) -> Called<Self> {
        // What the parser says of broken XML may repeat a piece of it.
        let document = str::from_utf8(body).ok().and_then(|text| Document::parse(text).ok());
        document.map(|document| Self { line, document }).ok_or_else(|| unclear(line, "the answer is no XML"))
    }

    /// Every element of a name.
    pub(super) fn all(&'a self, name: &'a str) -> impl Iterator<Item = Part<'a>> {
        self.document.descendants().filter(move |node| node.tag_name().name() == name).map(Part)
    }

    /// The text of the first element of a name.
    pub(super) fn text(&'a self, name: &'a str) -> Called<&'a str> {
        let found = self.all(name).next().and_then(|part| part.0.text());
        found.ok_or_else(|| unclear(self.line, format!("the answer has no {name}")))
    }

    /// Checks that it is the whole list, and not its first page.
    pub(super) fn is_whole(&'a self) -> Called<()> {
        let more = self.all("IsTruncated").any(|part| part.0.text() == Some("true"));
        if more { Err(unclear(self.line, "the list has more entries than any user has")) } else { Ok(()) }
    }

    pub(super) fn unclear(&self, what: impl std::fmt::Display) -> Fault {
        unclear(self.line, what)
    }
}

impl<'a> Part<'a> {
    /// The text of an element inside.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.0.children().find(|node| node.tag_name().name() == name)?.text()
    }
}

fn unclear(line: &str, what: impl std::fmt::Display) -> Fault {
    outcome::of_answer(line, what)
}

#[cfg(test)]
mod tests {
    use keybaton_ports::Certainty;

    use super::*;

    #[test]
    fn an_answer_is_read_by_names_in_any_namespace() {
        let body =
            b"<R xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><L><member><K>a/b+c</K><S>&lt;x</S></member>\
                     <member><K>d</K></member></L><IsTruncated>false</IsTruncated></R>";
        let page = Page::read("iam:List", body).unwrap();
        let members: Vec<_> = page.all("member").map(|part| (part.text("K"), part.text("S"))).collect();
        assert_eq!(members, [(Some("a/b+c"), Some("<x")), (Some("d"), None)]);
        assert_eq!(page.text("K").unwrap(), "a/b+c");
        assert!(page.is_whole().is_ok());
        assert_eq!(page.text("Z").unwrap_err().certainty, Certainty::Unknown);
    }

    #[test]
    fn half_a_list_and_what_is_no_xml_are_faults() {
        let half = Page::read("iam:List", b"<R><IsTruncated>true</IsTruncated></R>").unwrap();
        assert!(half.is_whole().is_err());
        let bomb = b"<!DOCTYPE x [<!ENTITY a \"aaaa\">]><R>&a;</R>";
        for body in [&b"{}"[..], b"", b"\xff", bomb] {
            let Err(fault) = Page::read("iam:List", body) else { panic!("it was read") };
            assert_eq!(fault.to_string(), "iam:List: the answer is no XML");
        }
    }
}
