//! From bytes to an [`Article`]: charset, title, metadata lines and paragraphs.
//!
//! Policy: nothing is lost. Every letter and digit of the input stands, in order, in the title, the
//! metadata lines or a paragraph; the text is kept as it stands (runs of white space become one
//! space, nothing else changes). Tidying for the model happens later and is shown to the reader.

mod captions;
mod charset;
pub mod date;
#[cfg(feature = "documents")]
mod docx;
mod error;
mod format;
mod html;
mod markdown;
mod metadata;
mod paragraphs;
#[cfg(feature = "documents")]
mod pdf;
mod sniff;
mod text;
pub mod tidy;

use serde::{Deserialize, Serialize};

pub use charset::Charset;
pub use error::{ArticleError, FileClass};
pub use format::Format;

/// How to read an input.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The charset, where the user names it; otherwise it is recognised.
    pub encoding: Option<Charset>,
    /// Replace what cannot be decoded by U+FFFD instead of failing.
    pub lossy: bool,
}

/// Reads an article from the bytes of a file; of its `name` only the ending matters.
///
/// # Errors
/// Where the bytes are empty, no text, or not valid in their charset: [`ArticleError`] says where
/// and what to do.
pub fn read(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Article, ArticleError> {
    let format = Format::of(bytes, name);
    let recognise = match format {
        #[cfg(feature = "documents")]
        Format::Docx => return docx::read(bytes),
        #[cfg(feature = "documents")]
        Format::Pdf => return pdf::read(bytes),
        #[cfg(not(feature = "documents"))]
        Format::Docx | Format::Pdf => {
            return Err(ArticleError::NotInThisBuild {
                format: format.description(),
            });
        }
        Format::Html => html::charset,
        Format::Text | Format::Markdown => Charset::detect,
    };
    let (text, charset) = charset::decode(bytes, options, recognise)?;
    if text.trim().is_empty() {
        return Err(ArticleError::Empty);
    }
    let replaced = if options.lossy {
        text.matches(char::REPLACEMENT_CHARACTER).count()
    } else {
        0
    };
    let encoding = charset.name().to_owned();
    let article = match format {
        Format::Html => html::read(&text, encoding)?,
        Format::Markdown => markdown::read(&text, encoding),
        Format::Text | Format::Docx | Format::Pdf => text::read(&text, encoding),
    };
    Ok(Article {
        replaced,
        ..article
    })
}

/// A news article as it was read, still in its own language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The headline, where the first line reads as one.
    pub title: Option<String>,
    /// What the site said about the article.
    pub metadata: Metadata,
    /// The body, in order.
    pub paragraphs: Vec<Paragraph>,
    /// The charset the bytes were read in, as its IANA name (`UTF-8`, `windows-1251`, `KZ-1048`).
    pub encoding: String,
    /// The format the bytes were read as.
    pub format: Format,
    /// How often U+FFFD stands for what could not be decoded, where that was asked for.
    pub replaced: usize,
}

/// What a news site states about an article beside its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// The metadata lines verbatim, in the order of the article.
    pub lines: Vec<String>,
}

/// One paragraph of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    pub kind: ParagraphKind,
    /// The paragraph's text; runs of white space are one space.
    pub text: String,
}

/// What a paragraph is in the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ParagraphKind {
    Text,
    Heading,
    Caption,
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
