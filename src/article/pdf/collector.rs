//! From letters with places to lines.

use std::collections::HashMap;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use super::layout::Line;
use super::tables::Gap;
use crate::text::{Level, off_the_line};

/// Sizes and distances below are multiples of the font size.
const SAME_LINE: f64 = 0.4;
pub(super) const SPACE: f64 = 0.17;
/// A gap of this size is always a space. A letter of another font leaves a smaller one, even
/// where its width is not known at all.
pub(super) const WIDE_SPACE: f64 = 1.1;
/// A gap of this size, spaces included, may be that between two columns.
pub(super) const COLUMN_GAP: f64 = 0.8;
/// The same letter again within this distance makes the first one bold.
const AGAIN: f64 = 0.12;
/// Fewer letters in a row in the places of equal ones are chance, if the page has no more of them.
const MIN_AGAIN: usize = 4;
/// A raised letter is smaller than the line by this, and so much above it.
const RAISED_SIZE: f64 = 0.85;
const RAISED: std::ops::Range<f64> = 0.12..0.8;
/// A lowered one is so much below it.
const LOWERED: std::ops::Range<f64> = 0.12..0.8;
/// A raised or lowered letter is this near to the one before.
const RAISED_GAP: f64 = 0.6;

/// A letter of a word is this near to the one before, and a gap between two cells this wide at least.
const TIGHT: f64 = 0.08;
const CELL_GAP: f64 = 0.2;
/// A letter narrower than this has no known width.
const MIN_WIDTH: f64 = 0.1;

/// Marks a gap in a line; only the whole document shows whether it is a space.
pub(super) const GAP_MARK: char = '\u{1}';

/// The lines of a document, in its own order.
#[derive(Debug, Default)]
pub(super) struct LineCollector {
    pub lines: Vec<Line>,
    pub characters: usize,
    pub spaces: usize,
    page: u32,
    /// Letters that may be drawn for the second time; several in a row are.
    again: Vec<(Place, String)>,
    /// Whether the page has letters that were.
    has_bold: bool,
    /// Letters of the page, by the cell of a grid that they are in, and their places.
    drawn: HashMap<(char, i64, i64), (f64, f64)>,
}

/// A letter's place in the frame of its own direction, and its size.
#[derive(Debug, Clone, Copy)]
struct Place {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    /// The direction of the text, in degrees.
    turn: i16,
}

impl Place {
    /// `None` where the numbers are none.
    fn of(transform: &Transform, width: f64, font_size: f64) -> Option<Self> {
        let scale = (transform.m11 * transform.m22 - transform.m12 * transform.m21)
            .abs()
            .sqrt();
        let size = font_size.abs() * scale;
        let length = transform.m11.hypot(transform.m12);
        let (along, across) = if length > 0.0 {
            (transform.m11 / length, transform.m12 / length)
        } else {
            (1.0, 0.0)
        };
        let left = transform.m31 * along + transform.m32 * across;
        let y = transform.m32 * along - transform.m31 * across;
        let valid = left.is_finite() && y.is_finite() && size.is_finite() && size > 0.0;
        valid.then(|| Self {
            left,
            right: left + width * size,
            y,
            size,
            turn: across.atan2(along).to_degrees().round() as i16,
        })
    }
}

impl LineCollector {
    /// Whether the letter was drawn before in nearly the same place.
    fn is_drawn_again(&mut self, place: Place, character: &str) -> bool {
        let Some(letter) = character.chars().next() else {
            return false;
        };
        let cell = |at: f64| (at / (place.size * AGAIN)).floor() as i64;
        let (column, row) = (cell(place.left), cell(place.y));
        for (x, y) in (-1..=1).flat_map(|x| (-1..=1).map(move |y| (x, y))) {
            let key = (letter, column.saturating_add(x), row.saturating_add(y));
            let near = |&(left, y): &(f64, f64)| {
                (left - place.left).hypot(y - place.y) < place.size * AGAIN
            };
            if self.drawn.get(&key).is_some_and(near) {
                return true;
            }
        }
        let key = (letter, column, row);
        self.drawn.insert(key, (place.left, place.y));
        false
    }

    /// Ends a run of letters that may be drawn again: chance ones are added.
    fn settle(&mut self) {
        let again = std::mem::take(&mut self.again);
        self.has_bold |= again.len() >= MIN_AGAIN;
        if !self.has_bold {
            for (place, character) in again {
                self.add(place, &character);
            }
        }
    }

    /// Whether the letter just drawn is this one.
    fn is_last(&self, place: Place, character: &str) -> bool {
        self.lines.last().is_some_and(|line| {
            line.off.is_none()
                && line.text.ends_with(character)
                && (line.last - place.left).hypot(line.y - place.y) < place.size * AGAIN
        })
    }

    fn add(&mut self, place: Place, character: &str) {
        let page = self.page;
        let line = self.lines.last_mut();
        let line = line.filter(|line| line.page == page && line.turn == place.turn);
        match line {
            Some(line) if line.is_off(place, 1.0, RAISED) => {
                line.push_off(place, character, Level::Above);
            }
            Some(line) if line.is_off(place, -1.0, LOWERED) => {
                line.push_off(place, character, Level::Below);
            }
            Some(line) if line.takes(place) && !line.ends_before(place, character) => {
                line.push(place, character);
            }
            Some(line) if line.is_note_of(place) => {
                line.text = off_the_line("", line.text.trim(), Level::Above);
                line.text.push(' ');
                line.text.push_str(character);
                (line.y, line.last) = (place.y, place.left);
                (line.right, line.ink) = (place.right, place.right);
                (line.sizes, line.letters) = (place.size, 1);
            }
            line => {
                let is_part = line.is_some_and(|line| line.takes(place));
                self.lines.push(Line::of(page, place, character, is_part));
            }
        }
    }
}

impl Line {
    fn of(page: u32, place: Place, character: &str, is_part: bool) -> Self {
        Self {
            page,
            left: place.left,
            right: place.right,
            ink: place.right,
            last: place.left,
            y: place.y,
            turn: place.turn,
            sizes: place.size,
            letters: 1,
            tight: 0,
            gaps: Vec::new(),
            is_part,
            text: character.to_owned(),
            off: None,
        }
    }

    /// Whether a letter at this place may be of the next column.
    fn ends_before(&self, place: Place, character: &str) -> bool {
        character != " " && place.left - self.ink > COLUMN_GAP * place.size
    }

    /// Whether a letter at this place continues the line.
    fn takes(&self, place: Place) -> bool {
        (place.y - self.y).abs() <= SAME_LINE * place.size.max(self.size())
            && place.left >= self.last - place.size
    }

    /// Whether a letter at this place, smaller than the line, is so far above its end, or below it.
    fn is_off(&self, place: Place, sign: f64, range: std::ops::Range<f64>) -> bool {
        let size = self.size();
        place.size < size * RAISED_SIZE
            && range.contains(&(sign * (place.y - self.y) / size))
            && place.left >= self.last
            && place.left - self.right < size * RAISED_GAP
    }

    /// Adds a letter above the line or below it; how it is written shows when all of them are there.
    fn push_off(&mut self, place: Place, character: &str, level: Level) {
        match &mut self.off {
            Some((before, text)) if *before == level => text.push_str(character),
            _ => {
                self.settle_off();
                self.off = Some((level, character.to_owned()));
            }
        }
        self.right = self.right.max(place.right);
        self.ink = self.right;
    }

    /// Writes what is above the line's end, or below it.
    pub(super) fn settle_off(&mut self) {
        if let Some((level, text)) = self.off.take() {
            let text = off_the_line(&self.text, &text, level);
            self.text.push_str(&text);
        }
    }

    /// Whether the line so far is the raised mark of a note whose text begins with this letter.
    fn is_note_of(&self, place: Place) -> bool {
        let mark = self.text.trim();
        self.size() < place.size * RAISED_SIZE
            && RAISED.contains(&((self.y - place.y) / place.size))
            && place.left >= self.last
            && place.left - self.right < place.size * RAISED_GAP
            && mark.len() <= 3
            && mark
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'*')
    }

    fn push(&mut self, place: Place, character: &str) {
        self.settle_off();
        let gap = (place.left - self.right) / place.size;
        if gap > SPACE && !self.text.ends_with([' ', GAP_MARK]) {
            if gap > WIDE_SPACE || gap > CELL_GAP && self.ends_cell_before(character) {
                self.gaps.push(Gap {
                    from: self.right,
                    to: place.left,
                    has_space: false,
                });
                self.text.push(' ');
            } else {
                self.text.push(GAP_MARK);
            }
        }
        self.tight += usize::from(gap < TIGHT && character != " ");
        self.text.push_str(character);
        self.right = self.right.max(place.right);
        if character != " " {
            self.ink = self.ink.max(place.right);
        }
        self.last = place.left;
        self.sizes += place.size;
        self.letters += 1;
    }

    /// Whether what follows a small gap does not go on with the word before, nor with its number. Where the
    /// letters are spaced, or their widths not known, nothing is.
    pub(super) fn ends_cell_before(&self, character: &str) -> bool {
        let (Some(last), Some(next)) = (self.text.chars().next_back(), character.chars().next())
        else {
            return false;
        };
        let is_known = self.right - self.last > MIN_WIDTH * self.size();
        let is_number = |c: char| c.is_ascii_digit();
        let is_border = last.is_lowercase() && (next.is_uppercase() || is_number(next))
            || is_number(last) && (next.is_alphabetic() || is_number(next));
        self.tight > 0 && is_known && is_border
    }
}

impl OutputDev for LineCollector {
    fn begin_page(
        &mut self,
        page: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.page = page;
        self.has_bold = false;
        self.drawn.clear();
        Ok(())
    }

    fn output_character(
        &mut self,
        transform: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        character: &str,
    ) -> Result<(), OutputError> {
        let Some(place) = Place::of(transform, width, font_size) else {
            return Ok(());
        };
        if character.contains(char::is_control) {
            return Ok(());
        }
        if self.is_drawn_again(place, character) {
            if !self.is_last(place, character) {
                self.again.push((place, character.to_owned()));
            }
            return Ok(());
        }
        self.settle();
        self.characters += 1;
        self.spaces += usize::from(character == " ");
        self.add(place, character);
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.settle();
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
