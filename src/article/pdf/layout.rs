//! From letters with places to paragraphs.
//!
//! A PDF holds no words and no paragraphs. Letters next to each other make a line; a paragraph ends
//! where the next line is further down than usual, is indented, has another size, or would have
//! fitted on the line before. Lines are taken in the document's own order, which is the reading
//! order in what word processors and browsers print.

use std::collections::BTreeMap;

use super::collector::{GAP_MARK, LineCollector, SPACE};
use super::furniture::{self, Print};
use super::gutters;
use crate::article::ParagraphKind;
use crate::article::hyphens::Words;
use crate::article::paragraphs::{self, Block};
use crate::text::lowered;

/// Sizes and distances below are multiples of the font size.
const INDENT: f64 = 0.7;
/// A line further below than the usual distance times this begins a paragraph.
const GAP: f64 = 1.35;
/// A line that leaves this share of its column's width free ends its paragraph, whatever its last
/// character is.
const SHORT: f64 = 0.4;
/// Notes are smaller than the text by this.
const NOTE: f64 = 0.88;
/// A heading is larger than the text by this.
pub(super) const HEADING: f64 = 1.12;
const MAX_HEADING: usize = 200;

/// A document with at least one printed space in this many characters prints all of its spaces; in
/// Kazakh every eighth character is a space.
const CHARACTERS_FOR_A_SPACE: usize = 12;

/// One line of one column.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub page: u32,
    pub left: f64,
    pub right: f64,
    /// Where its last letter that is no space ends.
    pub ink: f64,
    /// Where the last letter begins.
    pub last: f64,
    /// Height of the baseline; it falls down the page.
    pub y: f64,
    /// The direction of the text, in degrees; the places are those of a page turned back by it.
    pub turn: i16,
    /// The letters' sizes, added up, and how many they are.
    pub sizes: f64,
    pub letters: usize,
    /// Whether it was parted from the line before at a wide gap.
    pub is_part: bool,
    pub text: String,
}

impl Line {
    /// The mean size of its letters.
    pub(super) fn size(&self) -> f64 {
        self.sizes / self.letters.max(1) as f64
    }

    pub(super) fn is_page_number(&self) -> bool {
        let number = self
            .text
            .trim_matches(|c: char| c.is_whitespace() || "-–—".contains(c));
        !number.is_empty() && number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Neighbouring lines of one page, each below the one before.
struct Column {
    left: f64,
    right: f64,
}

impl LineCollector {
    /// The paragraphs, with the kinds that sizes show, and what a browser printed around them.
    pub(super) fn into_blocks(mut self) -> (Vec<Block>, Print) {
        self.lines.retain(|line| !line.text.trim().is_empty());
        self.lines = gutters::settle(self.lines);
        self.settle_gaps();
        let print = furniture::take(&mut self.lines);
        let mut lines = self.lines;
        let body_size = most_common(lines.iter().map(|line| (line.size(), line.text.len())));
        put_notes_last(&mut lines, body_size);
        let leading = most_common(lines.windows(2).filter_map(|pair| match pair {
            [line, next] if is_below(line, next) => Some((line.y - next.y, 1)),
            _ => None,
        }));
        let columns = columns(&lines);
        let words = Words::of(lines.iter().map(|line| line.text.as_str()));
        let mut blocks: Vec<(String, f64)> = Vec::new();
        let mut before: Option<(&Line, &Column)> = None;
        for (line, column) in lines.iter().zip(&columns) {
            let goes_on = before.is_some_and(|(before, before_column)| {
                continues(before, before_column, line, column, (body_size, leading))
            });
            match blocks.last_mut() {
                Some((text, _)) if goes_on => paragraphs::join(text, &line.text, &words),
                _ => blocks.push((line.text.clone(), line.size())),
            }
            before = Some((line, column));
        }
        let kind = |text: &str, size: f64| {
            let large = size >= body_size * HEADING && text.chars().count() <= MAX_HEADING;
            large.then_some(ParagraphKind::Heading)
        };
        let blocks = blocks
            .iter()
            .filter_map(|(text, size)| Block::new(text, kind(text, *size)))
            .collect();
        (blocks, print)
    }

    /// If the document prints its spaces, a small gap is not a space: letters of another font keep
    /// a little distance, since fonts often state wrong widths.
    fn settle_gaps(&mut self) {
        let prints_spaces = self.spaces * CHARACTERS_FOR_A_SPACE >= self.characters;
        let gap = if prints_spaces { "" } else { " " };
        for line in &mut self.lines {
            line.text = line.text.replace(GAP_MARK, gap);
        }
    }
}

/// Moves the notes at the feet of pages behind the text, so that a sentence goes on from one page to the
/// next: lines smaller than the text after its last line on a page, from one on that begins with a
/// raised mark.
fn put_notes_last(lines: &mut Vec<Line>, body_size: f64) {
    let is_small = |line: &Line| line.size() < body_size * NOTE;
    let mut is_note = vec![false; lines.len()];
    let mut last = lines.len();
    for at in (0..lines.len()).rev() {
        let Some(line) = lines.get(at) else { continue };
        let ends_page = lines.get(at + 1).is_none_or(|next| next.page != line.page);
        if ends_page {
            last = at + 1;
        }
        // All that was small so far down to here is of notes, if one begins here.
        let all_small = lines
            .get(at..last)
            .is_some_and(|notes| notes.first().is_some_and(is_small));
        if !all_small {
            last = at;
        } else if line.text.starts_with(is_raised_digit)
            && let Some(notes) = is_note.get_mut(at..last)
        {
            notes.fill(true);
            last = at;
        }
    }
    let mut at = 0;
    let notes: Vec<Line> = lines
        .extract_if(.., |_| {
            at += 1;
            is_note.get(at - 1) == Some(&true)
        })
        .collect();
    lines.extend(notes);
}

fn is_raised_digit(character: char) -> bool {
    lowered(character).is_some()
}

fn is_below(line: &Line, next: &Line) -> bool {
    line.page == next.page && line.turn == next.turn && next.y < line.y
}

/// For each line the bounds of its column.
fn columns(lines: &[Line]) -> Vec<Column> {
    let mut columns = Vec::with_capacity(lines.len());
    let mut start = 0;
    for end in 1..=lines.len() {
        let ends = match (lines.get(end - 1), lines.get(end)) {
            (Some(line), Some(next)) => !is_below(line, next),
            _ => true,
        };
        if ends {
            let column = lines.get(start..end).unwrap_or_default();
            let left = column.iter().map(|line| line.left).fold(f64::MAX, f64::min);
            let right = column
                .iter()
                .map(|line| line.right)
                .fold(f64::MIN, f64::max);
            columns.extend(column.iter().map(|_| Column { left, right }));
            start = end;
        }
    }
    columns
}

/// Whether `line` continues the paragraph of the line before it, in a document with this text size
/// and line distance.
fn continues(
    before: &Line,
    before_column: &Column,
    line: &Line,
    column: &Column,
    (body_size, leading): (f64, f64),
) -> bool {
    if line.text.starts_with(is_raised_digit) {
        return false;
    }
    let (before_size, size) = (before.size(), line.size());
    if (before_size - size).abs() > before_size * (HEADING - 1.0) {
        return false;
    }
    let below = is_below(before, line);
    let is_body = size < body_size * HEADING;
    let usual = if is_body {
        leading.max(size)
    } else {
        leading.max(size) * size / body_size
    };
    if below && before.y - line.y > usual * GAP {
        return false;
    }
    let ends_sentence = paragraphs::ends_sentence(&before.text);
    let indented = line.left > column.left + INDENT * size;
    let as_before = below && (line.left - before.left).abs() < INDENT * size / 2.0;
    if indented && (ends_sentence || !as_before) {
        return false;
    }
    let first_word = line
        .text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    let letters = line.text.chars().count().max(1);
    let word = (line.right - line.left) * first_word as f64 / letters as f64;
    let room = before_column.right - before.right;
    let had_room = room > word + SPACE * size;
    let is_short = is_body && room > (before_column.right - before_column.left) * SHORT;
    !(had_room && (ends_sentence || is_short)) && !paragraphs::begins_with_bullet(&line.text)
}

/// The value, to a tenth, with the greatest weight in all.
fn most_common(values: impl Iterator<Item = (f64, usize)>) -> f64 {
    let mut weights: BTreeMap<i64, usize> = BTreeMap::new();
    for (value, weight) in values {
        *weights.entry((value * 10.0).round() as i64).or_default() += weight;
    }
    let heaviest = weights.into_iter().max_by_key(|&(_, weight)| weight);
    heaviest.map_or(0.0, |(tenths, _)| tenths as f64 / 10.0)
}
