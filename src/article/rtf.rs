//! RTF: the paragraphs of the document's body.
//!
//! Policy: characters are those of `\u`, else bytes in the charset of the font they are written in, else
//! in that of the document. What is written in groups that are no body (fonts, styles, pictures,
//! headers and footers, footnotes, what a program may ignore) is left out.

mod charsets;

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::paragraphs::Block;
use super::table_rows::{self, TableRows};
use super::{ArticleError, Format, ParagraphKind, fractions};
use crate::text::{Level, off_the_line};
use charsets::{of_code_page, of_font};

/// Maximum groups within each other.
const MAX_DEPTH: usize = 1000;
/// Maximum digits of a number.
const MAX_DIGITS: usize = 10;

/// Groups whose text is not that of the body.
#[rustfmt::skip]
const HIDDEN: &[&str] = &[
    "stylesheet", "colortbl", "info", "pict", "object", "header", "headerl", "headerr", "headerf",
    "footer", "footerl", "footerr", "footerf", "footnote", "ftnsep", "ftnsepc", "ftncn", "annotation",
    "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl", "themedata",
    "colorschememapping", "datastore", "latentstyles", "fldinst", "listtext", "pntext", "nonshppict",
    "bkmkstart", "bkmkend", "filetbl", "mmathPr", "upr", "deleted",
    // For programs that know no tables in tables.
    "nonesttables",
];

/// The paragraphs of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] if groups are not closed, or are too deep in each other.
pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block>, ArticleError> {
    let mut reader = RtfReader {
        bytes,
        place: 0,
        groups: Vec::new(),
        group: Group::default(),
        fonts: HashMap::new(),
        headings: HashMap::new(),
        document: encoding_rs::WINDOWS_1252,
        pending: Vec::new(),
        surrogate: None,
        skip: 0,
        text: String::new(),
        rows: TableRows::default(),
        is_cell_open: false,
    };
    reader.read()?;
    reader.end_paragraph();
    let blocks = reader.rows.into_blocks();
    if blocks.is_empty() {
        return Err(ArticleError::Empty);
    }
    Ok(blocks)
}

fn damaged(reason: &str) -> ArticleError {
    ArticleError::Damaged {
        format: Format::Rtf.description().into(),
        reason: reason.to_owned(),
    }
}

/// Where text goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Destination {
    #[default]
    Body,
    Hidden,
    /// The table of fonts.
    Fonts,
    /// The table of styles.
    Styles,
}

/// What holds up to the end of a group.
#[derive(Debug, Clone, Copy)]
struct Group {
    destination: Destination,
    font: i32,
    /// The style of the paragraph, by its number.
    style: i32,
    /// How many characters follow `\u` for programs that do not know it.
    fallback: usize,
    is_list: bool,
    /// How many tables the paragraph is in, each in a cell of the one before.
    tables: usize,
    is_hidden: bool,
    /// Whether the text is above or below the line.
    level: Option<Level>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            destination: Destination::Body,
            font: -1,
            style: 0,
            fallback: 1,
            is_list: false,
            tables: 0,
            is_hidden: false,
            level: None,
        }
    }
}

struct RtfReader<'a> {
    bytes: &'a [u8],
    place: usize,
    groups: Vec<Group>,
    group: Group,
    /// The charset of each font.
    fonts: HashMap<i32, &'static Encoding>,
    /// The styles that are headings, and captions.
    headings: HashMap<i32, ParagraphKind>,
    document: &'static Encoding,
    /// Bytes of text, of one charset.
    pending: Vec<u8>,
    /// The first half of a character beyond the first 65,536.
    surrogate: Option<u16>,
    /// Characters that stand for the last `\u` and are passed over.
    skip: usize,
    text: String,
    rows: TableRows,
    /// Whether what follows goes on in the cell that was begun last.
    is_cell_open: bool,
}

impl RtfReader<'_> {
    fn read(&mut self) -> Result<(), ArticleError> {
        while let Some(byte) = self.next() {
            match byte {
                b'{' => {
                    self.flush();
                    if self.groups.len() == MAX_DEPTH {
                        return Err(damaged("its groups are more than 1000 deep in each other"));
                    }
                    self.groups.push(self.group);
                    self.skip = 0;
                }
                b'}' => {
                    self.flush();
                    if self.group.destination == Destination::Styles {
                        self.end_style();
                    }
                    self.skip = 0;
                    match self.groups.pop() {
                        Some(group) => self.group = group,
                        None => return Err(damaged("a group ends that did not begin")),
                    }
                    // What follows the document is no part of it.
                    if self.groups.is_empty() {
                        return Ok(());
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
        Err(damaged("it ends within a group"))
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.place).copied()?;
        self.place += 1;
        Some(byte)
    }

    fn control(&mut self) {
        let Some(first) = self.next() else {
            return;
        };
        if !first.is_ascii_alphabetic() {
            return self.symbol(first);
        }
        let rest = self.bytes.get(self.place - 1..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = str::from_utf8(rest.get(..length).unwrap_or_default()).unwrap_or_default();
        self.place += length - 1;
        let rest = rest.get(length..).unwrap_or_default();
        let is_negative = rest.first() == Some(&b'-');
        let digits = rest.get(usize::from(is_negative)..).unwrap_or_default();
        let count = digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let number = (count > 0).then(|| {
            let digits = digits.get(..count.min(MAX_DIGITS)).unwrap_or_default();
            let number: i64 = str::from_utf8(digits)
                .unwrap_or_default()
                .parse()
                .unwrap_or(0);
            i32::try_from(if is_negative { -number } else { number }).unwrap_or(0)
        });
        if count > 0 {
            self.place += count + usize::from(is_negative);
        }
        if self.bytes.get(self.place) == Some(&b' ') {
            self.place += 1;
        }
        if word == "bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.place = self.place.saturating_add(length).min(self.bytes.len());
            return;
        }
        self.word(word, number);
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\'' => {
                let digits = self
                    .bytes
                    .get(self.place..self.place + 2)
                    .unwrap_or_default();
                let digits = str::from_utf8(digits).unwrap_or_default();
                if let Ok(byte) = u8::from_str_radix(digits, 16) {
                    self.place += 2;
                    self.byte(byte);
                }
            }
            b'\\' | b'{' | b'}' => self.byte(symbol),
            b'~' | b'_' | b'-' if self.skip > 0 => self.skip -= 1,
            b'~' => self.push("\u{A0}"),
            b'_' => self.push("-"),
            b'-' => self.push("\u{AD}"),
            b'*' => self.group.destination = Destination::Hidden,
            b'\r' | b'\n' => self.end_paragraph(),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        // A word counts as one of the characters that stand for the last `\u`; what it does besides being
        // one, it does all the same.
        if self.skip > 0 && !matches!(word, "u" | "uc") {
            self.skip -= 1;
            if character(word).is_some() {
                return;
            }
        }
        match word {
            "par" | "sect" | "page" => self.end_paragraph(),
            "cell" | "nestcell" => self.end_cell(word == "nestcell"),
            "row" | "nestrow" => self.end_row(word == "nestrow"),
            "tab" => self.push(" "),
            "line" => self.push("\n"),
            "intbl" => self.group.tables = self.group.tables.max(1),
            "itap" => {
                let tables = usize::try_from(number.unwrap_or(1)).unwrap_or(0);
                self.group.tables = tables.min(table_rows::MAX_DEPTH);
            }
            "pard" => {
                self.flush();
                self.group.is_list = false;
                self.group.tables = 0;
                self.group.style = 0;
            }
            "plain" => {
                self.flush();
                self.group.is_hidden = false;
                self.group.level = None;
            }
            "super" => {
                self.flush();
                self.group.level = is_on.then_some(Level::Above);
            }
            "sub" => {
                self.flush();
                self.group.level = is_on.then_some(Level::Below);
            }
            // By half points.
            "up" => {
                self.flush();
                let is_off = number.is_none_or(|height| height > 0);
                self.group.level = is_off.then_some(Level::Above);
            }
            "dn" => {
                self.flush();
                let is_off = number.is_none_or(|height| height > 0);
                self.group.level = is_off.then_some(Level::Below);
            }
            "nosupersub" => {
                self.flush();
                self.group.level = None;
            }
            "v" => {
                self.flush();
                self.group.is_hidden = is_on;
            }
            "ls" => self.group.is_list = is_on,
            "s" => self.group.style = number.unwrap_or(0),
            "f" => {
                self.flush();
                self.group.font = number.unwrap_or(0);
            }
            "fcharset" if self.group.destination == Destination::Fonts => {
                if let Some(encoding) = of_font(number.unwrap_or(0)) {
                    self.fonts.insert(self.group.font, encoding);
                }
            }
            "ansicpg" | "cpg" => {
                let encoding = number.and_then(of_code_page);
                match self.group.destination {
                    Destination::Fonts => {
                        self.fonts
                            .extend(encoding.map(|encoding| (self.group.font, encoding)));
                    }
                    _ => self.document = encoding.unwrap_or(self.document),
                }
            }
            "uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1),
            "u" => self.unit(number.unwrap_or(0)),
            "fonttbl" => self.group.destination = Destination::Fonts,
            "stylesheet" => self.group.destination = Destination::Styles,
            // The end of a row in a cell, in a group that old programs pass over.
            "nesttableprops" => {
                let around = self.groups.last().map(|group| group.destination);
                self.group.destination = around.unwrap_or_default();
            }
            _ if HIDDEN.contains(&word) => {
                if is_on {
                    self.flush();
                    self.group.destination = Destination::Hidden;
                }
            }
            _ => {
                if let Some(text) = character(word) {
                    self.push(text);
                }
            }
        }
    }

    /// A unit of UTF-16.
    fn unit(&mut self, number: i32) {
        self.flush();
        // Written as a signed number of 16 bits.
        let unit = (number & 0xFFFF) as u16;
        let first = self.surrogate.take();
        let units = [first.unwrap_or(unit), unit];
        let units = units
            .get(usize::from(first.is_none())..)
            .unwrap_or_default();
        for character in char::decode_utf16(units.iter().copied()) {
            match character {
                Ok(character) => self.push(character.encode_utf8(&mut [0; 4])),
                // One that another character follows is half of none.
                Err(half) => {
                    let half = half.unpaired_surrogate();
                    self.surrogate = (half < 0xDC00).then_some(half);
                }
            }
        }
        self.skip = self.group.fallback;
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.pending.push(byte);
    }

    /// Decodes the bytes that were collected.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let font = self.fonts.get(&self.group.font);
        let (text, _) = font
            .unwrap_or(&self.document)
            .decode_without_bom_handling(&bytes);
        self.add(&text);
    }

    fn push(&mut self, text: &str) {
        self.flush();
        self.add(text);
    }

    fn add(&mut self, text: &str) {
        match self.group.destination {
            Destination::Body if self.group.is_hidden => {}
            Destination::Body => match self.group.level {
                Some(level) => {
                    let text = off_the_line(&self.text, text, level);
                    self.text.push_str(&text);
                }
                None => self.text.push_str(text),
            },
            Destination::Styles => self.text.push_str(text),
            _ => {}
        }
    }

    /// Takes the name of a style, which is a group of the table of styles.
    fn end_style(&mut self) {
        let name = std::mem::take(&mut self.text).to_lowercase();
        let name = name.trim_end_matches(';').trim();
        let kind = match name {
            "title" | "subtitle" => ParagraphKind::Heading,
            "caption" => ParagraphKind::Caption,
            _ if name.starts_with("heading") => ParagraphKind::Heading,
            _ => return,
        };
        self.headings.insert(self.group.style, kind);
    }

    fn end_paragraph(&mut self) {
        self.flush();
        if self.group.destination != Destination::Body {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let kind = self.headings.get(&self.group.style).copied();
        let kind = kind.or(self.group.is_list.then_some(ParagraphKind::List));
        let lines = text.split('\n');
        let blocks: Vec<Block> = lines
            .filter_map(|line| Block::new(&fractions::plain(line), kind))
            .collect();
        if !blocks.is_empty() {
            self.open_cell(self.group.tables);
            self.rows.extend(blocks);
        }
    }

    /// Makes the cell that text goes to which is in so many tables.
    fn open_cell(&mut self, tables: usize) {
        while self.rows.depth() > tables {
            self.rows.end_row();
            self.is_cell_open = true;
        }
        while self.rows.depth() < tables {
            self.rows.begin_row();
            self.rows.begin_cell();
            self.is_cell_open = true;
        }
        if !self.is_cell_open {
            self.rows.begin_cell();
            self.is_cell_open = true;
        }
    }

    fn end_cell(&mut self, is_nested: bool) {
        if self.group.destination != Destination::Body {
            return;
        }
        let tables = self.tables_around(is_nested);
        // Old programs do not say that a paragraph is in a table.
        self.group.tables = self.group.tables.max(tables);
        self.end_paragraph();
        self.open_cell(tables);
        self.is_cell_open = false;
    }

    fn end_row(&mut self, is_nested: bool) {
        if self.group.destination != Destination::Body {
            return;
        }
        self.end_paragraph();
        let tables = self.tables_around(is_nested);
        while self.rows.depth() >= tables {
            self.rows.end_row();
        }
        self.is_cell_open = true;
        self.group.tables = tables - 1;
    }

    /// How many tables a cell or row is in whose end is written.
    fn tables_around(&self, is_nested: bool) -> usize {
        if is_nested {
            self.group.tables.max(2)
        } else {
            1
        }
    }
}

/// The character that a word names.
fn character(word: &str) -> Option<&'static str> {
    Some(match word {
        "emdash" => "—",
        "endash" => "–",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "bullet" => "•",
        "emspace" | "enspace" | "qmspace" => " ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
