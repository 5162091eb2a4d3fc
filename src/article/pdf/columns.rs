//! The bounds of the column that each line is in.
//!
//! Neighbouring lines, each below the one before, are a column, but for a line that reaches over the gutter
//! that the others leave free: a heading or a lead over two columns says nothing of how wide they are.

use std::collections::HashMap;

use super::layout::{Line, is_below};

/// Sizes of lines that are compared differ by about this factor at most.
const SIZE_STEP: f64 = 1.05;
/// A line that begins further left than its column is of another one, by this many font sizes.
const OUTDENT: f64 = 4.0;
/// Heights within one step of this many points are beside each other.
const HEIGHT_STEP: f64 = 10.0;

/// The edges of a column's lines that have about one size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub left: f64,
    pub right: f64,
    /// How many lines show them.
    pub lines: usize,
}

/// For each line the bounds of its column.
pub(super) fn columns(lines: &[Line]) -> Vec<Column> {
    let beside = Beside::of(lines);
    let mut columns = Vec::with_capacity(lines.len());
    let mut start = 0;
    // The gutter that the column's lines leave free, how far they reach, and where they begin.
    let (mut gutter, mut reach, mut left) = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY);
    let mut before: Option<&Line> = None;
    for (at, line) in lines.iter().enumerate() {
        let next_beside = beside.right_of(line);
        let goes_on = before.is_some_and(|before| is_below(before, line));
        let is_left = left.is_finite() && line.left < left - OUTDENT * line.size();
        if !goes_on || is_left || line.ink > gutter || reach > next_beside {
            columns.extend(bounds(lines.get(start..at).unwrap_or_default()));
            start = at;
            (gutter, reach, left) = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY);
        }
        gutter = gutter.min(next_beside);
        reach = reach.max(line.ink);
        left = left.min(line.left);
        before = Some(line);
    }
    columns.extend(bounds(lines.get(start..).unwrap_or_default()));
    columns
}

/// For each line of one column the edges of those that have its size.
fn bounds(column: &[Line]) -> Vec<Column> {
    let mut by_size: HashMap<i64, Column> = HashMap::new();
    for line in column {
        let edges = by_size.entry(size_class(line)).or_insert(Column {
            left: line.left,
            right: line.right,
            lines: 0,
        });
        edges.lines += 1;
        edges.left = edges.left.min(line.left);
        edges.right = edges.right.max(line.right);
    }
    let of = |line: &Line| {
        let class = size_class(line);
        let edges = (class.saturating_sub(1)..=class.saturating_add(1))
            .filter_map(|class| by_size.get(&class));
        let own = Column {
            left: line.left,
            right: line.right,
            lines: 0,
        };
        edges.fold(own, |one, other| Column {
            left: one.left.min(other.left),
            right: one.right.max(other.right),
            lines: one.lines + other.lines,
        })
    };
    column.iter().map(of).collect()
}

fn size_class(line: &Line) -> i64 {
    (line.size().ln() / SIZE_STEP.ln()).round() as i64
}

/// Where the lines of a page begin, by their height.
struct Beside {
    lefts: HashMap<(u32, i16, i64), Vec<f64>>,
}

impl Beside {
    fn of(lines: &[Line]) -> Self {
        let mut lefts: HashMap<_, Vec<f64>> = HashMap::new();
        for line in lines {
            lefts
                .entry((line.page, line.turn, height(line)))
                .or_default()
                .push(line.left);
        }
        for lefts in lefts.values_mut() {
            lefts.sort_by(f64::total_cmp);
        }
        Self { lefts }
    }

    /// Where the next text beside a line begins.
    fn right_of(&self, line: &Line) -> f64 {
        let height = height(line);
        let next = |height: i64| {
            let lefts = self.lefts.get(&(line.page, line.turn, height))?;
            let after = lefts.partition_point(|&left| left <= line.ink);
            lefts.get(after).copied()
        };
        (height.saturating_sub(1)..=height.saturating_add(1))
            .filter_map(next)
            .fold(f64::INFINITY, f64::min)
    }
}

fn height(line: &Line) -> i64 {
    (line.y / HEIGHT_STEP).floor() as i64
}
