//! A writer for each format. It gets a finished [`Document`] and only writes it; it computes
//! nothing.
//!
//! Policy: every text of a document is untrusted, the article's and the translation's alike. It is
//! escaped for the format it goes into, and what a terminal would obey never reaches one (see
//! `escape`). Only JSON keeps every character.

mod csv;
mod docx;
mod escape;
pub(crate) mod flags;
mod format;
mod html;
pub mod index_page;
mod json;
mod language;
mod list;
mod markdown;
mod package;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
mod text;
mod tmx;
#[cfg(feature = "archive")]
mod written;
mod xliff;
mod xlsx;
mod xml;

pub use format::{Format, UnknownFormat};
pub use json::line as json_line;
#[cfg(all(feature = "archive", feature = "sqlite"))]
pub(crate) use sqlite::write_failure as database_failure;

use std::borrow::Cow;
use std::io;
use std::path::Path;

use crate::document::{Document, Metadata, Sentence};

/// How a report for people is styled. The default suits a pipe or a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Columns to wrap text to; `None` leaves each paragraph on one line.
    pub width: Option<usize>,
    /// Whether a terminal shows the output, so that even invisible reordering of text is made plain.
    pub terminal: bool,
    /// Names the failed checks, and what they saw, after a sentence of text.
    pub marks: bool,
    /// Lists the names below a text.
    pub names: bool,
    /// Bold, faint and coloured text on a terminal.
    pub colour: bool,
    /// What a Word document shows of the two texts.
    pub layout: Layout,
}

/// What a document for people shows of the two texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// Source and English side by side.
    #[default]
    Columns,
    /// The English alone.
    English,
}

/// Writes one document on its own.
///
/// # Errors
/// Whatever `out` reports; a closed pipe is [`io::ErrorKind::BrokenPipe`].
pub fn write(
    document: &Document,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut report = report(format, style, Framing::Standalone, None);
    report.add(document, out)?;
    report.finish(out)?;
    out.flush()
}

/// As [`write()`], for the result of one article of many: a page in `file`, a path below the folder of
/// results, links to the page over all of them ([`index_page::FILE`]) and to the articles next to it.
///
/// # Errors
/// Whatever `out` reports.
pub fn write_result(
    document: &Document,
    format: Format,
    style: &Style,
    file: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if format != Format::Html {
        return write(document, format, style, out);
    }
    let mut page = html::Html::at(html::Place::of(document, file));
    page.add(document, out)?;
    page.finish(out)
}

/// Writes several documents to one place, each as soon as it is known: JSON becomes an array, also
/// of a single document; text and Markdown follow one another; HTML is one page, written at the end.
pub struct Writer<W: io::Write> {
    report: Box<dyn Report>,
    out: W,
}

impl<W: io::Write> Writer<W> {
    /// Begins a report; nothing is written yet.
    pub fn new(format: Format, style: &Style, out: W) -> Self {
        Self {
            report: report(format, style, Framing::Linked, None),
            out,
        }
    }

    /// As [`Self::new`], for many documents: what a format gathers in temporary files is under this
    /// path, or unnamed in its folder, instead of in the system's temporary folder. A file there is
    /// replaced, and removed at the end.
    pub fn with_scratch(format: Format, style: &Style, scratch: &Path, out: W) -> Self {
        Self {
            report: report(format, style, Framing::Linked, Some(scratch)),
            out,
        }
    }

    /// Adds one document.
    ///
    /// # Errors
    /// Whatever the output reports.
    pub fn add(&mut self, document: &Document) -> io::Result<()> {
        self.report.add(document, &mut self.out)
    }

    /// Flushes the output.
    ///
    /// # Errors
    /// Whatever the output reports.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes what is still due: the end of an array, or the whole page. Returns the output.
    ///
    /// # Errors
    /// Whatever the output reports.
    pub fn finish(mut self) -> io::Result<W> {
        self.report.finish(&mut self.out)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes several documents to one place; see [`Writer`].
///
/// # Errors
/// Whatever `out` reports.
pub fn write_all<'a>(
    documents: impl IntoIterator<Item = &'a Document>,
    format: Format,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut writer = Writer::new(format, style, out);
    for document in documents {
        writer.add(document)?;
    }
    writer.finish().map(|_| ())
}

/// Whether a document is the whole output or one of several in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Standalone,
    Linked,
}

/// A format's writer.
trait Report {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()>;

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()>;
}

fn report(
    format: Format,
    style: &Style,
    framing: Framing,
    scratch: Option<&Path>,
) -> Box<dyn Report> {
    match format {
        Format::Text => Box::new(text::Text::new(*style, framing)),
        Format::Markdown => Box::new(markdown::Markdown::new(framing)),
        Format::Json => Box::new(json::Json::new(framing)),
        Format::Html => Box::new(html::Html::default()),
        Format::Jsonl => Box::new(json::Lines),
        Format::Docx => Box::new(docx::Docx::new(style.layout)),
        Format::Xlsx => Box::new(xlsx::Xlsx::new(scratch)),
        Format::Csv => Box::new(csv::Csv::default()),
        Format::Tmx => Box::new(tmx::Tmx::default()),
        Format::Xliff => Box::new(xliff::Xliff::default()),
        #[cfg(feature = "sqlite")]
        Format::Sqlite => Box::new(sqlite::Sqlite::new(scratch)),
    }
}

/// The English of a sentence, or else the source with a note that it is untranslated, so that a
/// sentence never vanishes from a report.
fn english(sentence: &Sentence) -> Cow<'_, str> {
    if sentence.target.trim().is_empty() {
        Cow::Owned(format!("[not translated: {}]", sentence.source.trim()))
    } else {
        Cow::Borrowed(sentence.target.trim())
    }
}

/// What the line under a title says: date, section, author, origin, as far as they are known.
fn metadata_line(metadata: &Metadata) -> Option<String> {
    joined([
        metadata.date.as_deref(),
        Some(rows::section(metadata)),
        metadata.author.as_deref(),
        metadata.origin.as_deref(),
    ])
}

/// What the line under a title of plain text says: date, section, origin, as far as they are known.
fn short_metadata_line(metadata: &Metadata) -> Option<String> {
    joined([
        metadata.date.as_deref(),
        Some(rows::section(metadata)),
        metadata.origin.as_deref(),
    ])
}

/// The parts that say something, in one line.
fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
    let parts = parts.into_iter().flatten().map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
