//! Several files as one: every table may stand anywhere, and nothing may be said twice.

use crate::node::{Located, Node, Value};
use crate::problem::Problem;

/// Joins the trees of all files, the main one first.
///
/// `version` may stand in each of them, because it is about the file and not about what it configures.
pub(crate) fn merged(trees: Vec<Node>, text: &str) -> Result<Node, Box<Problem>> {
    let mut trees = trees.into_iter();
    let Some(mut root) = trees.next() else { return Err(Box::new(Problem::new(0..0, "there is no file"))) };
    for tree in trees {
        let (rest, version) = tree.without("version");
        same_version(&root, version.as_ref())?;
        add(&mut root, rest, text, "")?;
    }
    Ok(root)
}

fn same_version(root: &Node, version: Option<&(Located<String>, Node)>) -> Result<(), Box<Problem>> {
    let Some((_, version)) = version else { return Ok(()) };
    match (root.entry("version"), &version.value) {
        (Some((_, Node { value: Value::Integer(first), .. })), Value::Integer(second)) if first == second => Ok(()),
        (Some((key, _)), _) => {
            let problem = Problem::new(version.span.clone(), "`version` is not that of the main file");
            Err(Box::new(problem.beside(key.span.clone(), "that of the main file").hinted("leave it out here")))
        }
        // The main file without one is refused in the words for that.
        (None, _) => Ok(()),
    }
}

/// Adds what `more` says to `table`; both are tables.
fn add(table: &mut Node, more: Node, text: &str, path: &str) -> Result<(), Box<Problem>> {
    let (Value::Table(entries), Value::Table(additions)) = (&mut table.value, more.value) else { return Ok(()) };
    for (key, node) in additions {
        let path = if path.is_empty() { key.value.clone() } else { format!("{path}.{}", key.value) };
        match entries.iter_mut().find(|(known, _)| known.value == key.value) {
            None => entries.push((key, node)),
            Some((_, known)) if is_open(known, text) && is_open(&node, text) => add(known, node, text, &path)?,
            Some((first, _)) => {
                let message = format!("`{}` stands in two files", path.escape_debug());
                let problem = Problem::new(key.span, message).beside(first.span.clone(), "first here");
                return Err(Box::new(problem.hinted("remove one of them: no file wins over another")));
            }
        }
    }
    Ok(())
}

/// A table that is written with a header can be continued in another file; one in braces is complete.
fn is_open(node: &Node, text: &str) -> bool {
    matches!(node.value, Value::Table(_)) && text.as_bytes().get(node.span.start) != Some(&b'{')
}
