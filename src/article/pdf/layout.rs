//! From letters with places to paragraphs.
//!
//! A PDF holds no words and no paragraphs. Letters next to each other make a line; a paragraph ends
//! where the next line is further down than usual, is indented, has another size, or would have
//! fitted on the line before. Lines are taken in the document's own order, which is the reading
//! order in what word processors and browsers print.

use std::collections::{BTreeMap, HashMap};

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use crate::article::ParagraphKind;
use crate::article::hyphens::Words;
use crate::article::paragraphs::{self, Block};

/// Sizes and distances below are multiples of the font size.
const SAME_LINE: f64 = 0.4;
const SPACE: f64 = 0.17;
/// A gap of this size is always a space. A letter of another font leaves a smaller one, even
/// where its width is not known at all.
const WIDE_SPACE: f64 = 1.1;
const INDENT: f64 = 0.7;
/// A line further below than the usual distance times this begins a paragraph.
const GAP: f64 = 1.35;
/// A line that leaves this share of its column's width free ends its paragraph, whatever its last
/// character is.
const SHORT: f64 = 0.4;
/// A heading is larger than the text by this.
const HEADING: f64 = 1.12;
const MAX_HEADING: usize = 200;

/// Marks a gap in a line; only the whole document shows whether it is a space.
const GAP_MARK: char = '\u{1}';
/// A document with at least one printed space in this many characters prints all of its spaces; in
/// Kazakh every eighth character is a space.
const CHARACTERS_FOR_A_SPACE: usize = 12;

/// One line of one column.
#[derive(Debug, Clone)]
struct Line {
    page: u32,
    left: f64,
    right: f64,
    /// Where the last letter begins.
    last: f64,
    /// Height of the baseline; it falls down the page.
    y: f64,
    /// The letters' sizes, added up, and how many they are.
    sizes: f64,
    letters: usize,
    text: String,
}

/// The lines of a document, in its own order.
#[derive(Debug, Default)]
pub(super) struct LineCollector {
    lines: Vec<Line>,
    page: u32,
    characters: usize,
    spaces: usize,
}

impl OutputDev for LineCollector {
    fn begin_page(
        &mut self,
        page: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.page = page;
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        character: &str,
    ) -> Result<(), OutputError> {
        let scale = (place.m11 * place.m22 - place.m12 * place.m21).abs().sqrt();
        let (left, y, size) = (place.m31, place.m32, font_size.abs() * scale);
        if !(left.is_finite() && y.is_finite() && size.is_finite() && size > 0.0) {
            return Ok(());
        }
        if character.contains(char::is_control) {
            return Ok(());
        }
        self.characters += 1;
        self.spaces += usize::from(character == " ");
        let right = left + width * size;
        match self.lines.last_mut() {
            Some(line) if line.page == self.page && line.takes(left, y, size) => {
                let gap = (left - line.right) / size;
                if gap > SPACE && !line.text.ends_with([' ', GAP_MARK]) {
                    line.text
                        .push(if gap > WIDE_SPACE { ' ' } else { GAP_MARK });
                }
                line.text.push_str(character);
                line.right = line.right.max(right);
                line.last = left;
                line.sizes += size;
                line.letters += 1;
            }
            _ => {
                self.lines.push(Line {
                    page: self.page,
                    left,
                    right,
                    last: left,
                    y,
                    sizes: size,
                    letters: 1,
                    text: character.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

impl Line {
    /// Whether a letter at this position continues the line.
    fn takes(&self, left: f64, y: f64, size: f64) -> bool {
        (y - self.y).abs() <= SAME_LINE * size.max(self.size()) && left >= self.last - size
    }

    /// The mean size of its letters.
    fn size(&self) -> f64 {
        self.sizes / self.letters.max(1) as f64
    }

    fn is_page_number(&self) -> bool {
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
    /// The paragraphs, with the kinds that sizes show.
    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        self.settle_gaps();
        self.lines.retain(|line| !line.text.trim().is_empty());
        self.drop_page_numbers();
        let lines = self.lines;
        let body_size = most_common(lines.iter().map(|line| (line.size(), line.text.len())));
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
        blocks
            .iter()
            .filter_map(|(text, size)| Block::new(text, kind(text, *size)))
            .collect()
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

    /// Page numbers are alone in the first or the last line of their page.
    fn drop_page_numbers(&mut self) {
        let mut heights: HashMap<u32, (f64, f64)> = HashMap::new();
        for line in &self.lines {
            let (low, high) = heights.entry(line.page).or_insert((line.y, line.y));
            *low = low.min(line.y);
            *high = high.max(line.y);
        }
        self.lines.retain(|line| {
            let outermost = heights
                .get(&line.page)
                .is_some_and(|&(low, high)| line.y <= low || line.y >= high);
            !(outermost && line.is_page_number())
        });
    }
}

fn is_below(line: &Line, next: &Line) -> bool {
    line.page == next.page && next.y < line.y
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
