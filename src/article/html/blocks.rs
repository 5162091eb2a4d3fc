//! The blocks of a page, in order: what a browser shows on lines of its own.

mod captions;

use std::ops::Range;

use crate::article::ParagraphKind;
use crate::article::{metadata, paragraphs};
use crate::text::squeeze;

pub(super) use captions::{PICTURE_NAMES, gallery_around};

use super::notes;
use super::page::{Content, Element, Page, letter_count};
use super::raised::{self, Level, Styles};
use super::tables::Tables;

/// Elements that begin and end a block.
#[rustfmt::skip]
const BLOCK_ELEMENTS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];
/// Letters in which items are counted, and maximum elements of a list that is counted backwards.
const LETTERS: u8 = 26;
const MAX_NODES_OF_LIST: usize = 10_000;
/// Maximum elements around a signature.
const MAX_FRAMES: usize = 6;
/// Nodes after what is raised among which the text after it is looked for: a slash may have a tag.
const MAX_NODES_AFTER: usize = 3;

/// A block of the page.
#[derive(Debug, Clone)]
pub(super) struct PageBlock {
    /// Its first and its last text among the page's nodes.
    pub nodes: Range<usize>,
    /// The block element that it is the text of.
    pub element: usize,
    pub kind: Option<ParagraphKind>,
    /// Runs of white space are one space.
    pub text: String,
    /// Its letters, and those of them in links.
    pub letters: usize,
    pub linked: usize,
    /// Whether it says something about the article and is no text of it.
    pub is_note: bool,
}

impl PageBlock {
    /// Whether it is running text: sentences, mostly not in links.
    pub(super) fn is_prose(&self) -> bool {
        let kinds = !matches!(
            self.kind,
            Some(ParagraphKind::Caption | ParagraphKind::Heading)
        );
        kinds && self.has_sentences() && self.linked * 2 <= self.letters
    }

    /// Whether it has letters enough and a sentence's end.
    pub(super) fn has_sentences(&self) -> bool {
        let ends = paragraphs::ends_sentence(&self.text) || self.text.contains(". ");
        !self.is_note && (self.letters >= 20 && ends || self.letters >= 140)
    }
}

/// Whether all of a block is emphasised or at the right, as signatures are.
pub(super) fn is_set_apart(page: &Page, block: &PageBlock) -> bool {
    let is_right = |element: &Element| {
        let style = element
            .attribute("style")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let style: String = style.chars().filter(|next| !next.is_whitespace()).collect();
        element
            .attribute("align")
            .is_some_and(|align| align.eq_ignore_ascii_case("right"))
            || style.contains("text-align:right")
    };
    let holds_it_alone = |at: usize| {
        let range = page.range(at);
        range.start <= block.nodes.start
            && block.nodes.end <= range.end
            && page.letters(at) == block.letters
    };
    let around = page.ancestors(block.nodes.start).take(MAX_FRAMES);
    let mut around = around
        .take_while(|&at| holds_it_alone(at))
        .filter_map(|at| page.element(at));
    around.any(|element| {
        matches!(element.name.as_str(), "b" | "strong" | "i" | "em") || is_right(element)
    })
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

pub(super) fn is_block(name: &str) -> bool {
    BLOCK_ELEMENTS.contains(&name)
}

/// What is open around the text that is read.
struct Open {
    element: usize,
    end: usize,
    /// The kind that was in force before it.
    kind_before: Option<ParagraphKind>,
}

/// The number of the next item of an ordered list.
struct Numbering {
    end: usize,
    next: Option<i64>,
    step: i64,
    /// Whether its items are counted in letters, and the letter of the first.
    first_letter: Option<char>,
}

impl Numbering {
    /// The mark of an item: its number, or its letter as far as the alphabet goes.
    fn mark(&self, number: i64) -> String {
        let letter = self.first_letter.and_then(|first| {
            let place = u8::try_from(number.checked_sub(1)?).ok()?;
            let letter = char::from(u8::try_from(first).ok()?.checked_add(place)?);
            (place < LETTERS).then_some(letter)
        });
        letter.map_or_else(|| format!("{number}. "), |letter| format!("{letter}. "))
    }
}

/// The blocks outside of what is left out.
pub(super) fn blocks(page: &Page, left_out: &[bool]) -> Vec<PageBlock> {
    let tables = Tables::find(page, left_out);
    read(page, left_out, tables, 0..page.nodes.len())
}

/// The blocks of an element, whatever it is for.
pub(super) fn of_element(page: &Page, at: usize) -> Vec<PageBlock> {
    read(page, &[], Tables::default(), page.range(at))
}

/// The text of an element with what is raised in it, as blocks have it; `None` if it has none.
pub(super) fn text_of(page: &Page, at: usize) -> Option<String> {
    let blocks = read(page, &[], Tables::default(), page.range(at));
    let texts: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
    Some(texts.join(" ")).filter(|text| !text.is_empty())
}

fn read(page: &Page, left_out: &[bool], tables: Tables, range: Range<usize>) -> Vec<PageBlock> {
    let mut reader = Reader {
        page,
        left_out,
        styles: Styles::read(page),
        tables,
        blocks: Vec::new(),
        current: Current::default(),
        open: Vec::new(),
        lists: Vec::new(),
        kind: None,
        link_end: 0,
    };
    reader.read(range);
    reader.blocks
}

/// The text of the block that is read.
#[derive(Default)]
struct Current {
    /// Its lines; there is always one.
    lines: Vec<TextLine>,
    /// What stands before the text of an item of an ordered list.
    number: Option<String>,
}

/// A line of a block.
#[derive(Default)]
struct TextLine {
    text: String,
    first: Option<usize>,
    last: usize,
    letters: usize,
    linked: usize,
}

impl Current {
    fn line(&mut self) -> &mut TextLine {
        if self.lines.is_empty() {
            self.lines.push(TextLine::default());
        }
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }
}

struct Reader<'p> {
    page: &'p Page,
    left_out: &'p [bool],
    styles: Styles,
    tables: Tables,
    blocks: Vec<PageBlock>,
    current: Current,
    open: Vec<Open>,
    lists: Vec<Numbering>,
    kind: Option<ParagraphKind>,
    link_end: usize,
}

impl Reader<'_> {
    fn read(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(node) = self.page.nodes.get(at).filter(|_| at < range.end) {
            self.close(at);
            if self.left_out.get(at).copied().unwrap_or(false) {
                at = node.end;
                continue;
            }
            match &node.content {
                Content::Text(text) => self.push(at, text),
                Content::Element(element) => {
                    if let Some(level) = self.styles.level(self.page, at, element) {
                        self.push_raised(at, element, level);
                        at = node.end;
                        continue;
                    }
                    self.enter(at, node.end, element);
                }
                Content::Comment(_) | Content::Other => {}
            }
            at += 1;
        }
        self.close(usize::MAX);
        self.flush();
    }

    /// Ends the blocks that end before `at`.
    fn close(&mut self, at: usize) {
        while self.open.last().is_some_and(|open| open.end <= at) {
            self.flush();
            if let Some(open) = self.open.pop() {
                self.kind = open.kind_before;
            }
        }
        while self.lists.last().is_some_and(|list| list.end <= at) {
            self.lists.pop();
        }
    }

    fn enter(&mut self, at: usize, end: usize, element: &Element) {
        match element.name.as_str() {
            "br" => {
                self.current.line();
                self.current.lines.push(TextLine::default());
            }
            "a" => self.link_end = self.link_end.max(end),
            "img" | "small" => self.current.line().text.push(' '),
            _ => {}
        }
        // Cells of a row are parted by spaces.
        if self.tables.is_in_row(at) {
            if is_block(&element.name) {
                self.current.line().text.push(' ');
            }
            return;
        }
        // The denominator of a fraction in MathML.
        if raised::is_denominator(self.page, at) {
            self.current.line().text.push('/');
        }
        if !is_block(&element.name) && !self.is_part_of_caption(at, element) {
            return;
        }
        self.flush();
        self.open.push(Open {
            element: at,
            end,
            kind_before: self.kind,
        });
        match element.name.as_str() {
            "ol" => {
                let start = element
                    .attribute("start")
                    .and_then(|start| start.parse().ok());
                let is_reversed = element.attribute("reversed").is_some();
                let of_items = || {
                    let items = self.page.elements_in(at).take(MAX_NODES_OF_LIST);
                    let own = items.filter(|(item, inner)| {
                        inner.name == "li" && self.page.parent(*item) == at
                    });
                    own.fold(0_i64, |count, _| count + 1)
                };
                let last = if is_reversed { of_items() } else { 1 };
                self.lists.push(Numbering {
                    end,
                    next: Some(start.unwrap_or(last)),
                    step: if is_reversed { -1 } else { 1 },
                    first_letter: match element.attribute("type") {
                        Some("a") => Some('a'),
                        Some("A") => Some('A'),
                        _ => None,
                    },
                });
            }
            "ul" | "menu" => self.lists.push(Numbering {
                end,
                next: None,
                step: 1,
                first_letter: None,
            }),
            "li" => self.begin_item(element),
            _ => {}
        }
        self.kind = self.kind_of(at, element).or(self.kind);
        if self.tables.is_row(at) {
            self.kind = Some(ParagraphKind::Text);
        }
    }

    fn begin_item(&mut self, element: &Element) {
        let Some(list) = self.lists.last_mut() else {
            return;
        };
        let Some(next) = list.next else { return };
        let value = element
            .attribute("value")
            .and_then(|value| value.parse().ok());
        let number = value.unwrap_or(next);
        list.next = Some(number.saturating_add(list.step));
        self.current.number = Some(list.mark(number));
    }

    fn push(&mut self, at: usize, text: &str) {
        let letters = letter_count(text);
        let is_linked = at < self.link_end;
        if self.is_glued_to_time(at, text) {
            self.current.line().text.push(' ');
        }
        let line = self.current.line();
        if letters > 0 {
            line.first.get_or_insert(at);
            line.last = at;
        }
        line.letters += letters;
        if is_linked {
            line.linked += letters;
        }
        // Line breaks of the source mean a space. Models do not know the slash of fractions.
        let mut before = line.text.chars().next_back().unwrap_or(' ');
        let text = text.chars().map(|next| {
            let after_digit = before.is_ascii_digit();
            before = next;
            match next {
                '\n' | '\r' => ' ',
                '⁄' if after_digit => '/',
                _ => next,
            }
        });
        line.text.extend(text);
    }

    /// Whether a text begins with a digit right behind the digit of a date's element (`<time>27.01.2024</time>27 қаңтар`).
    fn is_glued_to_time(&mut self, at: usize, text: &str) -> bool {
        let is_digit = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_digit());
        if !is_digit(text.chars().next()) || !is_digit(self.current.line().text.chars().next_back())
        {
            return false;
        }
        let before = at.checked_sub(1).map(|before| self.page.parent(before));
        let before = before.and_then(|before| self.page.element(before));
        before.is_some_and(|element| element.name == "time")
    }

    /// What is set higher or lower than the rest.
    fn push_raised(&mut self, at: usize, element: &Element, level: Level) {
        let text = self.page.text(at, raised::MAX_RAISED_BYTES);
        let nodes = self.page.nodes.get(self.page.range(at)).unwrap_or_default();
        let is_link = |node: &super::page::Node| matches!(&node.content, Content::Element(element) if element.name == "a");
        if element.has_name(&["reference", "footnote", "footnote ref", "noteref"])
            || (at < self.link_end || nodes.iter().any(is_link)) && raised::is_note_mark(&text)
        {
            return;
        }
        let end = self.page.range(at).end;
        let after = self.page.nodes.get(end..).unwrap_or_default();
        let after = (end..).zip(after.iter().take(MAX_NODES_AFTER));
        let mut after = after.take_while(|(at, node)| match &node.content {
            Content::Element(element) => {
                let is_off = || self.styles.level(self.page, *at, element).is_some();
                element.name != "br" && !is_block(&element.name) && !is_off()
            }
            _ => true,
        });
        let after = after.find_map(|(at, node)| match &node.content {
            Content::Text(text) if !text.is_empty() => Some((at, text.as_str())),
            _ => None,
        });
        // A bar alone is that of a fraction only where what follows it is lowered.
        let after = after.filter(|(next, text)| *text != "/" || self.is_lowered(next + 1));
        let after = match after {
            Some((_, text)) => text.to_owned(),
            // What is lowered right behind it may be the lower part of a fraction.
            None if level == Level::Above && self.is_lowered(end) => {
                let below = self.page.text(end, raised::MAX_RAISED_BYTES);
                let behind = self.page.nodes.get(self.page.range(end).end);
                let behind = behind.map_or("", |node| match &node.content {
                    Content::Text(text) => text,
                    _ => "",
                });
                format!("<sub>{below}</sub>{behind}")
            }
            None => String::new(),
        };
        let mut with = String::new();
        let before = &self.current.line().text;
        raised::push(&mut with, before, &text, level, &after);
        self.push(at, &with);
    }

    /// Whether a node is an element below the line.
    fn is_lowered(&self, at: usize) -> bool {
        let element = self.page.element(at);
        element
            .is_some_and(|element| self.styles.level(self.page, at, element) == Some(Level::Below))
    }

    /// Ends a block: one block if its kind is known, else as many as its lines make.
    fn flush(&mut self) {
        let Current { mut lines, number } = std::mem::take(&mut self.current);
        if lines.iter().all(|line| line.text.trim().is_empty()) {
            self.current.number = number;
            return;
        }
        let mut first = lines.iter_mut().find(|line| !line.text.trim().is_empty());
        if let (Some(number), Some(first)) = (number, &mut first)
            && !first
                .text
                .trim_start()
                .starts_with(|first: char| first.is_ascii_digit())
        {
            first.letters += letter_count(&number);
            first.text.insert_str(0, &number);
        }
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let texts = match self.kind {
            Some(_) => vec![squeeze(&texts.join(" "))],
            None => paragraphs::join_lines(&texts),
        };
        let mut rest = lines.iter().peekable();
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            // The lines that make this text: joining changes no letters.
            let all = letter_count(&text);
            let (mut letters, mut linked) = (0, 0);
            let (mut first, mut last) = (None, 0);
            while let Some(line) = rest.next_if(|line| letters < all || line.letters == 0) {
                letters += line.letters;
                linked += line.linked;
                first = first.or(line.first);
                last = last.max(line.last);
            }
            let Some(first) = first else { continue };
            // Names that are links are no heading.
            let names = (linked == letters && letters > 0).then_some(ParagraphKind::Text);
            let kind = match self.kind.or(names) {
                // A picture and its credit in a row of a table.
                Some(ParagraphKind::Text) if metadata::is_photo_credit(&text) => {
                    Some(ParagraphKind::Caption)
                }
                kind => kind,
            };
            let is_note = self.kind != Some(ParagraphKind::List) && notes::is_note(&text)
                || notes::is_of_byline(&text);
            self.blocks.push(PageBlock {
                is_note,
                nodes: first..last + 1,
                element: self.open.last().map_or(0, |open| open.element),
                kind,
                text,
                letters,
                linked,
            });
        }
    }

    fn kind_of(&self, at: usize, element: &Element) -> Option<ParagraphKind> {
        match element.name.as_str() {
            name if is_heading(name) => Some(ParagraphKind::Heading),
            "li" if !self.is_in_gallery(at) => Some(ParagraphKind::List),
            "figcaption" | "caption" => Some(ParagraphKind::Caption),
            _ if self.is_caption(at, element) => Some(ParagraphKind::Caption),
            _ => None,
        }
    }
}
