//! Tables whose last column is a text: it is broken between words where the terminal is narrower.

use super::{hanging, table, width};
use crate::cli::help::wrapped;

/// The last column is broken while this much is left for it; below that each row becomes a block.
const LEAST: usize = 24;

/// Lays out rows under a head. Without a terminal, and without `COLUMNS`, a row stays one line.
pub(crate) fn fitted(head: &[&str], rows: &[Vec<String>]) -> String {
    laid(head, rows, width().unwrap_or(usize::MAX))
}

fn laid(head: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let whole = table(head, rows);
    if whole.lines().all(|line| line.chars().count() <= width) {
        return whole;
    }
    let before = head.len().saturating_sub(1);
    let taken: usize = (0..before).map(|column| widest(head, rows, column) + 2).sum();
    let room = width.saturating_sub(taken);
    if room < LEAST {
        return rows.iter().map(|row| block(head, row, width)).collect::<Vec<_>>().join("\n");
    }
    let broken: Vec<Vec<String>> = rows.iter().flat_map(|row| broken(row, room)).collect();
    table(head, &broken)
}

/// The width of a column's widest cell.
fn widest(head: &[&str], rows: &[Vec<String>], column: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
    cells.chain(head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
}

/// A row, with what is left of its last cell in rows of their own.
fn broken(row: &[String], room: usize) -> Vec<Vec<String>> {
    let Some((last, before)) = row.split_last() else { return Vec::new() };
    let with = |(no, line): (usize, String)| {
        let cells = before.iter().map(|cell| if no == 0 { cell.clone() } else { String::new() });
        cells.chain(std::iter::once(line)).collect()
    };
    wrapped(last, room).into_iter().enumerate().map(with).collect()
}

/// A row in a few lines: its name, then what the other columns say.
fn block(head: &[&str], row: &[String], width: usize) -> String {
    let Some((name, rest)) = row.split_first() else { return String::new() };
    let cells = head.iter().skip(1).zip(rest).map(|(head, cell)| format!("  {}: {cell}", head.to_lowercase()));
    let lines = std::iter::once(name.clone()).chain(cells);
    lines.flat_map(|line| hanging(&line, width)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: [&str; 2] = ["NAME", "WHAT IT IS"];

    fn rows() -> Vec<Vec<String>> {
        vec![vec!["http".to_owned(), "any service with an API that speaks JSON".to_owned()]]
    }

    #[test]
    fn a_row_is_a_line_where_there_is_room() {
        let wide = "NAME  WHAT IT IS\nhttp  any service with an API that speaks JSON";
        assert_eq!(laid(&HEAD, &rows(), 46), wide);
    }

    #[test]
    fn the_last_column_is_broken_below_its_head() {
        let narrow = "NAME  WHAT IT IS\nhttp  any service with an API\n      that speaks JSON";
        assert_eq!(laid(&HEAD, &rows(), 32), narrow);
    }

    #[test]
    fn a_row_that_has_no_room_becomes_a_block() {
        let block = "http\n  what it is: any service\n    with an API that speaks\n    JSON";
        assert_eq!(laid(&HEAD, &rows(), 28), block);
    }
}
