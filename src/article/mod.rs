//! From bytes to an [`Article`]: charset, title, metadata lines, paragraphs and language.
//!
//! Policy: nothing is lost. Every letter and digit of the input is, in order, in the title, the metadata
//! lines or a paragraph; the text is kept verbatim (runs of white space become one space, nothing else
//! changes). Tidying for the model happens later and is shown to the reader.

mod asides;
mod byline;
mod captions;
mod charset;
mod contents;
pub mod date;
#[cfg(feature = "documents")]
mod docx;
mod error;
mod format;
#[cfg(feature = "documents")]
mod fractions;
mod given;
mod html;
mod hyphens;
mod language;
mod letterhead;
#[cfg(feature = "documents")]
mod mail;
mod mail_head;
mod markdown;
mod metadata;
#[cfg(feature = "documents")]
mod odt;
mod paragraphs;
#[cfg(feature = "documents")]
mod pdf;
mod plain_text;
#[cfg(feature = "documents")]
mod rtf;
mod several;
mod sniff;
mod subtitles;
#[cfg(feature = "documents")]
mod table_rows;
pub mod tidy;
mod warnings;
#[cfg(feature = "archive")]
mod warnings_of_many;
#[cfg(any(feature = "archive", feature = "documents"))]
pub(crate) mod xml;

use serde::{Deserialize, Serialize};

pub use charset::Charset;
pub use error::{ArticleError, FileClass};
pub use format::Format;
#[cfg(feature = "archive")]
pub(crate) use format::without_ending;
pub use given::Given;
#[cfg(feature = "archive")]
pub(crate) use html::without_tags;
pub(crate) use html::{document as html_document, fragment as html_fragment};
pub use language::ArticleLanguage;
#[cfg(feature = "archive")]
pub(crate) use several::Several;
#[cfg(feature = "archive")]
#[cfg(feature = "archive")]
pub(crate) use warnings_of_many::WarningsOfMany;

use contents::Contents;

/// How to read an input.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ReadOptions {
    /// The charset, if the user names it; otherwise it is recognised.
    pub encoding: Option<Charset>,
    /// Replace what cannot be decoded by U+FFFD instead of failing.
    pub lossy: bool,
    /// NLLB's code of the article's language, if the user names it; otherwise Kazakh is expected.
    pub language: Option<String>,
    /// What is known of the article besides its bytes.
    pub given: Option<Box<Given>>,
}

/// Reads an article from the bytes of a file. `name` is used in warnings, and its ending gives the
/// format.
///
/// # Errors
/// If the bytes are empty, are not text, are not valid in their charset or are damaged, or if the
/// text is not in the expected language.
pub fn read(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Article, ArticleError> {
    let article = parse(bytes, name, options)?;
    article.log_warnings(name);
    Ok(article)
}

/// As [`read`], without its warnings.
pub(crate) fn parse(
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<Article, ArticleError> {
    let format = Format::of(bytes, name);
    if matches!(format, Format::Text | Format::Html) {
        sniff::refuse_several(bytes)?;
    }
    if format == Format::Text {
        sniff::refuse_known_binary(bytes)?;
        sniff::refuse_xml(bytes)?;
    }
    let (mut contents, encoding, replaced) = match format {
        #[cfg(feature = "documents")]
        Format::Docx => of_document(docx::blocks(bytes)?),
        #[cfg(feature = "documents")]
        Format::Pdf => (pdf::read(bytes)?, "UTF-8".to_owned(), 0),
        #[cfg(feature = "documents")]
        Format::Odt => of_document(odt::blocks(bytes)?),
        #[cfg(feature = "documents")]
        Format::Rtf => of_document(rtf::blocks(bytes)?),
        #[cfg(feature = "documents")]
        Format::Eml => (mail::read(bytes)?, "UTF-8".to_owned(), 0),
        #[cfg(feature = "documents")]
        Format::Mhtml => (mail::read_page(bytes)?, "UTF-8".to_owned(), 0),
        #[cfg(not(feature = "documents"))]
        Format::Docx | Format::Pdf | Format::Odt | Format::Rtf | Format::Eml | Format::Mhtml => {
            return Err(ArticleError::NotInThisBuild {
                format: format.description().into(),
            });
        }
        Format::Html => of_page(bytes, options)?,
        Format::Markdown => of_text(bytes, options, Charset::detect, |text| {
            Ok(markdown::read(text))
        })?,
        Format::Subtitles => of_text(bytes, options, Charset::detect, |text| {
            Ok(subtitles::read(text))
        })?,
        Format::Text => of_text(bytes, options, Charset::detect, |text| {
            Ok(plain_text::read(&html::without_tags(text)))
        })?,
    };
    if let Some(given) = &options.given {
        given::apply(&mut contents, given, format);
    }
    let language = language::decide(&contents, options.language.as_deref())?;
    Ok(Article {
        title: contents.title,
        metadata: contents.metadata,
        paragraphs: contents.paragraphs,
        language,
        encoding,
        format,
        replaced,
    })
}

/// The contents, the charset, and how often U+FFFD replaces what could not be decoded.
type Decoded = (Contents, String, usize);

/// Reads a document whose format determines the charset.
#[cfg(feature = "documents")]
fn of_document(blocks: Vec<paragraphs::Block>) -> Decoded {
    let contents = Contents::of_blocks(blocks, None, Metadata::default());
    (contents, "UTF-8".to_owned(), 0)
}

/// Reads a page; bytes that cannot be decoded do no harm outside of its article.
fn of_page(bytes: &[u8], options: &ReadOptions) -> Result<Decoded, ArticleError> {
    let (text, charset, contents) = html::read_bytes(bytes, options)?;
    Ok((
        contents,
        charset.name().to_owned(),
        replaced(&text, options),
    ))
}

/// How often U+FFFD replaces what could not be decoded, if that was asked for.
fn replaced(text: &str, options: &ReadOptions) -> usize {
    if options.lossy {
        text.matches(char::REPLACEMENT_CHARACTER).count()
    } else {
        0
    }
}

/// The text of a page or of another text, in the charset that is recognised. What cannot be decoded in a
/// page becomes U+FFFD.
///
/// # Errors
/// If the bytes are those of another kind of file, or in a charset that is not recognised.
pub(crate) fn decoded(bytes: &[u8], is_page: bool) -> Result<String, ArticleError> {
    let options = ReadOptions {
        lossy: is_page,
        ..ReadOptions::default()
    };
    let recognise = if is_page {
        html::charset
    } else {
        Charset::detect
    };
    charset::decode(bytes, &options, recognise).map(|(text, _)| text)
}

/// Reads a text in a charset that the user names or that is recognised.
fn of_text(
    bytes: &[u8],
    options: &ReadOptions,
    recognise: fn(&[u8]) -> Result<Charset, ArticleError>,
    read: impl FnOnce(&str) -> Result<Contents, ArticleError>,
) -> Result<Decoded, ArticleError> {
    let (text, charset) = charset::decode(bytes, options, recognise)?;
    if text.trim().is_empty() {
        return Err(ArticleError::Empty);
    }
    let contents = read(&text)?;
    Ok((
        contents,
        charset.name().to_owned(),
        replaced(&text, options),
    ))
}

/// A news article as it was read, still in its own language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// The headline, if there is one.
    pub title: Option<String>,
    /// What the site said about the article.
    pub metadata: Metadata,
    /// The body, in order.
    pub paragraphs: Vec<Paragraph>,
    /// The language the text is in, detected or named by the user.
    pub language: ArticleLanguage,
    /// The charset the bytes were read in, as its IANA name (`UTF-8`, `windows-1251`, `KZ-1048`).
    pub encoding: String,
    /// The format the bytes were read as.
    pub format: Format,
    /// How often U+FFFD replaces what could not be decoded, if that was asked for.
    pub replaced: usize,
}

/// What a news site states about an article besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Date of publication as `YYYY-MM-DD`.
    pub date: Option<String>,
    /// How often the page was read (`Оқылды: 580`).
    pub views: Option<u64>,
    /// The section of the site, untranslated (`ӘЛЕУМЕТ`).
    pub section: Option<String>,
    /// Where the text comes from (`turkystan.kz`).
    pub origin: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The article's own address on the web.
    pub url: Option<String>,
    /// The day on which an archive of the web captured the page, as `YYYY-MM-DD`.
    pub captured: Option<String>,
    /// The metadata lines verbatim, in the order of the article.
    pub lines: Vec<String>,
}

/// One paragraph of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// What the paragraph is, by its marks in the format or by how it looks.
    pub kind: ParagraphKind,
    /// The paragraph's text; runs of white space are one space.
    pub text: String,
}

/// What a paragraph is in the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ParagraphKind {
    /// Running text, and everything not known to be something else.
    Text,
    /// A heading of a section below the title.
    Heading,
    /// The caption of a picture or a table; it is no part of the summary's source.
    Caption,
    /// An item of a list.
    List,
}

impl ParagraphKind {
    /// The name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Heading => "heading",
            Self::Caption => "caption",
            Self::List => "list",
        }
    }
}
