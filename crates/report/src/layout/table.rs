//! Tables: columns as wide as their widest cells where the page has room for them.

use super::{Line, Page, width, wrap};
use crate::escape::shown;
use crate::style::Meaning;

/// A cell of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    meaning: Meaning,
    text: String,
    right: bool,
    across: bool,
}

impl Cell {
    /// A cell whose text starts at the left.
    pub(crate) fn new(meaning: Meaning, text: impl Into<String>) -> Self {
        Self {
            meaning,
            text: shown(&text.into()).into_owned(),
            right: false,
            across: false,
        }
    }

    /// A cell without a meaning of its own.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::new(Meaning::Plain, text)
    }

    /// A last cell that goes on over the columns behind its own, which it does not make wider.
    pub(crate) fn across(meaning: Meaning, text: impl Into<String>) -> Self {
        Self {
            across: true,
            ..Self::new(meaning, text)
        }
    }

    /// The same with its text at the right.
    pub(crate) fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

/// Writes rows with two spaces between columns; cells that do not fit are wrapped, never cut.
pub(crate) fn table(page: &mut Page, indent: usize, rows: &[Vec<Cell>]) {
    let room = page.width().saturating_sub(indent);
    let widths = column_widths(rows, room);
    for row in rows {
        let mut column = 0;
        let mut cells: Vec<Vec<String>> = Vec::new();
        for (cell, width) in row.iter().zip(&widths) {
            let width = if cell.across {
                room.saturating_sub(column)
            } else {
                *width
            };
            cells.push(wrap(&cell.text, width));
            column += width + 2;
        }
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        for at in 0..height {
            page.line(&table_line(indent, row, &cells, &widths, at));
        }
    }
}

fn table_line(indent: usize, row: &[Cell], cells: &[Vec<String>], widths: &[usize], at: usize) -> Line {
    let mut line = Line::new().to(indent);
    let mut column = indent;
    for ((cell, lines), room) in row.iter().zip(cells).zip(widths) {
        let part = lines.get(at).map_or("", String::as_str);
        let start = if cell.right {
            column + room.saturating_sub(width(part))
        } else {
            column
        };
        line = line.to(start).put(cell.meaning, part);
        column += room + 2;
    }
    line
}

/// Columns that rows take when no cell is wrapped.
pub(crate) fn natural_width(rows: &[Vec<Cell>]) -> usize {
    let widths = widest_cells(rows);
    widths.iter().sum::<usize>() + widths.len().saturating_sub(1) * 2
}

fn widest_cells(rows: &[Vec<Cell>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; columns];
    for row in rows {
        let cells = widths.iter_mut().zip(row);
        for (slot, cell) in cells.filter(|(_, cell)| !cell.across) {
            *slot = (*slot).max(width(&cell.text));
        }
    }
    widths
}

/// As wide as the widest cell; while all together are too wide, the widest column gives way.
fn column_widths(rows: &[Vec<Cell>], room: usize) -> Vec<usize> {
    let mut widths = widest_cells(rows);
    let columns = widths.len();
    let room = room.saturating_sub(columns.saturating_sub(1) * 2).max(columns);
    let mut total: usize = widths.iter().sum();
    while total > room {
        let Some((at, widest)) = widths.iter().copied().enumerate().max_by_key(|(_, width)| *width) else {
            break;
        };
        let others = widths.iter().enumerate().filter(|(other, _)| *other != at);
        let second = others.map(|(_, width)| *width).max().unwrap_or(0);
        // Columns that are equally wide give way in turns.
        let cut = (total - room).min(widest.saturating_sub(second).max(1));
        if let Some(width) = widths.get_mut(at) {
            *width = widest.saturating_sub(cut);
        }
        total -= cut;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_display_width_and_not_by_characters() {
        let mut page = Page::new(98);
        let row = |name: &str, n: &str| vec![Cell::text(name), Cell::text(n).right(), Cell::text("x")];
        table(&mut page, 2, &[row("支払い", "9"), row("dev", "1234")]);
        assert_eq!(page.finish(), "  支払い     9  x\n  dev     1234  x\n");
    }

    #[test]
    fn a_table_that_is_too_wide_wraps_its_widest_column() {
        let mut page = Page::new(60);
        let long = "word ".repeat(20);
        table(
            &mut page,
            0,
            &[vec![Cell::text("name"), Cell::text(long.trim_end())]],
        );
        let text = page.finish();
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");
        assert_eq!(text.matches("word").count(), 20);
    }

    #[test]
    fn columns_that_are_equally_wide_give_way_together() {
        let words = || Cell::text("word ".repeat(8).trim_end().to_owned());
        let widths = column_widths(&[vec![Cell::text("1"), words(), words()]], 60);
        assert_eq!(widths, [1, 28, 27]);
    }

    #[test]
    fn a_cell_across_columns_does_not_make_its_own_wider() {
        let mut page = Page::new(60);
        let rows = [
            vec![Cell::text("1"), Cell::text("ab"), Cell::text("c")],
            vec![
                Cell::text(""),
                Cell::across(Meaning::Plain, "a long remark".repeat(5)),
            ],
        ];
        table(&mut page, 0, &rows);
        let text = page.finish();
        assert!(text.starts_with("1  ab  c\n   a long remarka long"), "{text}");
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");
    }
}
