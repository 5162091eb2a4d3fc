//! Documents as files, which become files of the same format.
//!
//! What a file holds beside its text is kept byte for byte where its format allows. Files are bounded: their
//! size, what they unpack to, how many elements they have and how deep these are. Nothing of a file is run
//! or fetched; whoever reads files of strangers can do so in a process of its own, since bytes go in and
//! bytes come out.

#[cfg(feature = "documents")]
mod docx;
#[cfg(feature = "documents")]
mod epub;
#[cfg(feature = "documents")]
mod language;
mod markdown;
#[cfg(feature = "documents")]
mod odt;
#[cfg(feature = "documents")]
mod package;
mod plain;
mod subtitles;
#[cfg(test)]
mod tests;
#[cfg(feature = "documents")]
mod xml;

use crate::article::decoded;
use crate::language::Language;

use super::flow::{Escape, Skeleton};
use super::html::Fragment;
use super::{MarkupError, TranslatedUnit};

/// Maximum bytes of a file.
pub const MAX_DOCUMENT_BYTES: usize = 64 << 20;

/// A format of files that are translated with their structure kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// SubRip.
    SubRip,
    /// WebVTT.
    WebVtt,
    /// Word.
    Docx,
    /// OpenDocument text.
    Odt,
    /// A book.
    Epub,
}

/// The formats of this build with the endings of their files' names; of several, the first is usual.
#[cfg(feature = "documents")]
pub const FORMATS: &[(DocumentFormat, &[&str])] = &[
    TEXT,
    MARKDOWN,
    HTML,
    SUB_RIP,
    WEB_VTT,
    (DocumentFormat::Docx, &["docx"]),
    (DocumentFormat::Odt, &["odt"]),
    (DocumentFormat::Epub, &["epub"]),
];
/// The formats of this build with the endings of their files' names; of several, the first is usual.
#[cfg(not(feature = "documents"))]
pub const FORMATS: &[(DocumentFormat, &[&str])] = &[TEXT, MARKDOWN, HTML, SUB_RIP, WEB_VTT];

const TEXT: (DocumentFormat, &[&str]) = (DocumentFormat::Text, &["txt"]);
const MARKDOWN: (DocumentFormat, &[&str]) = (DocumentFormat::Markdown, &["md", "markdown"]);
const HTML: (DocumentFormat, &[&str]) = (DocumentFormat::Html, &["html", "htm"]);
const SUB_RIP: (DocumentFormat, &[&str]) = (DocumentFormat::SubRip, &["srt"]);
const WEB_VTT: (DocumentFormat, &[&str]) = (DocumentFormat::WebVtt, &["vtt"]);

impl DocumentFormat {
    /// The format of a file by its name; `None` if it is none of [`FORMATS`].
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        let is_own = |endings: &[&str]| endings.iter().any(|own| own.eq_ignore_ascii_case(ending));
        let found = FORMATS.iter().find(|(_, endings)| is_own(endings));
        found.map(|&(format, _)| format)
    }

    /// The type of its files in HTTP.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::SubRip => "application/x-subrip; charset=utf-8",
            Self::WebVtt => "text/vtt; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Epub => "application/epub+zip",
        }
    }
}

/// A file that is translated.
#[derive(Debug)]
pub struct Document {
    format: DocumentFormat,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Page(Fragment),
    Text {
        skeleton: Skeleton,
        escape: Escape,
    },
    Cues(subtitles::Subtitles),
    #[cfg(feature = "documents")]
    Package(package::Package),
}

impl Document {
    /// Reads the bytes of a file in `language`; its name says its format.
    ///
    /// # Errors
    /// [`MarkupError::UnknownFormat`] if the name has none of the endings of [`FORMATS`],
    /// [`MarkupError::TooLarge`] beyond a limit, [`MarkupError::Unreadable`] if a text's charset is not known,
    /// and [`MarkupError::Damaged`] if the file is not of its format.
    pub fn open(bytes: &[u8], name: &str, language: &Language) -> Result<Self, MarkupError> {
        let format = DocumentFormat::of_name(name).ok_or(MarkupError::UnknownFormat)?;
        if bytes.len() > MAX_DOCUMENT_BYTES {
            return Err(MarkupError::TooLarge {
                what: "bytes",
                limit: MAX_DOCUMENT_BYTES,
            });
        }
        let text = || decoded(bytes, format == DocumentFormat::Html);
        let content = match format {
            DocumentFormat::Text => Content::Text {
                skeleton: plain::read(&text()?, language),
                escape: plain::escaped,
            },
            DocumentFormat::Markdown => Content::Text {
                skeleton: markdown::read(&text()?, language),
                escape: markdown::escaped,
            },
            DocumentFormat::Html => {
                Content::Page(Fragment::with_charset(&text()?, language, true)?)
            }
            DocumentFormat::SubRip | DocumentFormat::WebVtt => {
                Content::Cues(subtitles::Subtitles::read(&text()?, language))
            }
            #[cfg(feature = "documents")]
            DocumentFormat::Docx => Content::Package(docx::open(bytes, language)?),
            #[cfg(feature = "documents")]
            DocumentFormat::Odt => Content::Package(odt::open(bytes, language)?),
            #[cfg(feature = "documents")]
            DocumentFormat::Epub => Content::Package(epub::open(bytes, language)?),
            #[cfg(not(feature = "documents"))]
            _ => return Err(MarkupError::UnknownFormat),
        };
        Ok(Self { format, content })
    }

    /// Its format.
    pub fn format(&self) -> DocumentFormat {
        self.format
    }

    /// The sentences to translate, in their order.
    pub fn units(&self) -> &[String] {
        match &self.content {
            Content::Page(page) => page.units(),
            Content::Text { skeleton, .. } => &skeleton.units,
            Content::Cues(cues) => cues.units(),
            #[cfg(feature = "documents")]
            Content::Package(package) => package.units(),
        }
    }

    /// The file with each unit's translation, in the order of [`Document::units`]; a unit without one is kept.
    /// Texts are in UTF-8.
    ///
    /// # Errors
    /// [`MarkupError::Damaged`] if a part of a package that was not read cannot be copied.
    pub fn rebuild(&self, translations: &[TranslatedUnit]) -> Result<Vec<u8>, MarkupError> {
        Ok(match &self.content {
            Content::Page(page) => page.rebuild(translations).into_bytes(),
            Content::Text { skeleton, escape } => {
                skeleton.rebuild(translations, *escape).into_bytes()
            }
            Content::Cues(cues) => cues.rebuild(translations).into_bytes(),
            #[cfg(feature = "documents")]
            Content::Package(package) => package.rebuild(translations)?,
        })
    }
}
