//! Rows of tables, by the gaps that stand above each other.
//!
//! A row is a paragraph, as in other formats. Words of justified text are apart, too, but not in the same
//! places of three lines; and where the document prints its spaces, a gap without one is between two cells.

use super::collector::WIDE_SPACE;
use super::layout::{Line, is_below};

/// Sizes and distances below are multiples of the font size.
/// Edges or middles of cells above each other differ by less.
const SAME_EDGE: f64 = 0.3;
/// Rows further below each other are of different tables, and sizes that differ by more.
const MAX_LEADING: f64 = 3.0;
const SAME_SIZE: f64 = 0.12;
/// Minimum rows of a table, and of one whose gaps have no spaces.
const MIN_ROWS: usize = 3;
const MIN_SURE_ROWS: usize = 2;
/// A line of more gaps is no row.
const MAX_GAPS: usize = 30;

/// A gap in a line that may be between two cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    pub from: f64,
    pub to: f64,
    /// Whether a space was printed in it.
    pub has_space: bool,
}

/// For each line whether it is a row of a table.
pub(super) fn rows(lines: &[Line], prints_spaces: bool) -> Vec<bool> {
    let cells: Vec<Vec<Cell>> = lines
        .iter()
        .map(|line| cells(line, prints_spaces))
        .collect();
    let cells_of = |at: usize| cells.get(at).map(Vec::as_slice).unwrap_or_default();
    let mut rows = vec![false; lines.len()];
    let mut start = 0;
    while start < lines.len() {
        let is_next = |at: usize| match (lines.get(at), lines.get(at + 1)) {
            (Some(row), Some(next)) => {
                row.has_row_below(next)
                    && are_aligned(cells_of(at), cells_of(at + 1), row.size())
                    && !row.is_running_into(next, cells_of(at))
            }
            _ => false,
        };
        let mut end = start + 1;
        while is_next(end - 1) {
            end += 1;
        }
        let is_sure = (start..end)
            .flat_map(cells_of)
            .all(|cell| !(prints_spaces && cell.has_space_before));
        let min_rows = if is_sure && prints_spaces {
            MIN_SURE_ROWS
        } else {
            MIN_ROWS
        };
        if end - start >= min_rows {
            // The heads of columns may be aligned otherwise.
            let has_head = start.checked_sub(1).is_some_and(|head| {
                cells_of(head).len() == cells_of(start).len()
                    && matches!((lines.get(head), lines.get(start)), (Some(head), Some(row)) if head.has_row_below(row))
            });
            if let Some(rows) = rows.get_mut(start - usize::from(has_head)..end) {
                rows.fill(true);
            }
        }
        start = end;
    }
    rows
}

/// What is between two gaps of a line.
#[derive(Debug, Clone, Copy)]
struct Cell {
    left: f64,
    right: f64,
    has_space_before: bool,
}

/// The cells that a line has, if it is a row; none if it is not.
fn cells(line: &Line, prints_spaces: bool) -> Vec<Cell> {
    let is_wide = |gap: &&Gap| gap.to - gap.from > WIDE_SPACE * line.size();
    let gaps: Vec<Gap> = line
        .gaps
        .iter()
        .filter(|gap| prints_spaces && !gap.has_space || is_wide(gap))
        .copied()
        .take(MAX_GAPS + 1)
        .collect();
    if gaps.is_empty() || gaps.len() > MAX_GAPS {
        return Vec::new();
    }
    let lefts = [(line.left, false)]
        .into_iter()
        .chain(gaps.iter().map(|gap| (gap.to, gap.has_space)));
    let rights = gaps.iter().map(|gap| gap.from).chain([line.ink]);
    lefts
        .zip(rights)
        .map(|((left, has_space_before), right)| Cell {
            left,
            right,
            has_space_before,
        })
        .collect()
}

/// Whether each cell of the row that has fewer of them, but for the first, is in a column of the other.
fn are_aligned(row: &[Cell], next: &[Cell], size: f64) -> bool {
    let (few, many) = if row.len() <= next.len() {
        (row, next)
    } else {
        (next, row)
    };
    let is_near = |one: f64, other: f64| (one - other).abs() < SAME_EDGE * size;
    few.len() > 1
        && few.iter().skip(1).all(|cell| {
            many.iter().skip(1).any(|other| {
                // The words of justified lines end at the same place.
                let has_space = cell.has_space_before || other.has_space_before;
                is_near(cell.left, other.left)
                    || !has_space && is_near(cell.right, other.right)
                    || !has_space
                        && is_near(
                            f64::midpoint(cell.left, cell.right),
                            f64::midpoint(other.left, other.right),
                        )
            })
        })
}

impl Line {
    /// Whether `next` is more likely to be the next line of a text, justified or not.
    fn is_running_into(&self, next: &Self, cells: &[Cell]) -> bool {
        let has_space = cells.iter().any(|cell| cell.has_space_before);
        let ends_with = (self.ink - next.ink).abs() < SAME_EDGE * self.size();
        has_space && ends_with || next.text.trim_start().starts_with(char::is_lowercase)
    }

    /// Whether `next` may be the row below.
    fn has_row_below(&self, next: &Self) -> bool {
        let size = self.size();
        is_below(self, next)
            && self.y - next.y < MAX_LEADING * size
            && (size - next.size()).abs() < SAME_SIZE * size
    }
}
