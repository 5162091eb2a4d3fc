//! Word: the article as a table of two columns, source and English, or the English alone.

mod package;

use std::fmt::Write as _;
use std::io;

use super::language::{Language, sentence_from, translated_from};
use super::list::Item;
use super::xml::escaped;
use super::{Layout, Report, english, flags, metadata_line};
use crate::checks::{Check, Finding};
use crate::document::{Document, Paragraph, ParagraphKind, Sentence};

/// The letters of what is no text of the article.
const FAINT: &str = "<w:color w:val=\"595959\"/>";

/// A document of one article, or of several with a page break between them.
#[derive(Default)]
pub(super) struct Docx {
    layout: Layout,
    body: String,
    /// The title of the first article.
    title: Option<String>,
}

impl Docx {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            ..Self::default()
        }
    }
}

impl Report for Docx {
    fn add(&mut self, document: &Document, _: &mut dyn io::Write) -> io::Result<()> {
        let title = document.title.as_ref().map(english);
        let title = title.unwrap_or(document.id.as_str().into());
        if self.title.is_none() {
            self.title = Some(title.clone().into_owned());
        } else {
            self.body
                .push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
        }
        let mut view = View {
            source: Language::of(&document.languages.source),
            layout: self.layout,
            notes: Vec::new(),
            body: &mut self.body,
        };
        view.article(document, &title);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        let title = self.title.as_deref().unwrap_or_default();
        package::write(title, &self.body, out)
    }
}

/// Which column a text is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Target,
}

/// An article being written.
struct View<'a> {
    source: Language,
    layout: Layout,
    /// What checks saw, in the order of the marks in the text.
    notes: Vec<String>,
    body: &'a mut String,
}

impl View<'_> {
    fn article(&mut self, document: &Document, title: &str) {
        // The notes are above the text, and known after it.
        let mut head = String::new();
        let title = match &document.title {
            Some(sentence) => self.marked(title, sentence),
            None => run(title, ""),
        };
        head.push_str(&block("Title", "", &title));
        if let (Layout::Columns, Some(title)) = (self.layout, &document.title) {
            let properties = self.direction(Side::Source, Some(title));
            let text = self.source_run(title);
            head.push_str(&block("Subtitle", properties, &text));
        }
        let url = document.metadata.url.clone();
        let line = [
            metadata_line(&document.metadata),
            translated_from(&document.languages),
            url,
        ];
        let line: Vec<String> = line.into_iter().flatten().collect();
        if !line.is_empty() {
            head.push_str(&block("Facts", "", &run(&line.join(" · "), "")));
        }
        if let Some(summary) = &document.summary {
            let mark = self.mark(&summary.flags, &summary.findings);
            head.push_str(&block("Heading1", "", &run("Summary", "")));
            let text = format!("{}{mark}", run(&summary.target, ""));
            head.push_str(&block("Summary", "", &text));
        }
        let text = match self.layout {
            Layout::Columns => self.table(&document.paragraphs),
            Layout::English => {
                let blocks = document.paragraphs.iter();
                blocks
                    .map(|paragraph| self.paragraph(paragraph, Side::Target))
                    .collect()
            }
        };
        self.body.push_str(&head);
        self.body
            .push_str(&block("Heading1", "", &run("Where to be careful", "")));
        if self.notes.is_empty() {
            let none =
                "No check found anything to mark. That proves nothing: check before quoting.";
            self.body.push_str(&block("Note", "", &run(none, "")));
        }
        for note in std::mem::take(&mut self.notes) {
            self.body.push_str(&block("Note", "", &note));
        }
        self.body.push_str(&block("Heading1", "", &run("Text", "")));
        self.body.push_str(&text);
        let made = format!(
            "Machine translation, check before quoting. Model: {}.",
            document.models.translation
        );
        self.body.push_str(&block("Facts", "", &run(&made, "")));
    }

    /// The text as a table, a row a paragraph.
    fn table(&mut self, paragraphs: &[Paragraph]) -> String {
        if paragraphs.is_empty() {
            return String::new();
        }
        let cell = |content: &str| {
            format!("<w:tc><w:tcPr><w:tcW w:w=\"2500\" w:type=\"pct\"/></w:tcPr>{content}</w:tc>")
        };
        let name = |name: &str| cell(&block("Column", "", &run(name, "")));
        let mut table = format!(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"Pairs\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/>\
             <w:tblLayout w:type=\"fixed\"/></w:tblPr>\
             <w:tblGrid><w:gridCol w:w=\"4819\"/><w:gridCol w:w=\"4819\"/></w:tblGrid>\
             <w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr>",
            name(&self.source.name.clone()),
            name("English")
        );
        for paragraph in paragraphs {
            let source = cell(&self.paragraph(paragraph, Side::Source));
            let target = cell(&self.paragraph(paragraph, Side::Target));
            // Writing to a String cannot fail.
            let _ = write!(table, "<w:tr>{source}{target}</w:tr>");
        }
        table.push_str("</w:tbl>");
        table
    }

    /// One side of a paragraph.
    fn paragraph(&mut self, paragraph: &Paragraph, side: Side) -> String {
        let sentences = paragraph.sentences.iter().map(|sentence| match side {
            Side::Source => self.source_run(sentence),
            Side::Target => self.marked(&english(sentence), sentence),
        });
        let text = sentences.collect::<Vec<_>>().join(&run(" ", ""));
        let style = match paragraph.kind {
            ParagraphKind::Text => "Text",
            ParagraphKind::Heading => "Heading2",
            ParagraphKind::Caption => "Caption",
            ParagraphKind::List => "Item",
        };
        let first_sentence = paragraph.sentences.first();
        let first = first_sentence.map_or("", |sentence| match side {
            Side::Source => &sentence.source,
            Side::Target => &sentence.target,
        });
        // An item with a bullet or number of its own keeps that alone.
        let bullet = match Item::of(first.trim()) {
            Item::Bulleted { text } if style == "Item" && text == first.trim() => {
                "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>"
            }
            _ => "",
        };
        let properties = format!("{bullet}{}", self.direction(side, first_sentence));
        block(style, &properties, &text)
    }

    /// The language of a sentence's source: its own, or the article's.
    fn language(&self, sentence: &Sentence) -> Language {
        let own = sentence.language.as_deref();
        own.map_or_else(|| self.source.clone(), Language::of)
    }

    /// The direction of a paragraph that begins with this sentence.
    fn direction(&self, side: Side, first: Option<&Sentence>) -> &'static str {
        let language = first.map(|sentence| self.language(sentence));
        let is_right_to_left = language.is_some_and(|language| language.right_to_left);
        match side {
            Side::Source if is_right_to_left => "<w:bidi/>",
            _ => "",
        }
    }

    fn source_run(&self, sentence: &Sentence) -> String {
        let language = self.language(sentence);
        let direction = if language.right_to_left {
            "<w:rtl/>"
        } else {
            ""
        };
        let tag = escaped(&language.tag);
        run(
            &sentence.source,
            &format!("{direction}<w:lang w:val=\"{tag}\" w:bidi=\"{tag}\"/>"),
        )
    }

    /// A text of the document, with the language it is from if that is not the article's, and the mark
    /// of its note if a check failed.
    fn marked(&mut self, text: &str, sentence: &Sentence) -> String {
        let mark = self.mark(&sentence.flags, &sentence.findings);
        let shade = if mark.is_empty() {
            ""
        } else {
            "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFF2CC\"/>"
        };
        let from = sentence_from(sentence).map(|from| run(&format!(" [{from}]"), FAINT));
        format!("{}{}{mark}", run(text, shade), from.unwrap_or_default())
    }

    /// The mark of a note, which is added to the notes; empty if no check failed.
    fn mark(&mut self, flags: &[Check], findings: &[Finding]) -> String {
        if flags.is_empty() {
            return String::new();
        }
        let number = self.notes.len() + 1;
        let mut note = run(&format!("{number}. "), "");
        for (index, &check) in flags.iter().enumerate() {
            let space = if index > 0 { "; " } else { "" };
            let words = flags::reason(check, findings);
            let words = words.as_deref().unwrap_or(flags::meaning(check).words);
            note.push_str(&run(&format!("{space}{}", check.name()), "<w:b/>"));
            note.push_str(&run(&format!(": {words}"), ""));
        }
        self.notes.push(note);
        run(
            &format!("[{number}]"),
            "<w:vertAlign w:val=\"superscript\"/>",
        )
    }
}

/// A paragraph in a style, with further properties of it.
fn block(style: &str, properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>{runs}</w:p>")
}

/// A text with properties of its letters.
fn run(text: &str, properties: &str) -> String {
    let text = escaped(text);
    let properties = match properties {
        "" => String::new(),
        properties => format!("<w:rPr>{properties}</w:rPr>"),
    };
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}
