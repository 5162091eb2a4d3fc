//! Columns that are drawn row by row across the page.
//!
//! Some programs draw the first line of every column, then the second one of each, and so on. Lines are
//! parted at wide gaps when they are collected; where the gaps of several rows lie above each other and
//! what is on their sides is running text, the sides are columns, and each is read to its end. Any other
//! gap was one inside of a line.

use super::collector::{COLUMN_GAP, GAP_MARK, WIDE_SPACE};
use super::layout::Line;
use super::tables::Gap;
use crate::article::paragraphs::ends_sentence;

/// Sizes and distances below are multiples of the font size.
/// Two columns are this far from each other at least.
const MIN_GUTTER: f64 = 0.5;
/// Lines further below each other are of different parts of the page.
const MAX_LEADING: f64 = 3.0;
/// Lines of a row differ in height by less.
const SAME_ROW: f64 = 0.4;
/// Lines of neighbouring columns, whose heights may not be the same, differ by less.
const SAME_HEIGHT: f64 = 1.2;
/// How often the drawing returns to the left column, at least, until which of its lines; and where the
/// gutter is so narrow that it may be of wide spaces below each other.
const MIN_RETURNS: usize = 2;
const RETURNS_UNTIL: usize = 16;
const WIDE_GUTTER: f64 = 1.3;
const MIN_NARROW_RETURNS: usize = 5;
/// Columns of fewer characters a line, on average, are those of a table.
const MIN_CHARACTERS: usize = 12;
/// The share of a column's lines that go on in the next one, at least.
const MIN_RUNNING: f64 = 0.4;
/// The share of a column's lines that begin at its edge, at least, and how near they do.
const MIN_ALIGNED: f64 = 0.6;
const SAME_EDGE: f64 = 0.2;
/// Columns beside each other.
const MAX_COLUMNS: usize = 8;

/// Puts columns that are drawn row by row one after the other, and joins the parts of all other lines.
pub(super) fn settle(lines: Vec<Line>) -> Vec<Line> {
    let mut parts = columns_apart(lines, MAX_COLUMNS).into_iter();
    let mut lines: Vec<Line> = Vec::with_capacity(parts.len());
    for part in &mut parts {
        match lines.last_mut() {
            Some(line) if part.is_part && line.is_beside(&part) => line.append(&part),
            _ => lines.push(part),
        }
    }
    lines
}

/// The lines with each run of rows that are columns put in the order of the columns, of which there are
/// at most `count`.
fn columns_apart(lines: Vec<Line>, count: usize) -> Vec<Line> {
    if count < 2 {
        return lines;
    }
    let mut ordered = Vec::with_capacity(lines.len());
    let mut rest = lines.as_slice();
    while let [first, after @ ..] = rest {
        // The column on the right may begin higher, and so be drawn first.
        let second = after.first();
        let rows = second.and_then(|second| {
            if first.may_have_beside(second) {
                Some(Rows::of(rest, first, second))
            } else if second.may_have_beside(first) {
                Some(Rows::of(rest, second, first))
            } else {
                None
            }
        });
        let scanned = rows.as_ref().map_or(1, |rows| rows.lines);
        let taken = match rows.filter(Rows::are_columns) {
            Some(rows) => {
                ordered.extend(columns_apart(rows.left, count - 1));
                ordered.extend(columns_apart(rows.right, count - 1));
                scanned
            }
            None => {
                // Few lines are looked at again, so that the work stays in proportion to them.
                let passed = if scanned > RETURNS_UNTIL { scanned } else { 1 };
                ordered.extend(rest.iter().take(passed).cloned());
                passed
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    ordered
}

/// Lines on both sides of a gutter, each side from above.
struct Rows {
    left: Vec<Line>,
    right: Vec<Line>,
    lines: usize,
    /// How often the drawing returns to the left side, and how often it has to in columns.
    returns: usize,
    min_returns: usize,
}

impl Rows {
    /// The rows that the first two lines begin, of which one is left of the other.
    fn of(lines: &[Line], left: &Line, right: &Line) -> Self {
        let size = left.size();
        // The gutter, which every line of the rows narrows.
        let (mut from, mut to) = (left.ink, right.left);
        let mut rows = Self {
            left: Vec::new(),
            right: Vec::new(),
            lines: 0,
            returns: 0,
            min_returns: MIN_RETURNS,
        };
        let mut was_right = false;
        let mut y = left.y.max(right.y);
        for line in lines {
            let is_near = line.page == left.page
                && line.turn == left.turn
                && line.y - y < SAME_HEIGHT * size
                && y - line.y < MAX_LEADING * size;
            let is_right = line.left >= from + MIN_GUTTER * size;
            let is_left = line.ink <= to - MIN_GUTTER * size;
            let is_too_late = rows.lines == RETURNS_UNTIL && rows.returns < MIN_RETURNS;
            if !is_near || !is_right && !is_left || is_too_late {
                break;
            }
            rows.returns += usize::from(was_right && !is_right);
            if is_right {
                to = to.min(line.left);
                rows.right.push(line.clone());
            } else {
                from = from.max(line.ink);
                rows.left.push(line.clone());
            }
            (was_right, y) = (is_right, line.y);
            rows.lines += 1;
        }
        if to - from < WIDE_GUTTER * size {
            rows.min_returns = MIN_NARROW_RETURNS;
        }
        rows
    }

    fn are_columns(&self) -> bool {
        let (left, right) = (firsts(&self.left), firsts(&self.right));
        // Wide spaces of justified text can be below each other, too, but what follows them is not aligned.
        self.returns >= self.min_returns
            && is_aligned(&right)
            && is_running_text(&left)
            && is_running_text(&right)
    }
}

/// The lines of a column without those beside them, which may be of further columns.
fn firsts(column: &[Line]) -> Vec<&Line> {
    let before = [None].into_iter().chain(column.iter().map(Some));
    let pairs = column.iter().zip(before);
    let firsts = pairs.filter(|(line, before)| before.is_none_or(|before| !before.is_beside(line)));
    firsts.map(|(line, _)| line).collect()
}

/// Whether most lines of a column begin at its left edge.
fn is_aligned(column: &[&Line]) -> bool {
    let edge = column.iter().map(|line| line.left).fold(f64::MAX, f64::min);
    let at_edge = column
        .iter()
        .filter(|line| line.left - edge < SAME_EDGE * line.size());
    at_edge.count() as f64 >= column.len() as f64 * MIN_ALIGNED
}

/// Whether a column's lines are long enough and go on in each other.
fn is_running_text(column: &[&Line]) -> bool {
    let characters: usize = column.iter().map(|line| line.text.chars().count()).sum();
    let begins_low = |line: &Line| line.text.trim_start().starts_with(char::is_lowercase);
    let is_below = |pair: &&[&Line]| match pair {
        [line, next] => line.y - next.y > SAME_ROW * line.size(),
        _ => false,
    };
    let pairs = column.windows(2).filter(is_below);
    let (mut running, mut all) = (0, 0);
    for pair in pairs {
        if let [line, next] = pair {
            all += 1;
            let is_divided = line.text.trim_end().ends_with(['-', '\u{AD}']);
            running += usize::from(is_divided || begins_low(next) && !ends_sentence(&line.text));
        }
    }
    characters >= MIN_CHARACTERS * column.len() && running as f64 >= all as f64 * MIN_RUNNING
}

impl Line {
    /// Whether `next` may be the first line of another column.
    fn may_have_beside(&self, next: &Self) -> bool {
        let size = self.size();
        self.page == next.page
            && self.turn == next.turn
            && next.left - self.ink > COLUMN_GAP * size
            && (self.y - next.y).abs() < SAME_HEIGHT * size
    }

    /// Whether `next` goes on in the same row.
    fn is_beside(&self, next: &Self) -> bool {
        self.page == next.page
            && self.turn == next.turn
            && (self.y - next.y).abs() <= SAME_ROW * self.size().max(next.size())
            && next.left >= self.ink
    }

    /// Adds what follows in the same row.
    fn append(&mut self, part: &Self) {
        self.gaps.push(Gap {
            from: self.ink,
            to: part.left,
            has_space: self.text.ends_with(' '),
        });
        self.gaps.extend_from_slice(&part.gaps);
        if !self.text.ends_with([' ', GAP_MARK]) {
            let is_wide = part.left - self.right > WIDE_SPACE * part.size()
                || self.ends_cell_before(&part.text);
            self.text.push(if is_wide { ' ' } else { GAP_MARK });
        }
        self.text.push_str(&part.text);
        self.right = self.right.max(part.right);
        self.ink = self.ink.max(part.ink);
        self.last = part.last;
        self.sizes += part.sizes;
        self.letters += part.letters;
        self.tight += part.tight;
    }
}
