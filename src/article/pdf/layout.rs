//! From letters with places to paragraphs.
//!
//! A PDF holds no words and no paragraphs. Letters next to each other make a line; a paragraph ends
//! where the next line is further down than usual, is indented, has another size, or would have
//! fitted on the line before. Lines are taken in the document's own order, which is the reading
//! order in what word processors and browsers print.

use std::collections::BTreeMap;

use super::collector::{GAP_MARK, LineCollector, SPACE};
use super::columns::{Column, columns};
use super::furniture::{self, Print};
use super::gutters;
use super::tables::{self, Gap};
use crate::article::ParagraphKind;
use crate::article::fractions;
use crate::article::hyphens::Words;
use crate::article::paragraphs::{self, Block};
use crate::text::{Level, lowered};

/// Sizes and distances below are multiples of the font size.
const INDENT: f64 = 0.7;
/// A line further below than the usual distance times this begins a paragraph.
const GAP: f64 = 1.35;
/// The greatest usual distance of lines, where none shows it.
const MAX_LEADING: f64 = 1.5;
/// A line that leaves this share of its column's width free ends its paragraph, whatever its last
/// character is.
const SHORT: f64 = 0.4;
/// Fewer lines of a column do not show how wide it is.
const MIN_LINES: usize = 3;
/// How much wider a word may be than its letters are on average.
const WORD: f64 = 1.1;
/// A line that begins further left than the one before is of another cell or column.
const OUTDENT: f64 = 4.0;
/// Notes are smaller than the text by this.
const NOTE: f64 = 0.88;
/// A heading is larger than the text by this.
const HEADING: f64 = 1.12;
const MAX_HEADING: usize = 200;
/// Longer lines that end this near to each other are justified.
const MIN_JUSTIFIED: usize = 15;
const SAME_EDGE: f64 = 0.03;

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
    /// How many letters follow the one before without a gap.
    pub tight: usize,
    /// Gaps that may be between cells of a table, from the left.
    pub gaps: Vec<Gap>,
    /// Whether it was parted from the line before at a wide gap.
    pub is_part: bool,
    pub text: String,
    /// What is above its end, or below it, so far.
    pub off: Option<(Level, String)>,
}

impl Line {
    /// The mean size of its letters.
    pub(super) fn size(&self) -> f64 {
        self.sizes / self.letters.max(1) as f64
    }

    /// Whether both lines end at the same place, as justified ones do.
    fn ends_at_edge_of(&self, other: &Self) -> bool {
        let is_long = |line: &Self| line.text.chars().nth(MIN_JUSTIFIED).is_some();
        self.page == other.page
            && self.turn == other.turn
            && (self.ink - other.ink).abs() < SAME_EDGE * self.size()
            && is_long(self)
            && is_long(other)
    }
}

/// What becomes a block.
struct Paragraph {
    text: String,
    /// Of its first line.
    size: f64,
    /// Whether it is a row of a table.
    is_row: bool,
}

impl Paragraph {
    /// The kind that its size shows.
    fn kind(&self, body_size: f64) -> Option<ParagraphKind> {
        let is_short = self.text.chars().nth(MAX_HEADING).is_none();
        if self.is_row {
            Some(ParagraphKind::Text)
        } else if is_short && self.size >= body_size * HEADING {
            Some(ParagraphKind::Heading)
        } else {
            // A short line in small letters is no heading.
            let is_small = is_short && self.size < body_size * NOTE;
            let is_caption = is_small && !paragraphs::ends_sentence(&self.text);
            is_caption.then_some(ParagraphKind::Caption)
        }
    }
}

impl LineCollector {
    /// The paragraphs, with the kinds that sizes show, and what a browser printed around them.
    pub(super) fn into_blocks(mut self) -> (Vec<Block>, Print) {
        self.lines.iter_mut().for_each(Line::settle_off);
        self.lines.retain(|line| !line.text.trim().is_empty());
        self.lines = gutters::settle(self.lines);
        let prints_spaces = self.settle_gaps();
        let print = furniture::take(&mut self.lines);
        let mut lines = self.lines;
        let body_size = most_common(lines.iter().map(|line| (line.size(), line.text.len())));
        put_notes_last(&mut lines, body_size);
        let leading = leading(&lines, body_size);
        let columns = columns(&lines);
        let rows = tables::rows(&lines, prints_spaces);
        let is_row = |at: usize| rows.get(at) == Some(&true);
        let words = Words::of(lines.iter().map(|line| line.text.as_str()));
        let mut blocks: Vec<Paragraph> = Vec::new();
        let mut before: Option<(&Line, &Column)> = None;
        for (at, (line, column)) in lines.iter().zip(&columns).enumerate() {
            let is_filled = before.is_some_and(|(before, _)| {
                let around = [at.checked_sub(2).and_then(|at| lines.get(at)), Some(line)];
                let mut around = around.into_iter().flatten();
                around.any(|other| before.ends_at_edge_of(other))
            });
            let goes_on = !is_row(at)
                && !at.checked_sub(1).is_some_and(is_row)
                && before.is_some_and(|(before, before_column)| {
                    let room = if is_filled {
                        0.0
                    } else {
                        before_column.right - before.right
                    };
                    let before = (before, before_column, room);
                    continues(before, line, column, (body_size, leading))
                });
            match blocks.last_mut() {
                Some(paragraph) if goes_on => {
                    paragraphs::join(&mut paragraph.text, &line.text, &words);
                }
                _ => blocks.push(Paragraph {
                    text: line.text.clone(),
                    size: line.size(),
                    is_row: is_row(at),
                }),
            }
            before = Some((line, column));
        }
        let blocks = blocks
            .iter()
            .filter_map(|block| Block::new(&fractions::plain(&block.text), block.kind(body_size)))
            .collect();
        (blocks, print)
    }

    /// If the document prints its spaces, a small gap is not a space: letters of another font keep
    /// a little distance, since fonts often state wrong widths. Whether it does.
    fn settle_gaps(&mut self) -> bool {
        let prints_spaces = self.spaces * CHARACTERS_FOR_A_SPACE >= self.characters;
        let gap = if prints_spaces { "" } else { " " };
        for line in &mut self.lines {
            line.text = line.text.replace(GAP_MARK, gap);
        }
        prints_spaces
    }
}

/// The distance of lines of one paragraph: the usual one where a sentence goes on in small letters. Where no
/// line shows it, all may be paragraphs of one line, and it is no more than sentences are printed with.
fn leading(lines: &[Line], body_size: f64) -> f64 {
    let distances = |goes_on: bool| {
        most_common(lines.windows(2).filter_map(|pair| match pair {
            [line, next] if is_below(line, next) => {
                let is_body = (line.size() - body_size).abs() < body_size * (HEADING - 1.0);
                let is_within = is_body
                    && !paragraphs::ends_sentence(&line.text)
                    && next.text.trim_start().starts_with(char::is_lowercase);
                (is_within || !goes_on).then_some((line.y - next.y, 1))
            }
            _ => None,
        }))
    };
    let within = distances(true);
    if within > 0.0 {
        within
    } else {
        distances(false).min(body_size * MAX_LEADING)
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

pub(super) fn is_below(line: &Line, next: &Line) -> bool {
    line.page == next.page && line.turn == next.turn && next.y < line.y
}

/// Whether `line` continues the paragraph of the line before it, which has so much room left in its column,
/// in a document with this text size and line distance.
fn continues(
    (before, before_column, room): (&Line, &Column, f64),
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
    // A sentence goes on in small letters, however short its lines are.
    let is_within = !ends_sentence && line.text.trim_start().starts_with(char::is_lowercase);
    if is_within && is_divided(&before.text) {
        return true;
    }
    if below && !is_within && before.left - line.left > OUTDENT * size {
        return false;
    }
    // Few lines do not show how wide their column is, so that a sentence that ends with its page ends its
    // paragraph.
    if before.page != line.page && ends_sentence && before_column.lines < MIN_LINES {
        return false;
    }
    let indented = line.left > column.left + INDENT * size;
    let as_before = below && (line.left - before.left).abs() < INDENT * size / 2.0;
    if indented && !is_within && (ends_sentence || !as_before) {
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
    let had_room = room > word * WORD + SPACE * size;
    let width = before_column.right - before_column.left;
    let is_short = is_body && !is_within && room > width * SHORT;
    !(had_room && (ends_sentence || is_short)) && !paragraphs::begins_with_bullet(&line.text)
}

/// Whether a line ends within a word.
fn is_divided(text: &str) -> bool {
    let mut end = text.trim_end().chars().rev();
    matches!(end.next(), Some('-' | '\u{2010}' | '\u{AD}'))
        && end.next().is_some_and(char::is_alphabetic)
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
