//! OpenDocument texts (.odt): the paragraphs of the document's body with their styles.
//!
//! Rows of tables are paragraphs, text boxes come where they are anchored; headers and footers,
//! footnotes, comments and deleted text are not read.

use std::collections::HashMap;
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::paragraphs::Block;
use super::table_rows::TableRows;
use super::xml::attribute;
use super::{ArticleError, Format, ParagraphKind, fractions};
use crate::files::read_at_most;
use crate::text::{Level, off_the_line};

/// Maximum size of the unpacked XML; a long book has a tenth of it.
const MAX_BYTES: u64 = 64 << 20;
/// Maximum spaces that one element stands for.
const MAX_SPACES: usize = 1000;
/// Maximum paragraphs within each other.
const MAX_OPEN: usize = 1000;

/// Elements whose text is not the document's own.
const HIDDEN: [&str; 6] = [
    "text:note",
    "text:tracked-changes",
    "office:annotation",
    "text:ruby-text",
    "svg:title",
    "svg:desc",
];

/// The paragraphs of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] if the file is not an archive, lacks a document, or holds broken XML.
pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block>, ArticleError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let content = archive.by_name("content.xml");
    let content = content.map_err(|error| damaged(format!("content.xml: {error}")))?;
    let content = read_at_most(content, MAX_BYTES).map_err(damaged)?;
    let content = content.ok_or_else(|| damaged("content.xml unpacks to more than 64 MB"))?;
    let content = String::from_utf8(content).map_err(damaged)?;
    let mut body = Body::default();
    let mut reader = Reader::from_str(&content);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Eof => break,
            event => body.take(&event)?,
        }
    }
    while body.close() {}
    let blocks = body.rows.into_blocks();
    if blocks.is_empty() {
        return Err(ArticleError::Empty);
    }
    Ok(blocks)
}

fn damaged(error: impl std::fmt::Display) -> ArticleError {
    ArticleError::Damaged {
        format: Format::Odt.description().into(),
        reason: error.to_string(),
    }
}

/// Whether a position (`super 58%`, `33% 58%`) is above or below the line.
fn level_of(position: &str) -> Option<Level> {
    let height = position.split_whitespace().next().unwrap_or_default();
    let percent = height.strip_suffix('%');
    let percent: f32 = percent.map_or(0.0, |number| number.parse().unwrap_or(0.0));
    match height {
        "super" => Some(Level::Above),
        "sub" => Some(Level::Below),
        _ if percent > 0.0 => Some(Level::Above),
        _ if percent < 0.0 => Some(Level::Below),
        _ => None,
    }
}

/// The body as it is read; paragraphs nest if one has a text box.
#[derive(Default)]
struct Body {
    rows: TableRows,
    open: Vec<(String, Option<ParagraphKind>)>,
    /// The style that each automatic style is made from.
    parents: HashMap<String, String>,
    /// What an automatic style says of the height of its text.
    levels: HashMap<String, Option<Level>>,
    /// The style that is being read; empty outside of one.
    style: String,
    /// Whether the text of each span around is above or below the line.
    spans: Vec<Option<Level>>,
    /// How many elements around hold text that is not the document's.
    hidden: usize,
    lists: usize,
}

impl Body {
    fn take(&mut self, event: &Event<'_>) -> Result<(), ArticleError> {
        match event {
            Event::Start(tag) if HIDDEN.contains(&tag.name().as_ref()) => self.hidden += 1,
            Event::End(tag) if HIDDEN.contains(&tag.name().as_ref()) => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            _ if self.hidden > 0 => {}
            Event::Start(tag) => self.start(tag)?,
            Event::Empty(tag) => self.empty(tag),
            Event::End(tag) => match tag.name().as_ref() {
                "text:p" | "text:h" => {
                    self.close();
                }
                "text:span" => _ = self.spans.pop(),
                "text:list" => self.lists = self.lists.saturating_sub(1),
                "table:table-row" => self.rows.end_row(),
                "style:style" => self.style.clear(),
                _ => {}
            },
            Event::Text(text) => match self.spans.last().copied().flatten() {
                Some(level) => {
                    let before = self.open.last().map_or("", |(paragraph, _)| paragraph);
                    self.push(&off_the_line(before, text, level));
                }
                None => self.push(text),
            },
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &**entity);
                self.push(&html_escape::decode_html_entities(&entity));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), ArticleError> {
        match tag.name().as_ref() {
            "text:p" | "text:h" => {
                if self.open.len() == MAX_OPEN {
                    return Err(damaged(
                        "its paragraphs are more than 1000 deep in each other",
                    ));
                }
                let kind = self.kind(tag);
                self.open.push((String::new(), kind));
            }
            "text:span" => {
                let style = attribute(tag, "text:style-name").unwrap_or_default();
                let around = self.spans.last().copied().unwrap_or_default();
                let level = self.levels.get(&style).copied();
                self.spans.push(level.unwrap_or(around));
            }
            "text:list" => self.lists += 1,
            "table:table-row" => self.rows.begin_row(),
            "table:table-cell" => self.rows.begin_cell(),
            "style:style" => {
                self.style = attribute(tag, "style:name").unwrap_or_default();
                self.empty(tag);
            }
            _ => self.empty(tag),
        }
        Ok(())
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        match tag.name().as_ref() {
            "text:s" => {
                let spaces = attribute(tag, "text:c").and_then(|count| count.parse().ok());
                let spaces: usize = spaces.unwrap_or(1);
                self.push(&" ".repeat(spaces.min(MAX_SPACES)));
            }
            "text:tab" => self.push(" "),
            "text:line-break" => self.push("\n"),
            "style:style" => {
                let name = attribute(tag, "style:name");
                let parent = attribute(tag, "style:parent-style-name");
                self.parents.extend(name.zip(parent));
            }
            // Others are of the numbers of lists and of what has no name.
            "style:text-properties" if !self.style.is_empty() => {
                let position = attribute(tag, "style:text-position");
                let level = position.map(|position| level_of(&position));
                let style = self.style.clone();
                self.levels.extend(Some(style).zip(level));
            }
            _ => {}
        }
    }

    /// What a paragraph is, by its element, its style and what is around it.
    fn kind(&self, tag: &BytesStart<'_>) -> Option<ParagraphKind> {
        if tag.name().as_ref() == "text:h" {
            return Some(ParagraphKind::Heading);
        }
        let style = attribute(tag, "text:style-name").unwrap_or_default();
        let style = self.parents.get(&style).unwrap_or(&style).to_lowercase();
        match style.as_str() {
            "title" | "subtitle" => Some(ParagraphKind::Heading),
            "caption" | "illustration" | "figure" | "table" => Some(ParagraphKind::Caption),
            _ if style.starts_with("heading") => Some(ParagraphKind::Heading),
            _ if self.lists > 0 => Some(ParagraphKind::List),
            _ => None,
        }
    }

    fn push(&mut self, text: &str) {
        if let Some((paragraph, _)) = self.open.last_mut() {
            paragraph.push_str(text);
        }
    }

    /// Ends the innermost paragraph; `false` if there is none.
    fn close(&mut self) -> bool {
        let Some((paragraph, kind)) = self.open.pop() else {
            return false;
        };
        let lines = paragraph.split('\n');
        self.rows
            .extend(lines.filter_map(|line| Block::new(&fractions::plain(line), kind)));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The paragraphs of a document with these automatic styles and this text.
    fn texts(styles: &str, text: &str) -> Vec<String> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("content.xml", options).unwrap();
        let content = format!(
            "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>\
             <office:text>{text}</office:text></office:body></office:document-content>"
        );
        archive.write_all(content.as_bytes()).unwrap();
        let archive = archive.finish().unwrap().into_inner();
        let blocks = blocks(&archive).unwrap().into_iter();
        blocks.map(|block| block.text).collect()
    }

    #[test]
    fn a_row_of_short_cells_is_a_paragraph_and_a_layout_keeps_its_own() {
        let row = |cells: &[&str]| {
            let cells: String = cells
                .iter()
                .map(|cell| format!("<table:table-cell>{cell}</table:table-cell>"))
                .collect();
            format!("<table:table-row>{cells}</table:table-row>")
        };
        let rows = row(&["<text:p>a</text:p>", "<text:p/>", "<text:p>b</text:p>"])
            + &row(&["<text:p>c</text:p><text:p>d</text:p>", "<text:p>e</text:p>"]);
        let table =
            format!("<text:p>x</text:p><table:table>{rows}</table:table><text:p>y</text:p>");
        assert_eq!(texts("", &table), ["x", "a b", "c", "d", "e", "y"]);
    }

    #[test]
    fn what_no_style_holds_raises_nothing() {
        let raised = "<style:text-properties style:text-position=\"super 58%\"/>";
        let styles = format!(
            "<style:style style:name=\"T1\"></style:style><style:style style:name=\"T2\"/>\
             <style:default-style>{raised}</style:default-style>\
             <text:list-style style:name=\"L1\">{raised}</text:list-style>"
        );
        let text = "<text:p>10<text:span text:style-name=\"T1\">6</text:span>\
                    <text:span text:style-name=\"T2\">7</text:span><text:span>8</text:span></text:p>";
        assert_eq!(texts(&styles, text), ["10678"]);
    }

    #[test]
    fn raised_digits_stay_raised() {
        let style = |name: &str, position: &str| {
            format!(
                "<style:style style:name=\"{name}\" style:family=\"text\"><style:text-properties \
                 style:text-position=\"{position}\"/></style:style>"
            )
        };
        let styles = [
            style("T1", "super 58%"),
            style("T2", "33% 58%"),
            style("T3", "sub 58%"),
            style("T4", "0% 100%"),
            "<style:style style:name=\"T5\"><style:text-properties fo:color=\"#000\"/></style:style>".to_owned(),
        ];
        for (text, expected) in [
            (
                "10<text:span text:style-name=\"T1\">6</text:span> t",
                "10⁶ t",
            ),
            (
                "10<text:span text:style-name=\"T2\">-6</text:span>5",
                "10⁻⁶5",
            ),
            ("H<text:span text:style-name=\"T3\">2</text:span>", "H2"),
            (
                "1<text:span text:style-name=\"T1\">2<text:span text:style-name=\"T5\">3</text:span>\
                 <text:span text:style-name=\"T4\">4</text:span></text:span>",
                "1²³4",
            ),
        ] {
            let text = format!("<text:p>{text}</text:p>");
            assert_eq!(texts(&styles.concat(), &text), [expected]);
        }
    }
}
