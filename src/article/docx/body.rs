//! The body of a document, element by element.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::names::{Names, Space, attribute};
use super::{damaged, symbols};
use crate::article::fractions;
use crate::article::paragraphs::Block;
use crate::article::table_rows::TableRows;
use crate::article::{ArticleError, ParagraphKind};
use crate::text::{Level, off_the_line};

/// The body as it is read; paragraphs nest if one has a text box.
#[derive(Default)]
pub(super) struct Body {
    rows: TableRows,
    open: Vec<(String, Option<ParagraphKind>)>,
    /// Where the numerator began of each fraction around.
    fractions: Vec<usize>,
    in_text: bool,
    /// Whether the run's text stands above the line or below it.
    level: Option<Level>,
    /// How many elements around hold text that is not the document's: deleted, moved away, or a
    /// second copy for old readers.
    hidden: usize,
}

impl Body {
    pub(super) fn read(
        xml: &str,
        styles: &HashMap<String, String>,
    ) -> Result<Vec<Block>, ArticleError> {
        let mut reader = Reader::from_str(xml);
        let mut names = Names::default();
        let mut body = Body::default();
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Eof => break,
                Event::Start(tag) => {
                    names.learn(&tag);
                    body.start(names.of(&tag.name()), &tag, styles);
                }
                Event::Empty(tag) if body.hidden == 0 => {
                    body.empty(names.of(&tag.name()), &tag, styles);
                }
                Event::End(tag) => body.end(names.of(&tag.name())),
                _ if body.hidden > 0 => {}
                Event::Text(text) if body.in_text => {
                    body.push_text(&text);
                }
                Event::GeneralRef(entity) if body.in_text => {
                    let entity = format!("&{};", &*entity);
                    body.push_text(&html_escape::decode_html_entities(&entity));
                }
                _ => {}
            }
        }
        while !body.open.is_empty() {
            body.close();
        }
        Ok(body.rows.into_blocks())
    }

    fn start(
        &mut self,
        name: (Space, &str),
        tag: &BytesStart<'_>,
        styles: &HashMap<String, String>,
    ) {
        if is_hidden(name) {
            self.hidden += 1;
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            (Space::Word, "p") => self.open.push((String::new(), None)),
            (Space::Word, "r") => self.level = None,
            (Space::Word | Space::Math, "t") => self.in_text = true,
            (Space::Word, "tr") => self.rows.begin_row(),
            (Space::Word, "tc") => self.rows.begin_cell(),
            (Space::Math, "f") => {
                // A whole number before a fraction: `3 1/3`.
                if self.ends_with(|end| end.is_ascii_digit()) {
                    self.push(" ");
                }
                self.fractions.push(self.length());
            }
            (Space::Math, "den") => self.divide(),
            (Space::Math, "sup") => self.push("^"),
            (Space::Math, "sub") => self.push("_"),
            (Space::Math, "rad") => self.push("√"),
            // `<w:br></w:br>` is `<w:br/>`.
            _ => self.empty(name, tag, styles),
        }
    }

    fn empty(
        &mut self,
        name: (Space, &str),
        tag: &BytesStart<'_>,
        styles: &HashMap<String, String>,
    ) {
        match name {
            (Space::Word, "tab" | "ptab") => self.push(" "),
            (Space::Word, "br" | "cr") => self.push("\n"),
            (Space::Word, "noBreakHyphen") => self.push("-"),
            (Space::Word, "sym") => {
                let [font, place] = ["font", "char"].map(|name| attribute(tag, name));
                let place = place.unwrap_or_default();
                let symbol = symbols::character(&font.unwrap_or_default(), &place);
                self.push(symbol.encode_utf8(&mut [0; 4]));
            }
            _ => self.property(name, tag, styles),
        }
    }

    fn end(&mut self, name: (Space, &str)) {
        if self.hidden > 0 {
            self.hidden -= usize::from(is_hidden(name));
            return;
        }
        match name {
            (Space::Word | Space::Math, "t") => self.in_text = false,
            (Space::Word, "r") => self.level = None,
            (Space::Word, "p") => self.close(),
            (Space::Word, "tr") => self.rows.end_row(),
            (Space::Math, "f") => _ = self.fractions.pop(),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if let Some((paragraph, _)) = self.open.last_mut() {
            paragraph.push_str(text);
        }
    }

    fn push_text(&mut self, text: &str) {
        let before = self.open.last().map_or("", |(paragraph, _)| paragraph);
        match self.level {
            Some(level) => self.push(&off_the_line(before, text, level)),
            None => self.push(text),
        }
    }

    fn length(&self) -> usize {
        self.open.last().map_or(0, |(paragraph, _)| paragraph.len())
    }

    fn ends_with(&self, is_end: impl Fn(char) -> bool) -> bool {
        self.open
            .last()
            .is_some_and(|(paragraph, _)| paragraph.ends_with(is_end))
    }

    /// The line of a fraction; a sum above it is put into brackets.
    fn divide(&mut self) {
        let (Some((paragraph, _)), Some(&start)) = (self.open.last_mut(), self.fractions.last())
        else {
            return;
        };
        let is_sum = paragraph
            .get(start..)
            .is_some_and(|above| above.contains(['+', '-', '−', '±', ' ']));
        if is_sum {
            paragraph.insert(start, '(');
            paragraph.push(')');
        }
        paragraph.push('/');
    }

    /// A paragraph's style or numbering says what it is; a run's, whether it is raised or lowered.
    fn property(
        &mut self,
        name: (Space, &str),
        tag: &BytesStart<'_>,
        styles: &HashMap<String, String>,
    ) {
        let kind = match name {
            (Space::Word, "vertAlign") => {
                self.level = match attribute(tag, "val").as_deref() {
                    Some("superscript") => Some(Level::Above),
                    Some("subscript") => Some(Level::Below),
                    _ => None,
                };
                None
            }
            (Space::Word, "numPr") => Some(ParagraphKind::List),
            (Space::Word, "pStyle") => attribute(tag, "val").and_then(|identifier| {
                let name = styles
                    .get(&identifier)
                    .cloned()
                    .unwrap_or(identifier.to_lowercase());
                match name.as_str() {
                    "title" | "subtitle" => Some(ParagraphKind::Heading),
                    "caption" => Some(ParagraphKind::Caption),
                    _ if name.starts_with("heading") => Some(ParagraphKind::Heading),
                    _ if name.starts_with("list") => Some(ParagraphKind::List),
                    _ => None,
                }
            }),
            _ => None,
        };
        if let Some((_, slot @ None)) = self.open.last_mut() {
            *slot = kind;
        }
    }

    fn close(&mut self) {
        let Some((paragraph, kind)) = self.open.pop() else {
            return;
        };
        let lines = paragraph.split('\n');
        self.rows
            .extend(lines.filter_map(|line| Block::new(&fractions::plain(line), kind)));
    }
}

fn is_hidden((space, name): (Space, &str)) -> bool {
    match space {
        Space::Word => matches!(name, "del" | "moveFrom"),
        Space::Math => false,
        Space::Other => name == "Fallback",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_and_breaks_are_read_in_their_order_with_an_end_tag_or_without() {
        let paragraph = |inner: &str| {
            format!(
                "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p>\
                 <w:r>{inner}</w:r></w:p></w:body></w:document>"
            )
        };
        for (inner, lines) in [
            (
                "<w:t>Аты</w:t><w:tab/><w:t>Асқар</w:t><w:br/><w:t>Жасы</w:t>",
                &["Аты Асқар", "Жасы"],
            ),
            (
                "<w:t>Аты</w:t><w:tab></w:tab><w:t>Асқар</w:t><w:br></w:br><w:t>Жасы</w:t>",
                &["Аты Асқар", "Жасы"],
            ),
            (
                "<w:t>Аты</w:t><w:br/><w:tab/><w:t>Асқар</w:t>",
                &["Аты", "Асқар"],
            ),
        ] {
            let blocks = Body::read(&paragraph(inner), &HashMap::new()).expect("a document");
            let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
            assert_eq!(texts, lines, "{inner}");
        }
    }
}
