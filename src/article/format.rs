//! The file formats articles are read from.

use serde::{Deserialize, Serialize};

use super::{mail_head, subtitles};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text: paragraphs by blank lines or line ends.
    Text,
    /// An HTML page, of which the article is read and not what surrounds it.
    Html,
    /// Markdown, which only the name's ending tells.
    Markdown,
    /// A Word document of the format of 2007 and later.
    Docx,
    /// A PDF document with a text layer.
    Pdf,
    /// An OpenDocument text.
    Odt,
    /// An RTF document.
    Rtf,
    /// A mail.
    Eml,
    /// A page that a browser saved as one file.
    Mhtml,
    /// Subtitles (SubRip or WebVTT).
    Subtitles,
}

impl Format {
    /// The format of an input: by the ending of its name, else by how it begins.
    pub(crate) fn of(bytes: &[u8], name: &str) -> Format {
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase());
        if let Some(format) = of_signature(bytes) {
            return format;
        }
        match ending.as_deref() {
            Some("html" | "htm" | "xhtml") => Format::Html,
            Some("md" | "markdown") => Format::Markdown,
            Some("srt" | "vtt") => Format::Subtitles,
            Some("eml") if of_fields(bytes).is_some() => Format::Eml,
            Some("mht" | "mhtml") if of_fields(bytes).is_some() => Format::Mhtml,
            // Whatever it holds: its reader says what is wrong with it.
            Some("docx") if bytes.starts_with(ZIP) => Format::Docx,
            Some("odt") if bytes.starts_with(ZIP) => Format::Odt,
            _ if begins_as_html(bytes) => Format::Html,
            _ => of_fields(bytes)
                .or_else(|| subtitles::begin(bytes).then_some(Format::Subtitles))
                .unwrap_or(Format::Text),
        }
    }

    /// The name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Eml => "eml",
            Self::Mhtml => "mhtml",
            Self::Subtitles => "subtitles",
        }
    }

    /// The ending of such a file's name.
    #[cfg(feature = "archive")]
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Eml => "eml",
            Self::Mhtml => "mhtml",
            Self::Subtitles => "srt",
        }
    }

    /// The name of such a file in errors.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "HTML page",
            Self::Markdown => "Markdown text",
            Self::Docx => "Word document (.docx)",
            Self::Pdf => "PDF document",
            Self::Odt => "OpenDocument text (.odt)",
            Self::Rtf => "RTF document",
            Self::Eml => "mail (.eml)",
            Self::Mhtml => "saved page (.mhtml)",
            Self::Subtitles => "subtitles",
        }
    }
}

/// The endings that names of articles have, in lower case.
#[cfg(feature = "archive")]
const ENDINGS: [&str; 16] = [
    "txt", "text", "html", "htm", "xhtml", "md", "markdown", "docx", "pdf", "odt", "rtf", "eml",
    "mht", "mhtml", "srt", "vtt",
];

/// An article's name without its ending; a name that is nothing else, or has another, is left whole.
#[cfg(feature = "archive")]
pub(crate) fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending))
            if !stem.trim_matches(['.', ' ']).is_empty()
                && !stem.ends_with('/')
                && ENDINGS.contains(&ending.to_lowercase().as_str()) =>
        {
            stem
        }
        _ => name,
    }
}

/// What follows comments and an XML declaration, which saved pages begin with.
fn without_prolog(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes.trim_ascii_start();
    loop {
        let end: &[u8] = match rest {
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'?', b'x', b'm', b'l', ..] => b"?>",
            _ => return rest,
        };
        let found = rest.windows(end.len()).position(|window| window == end);
        let Some(at) = found else { return rest };
        rest = rest
            .get(at + end.len()..)
            .unwrap_or_default()
            .trim_ascii_start();
    }
}

/// Whether bytes begin with a document type or the root element of HTML.
fn begins_as_html(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = without_prolog(start);
    let begins_with = |mark: &[u8]| {
        start
            .get(..mark.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(mark))
    };
    begins_with(b"<!doctype html") || begins_with(b"<html")
}

/// What ZIP archives begin with.
const ZIP: &[u8] = b"PK\x03\x04";

/// The format that a file's first bytes name, whatever its ending.
fn of_signature(bytes: &[u8]) -> Option<Format> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Format::Pdf),
        [b'{', b'\\', b'r', b't', b'f', ..] => Some(Format::Rtf),
        [b'P', b'K', 3, 4, ..] if is_open_document(bytes) => Some(Format::Odt),
        [b'P', b'K', 3, 4, ..] if is_word_document(bytes) => Some(Format::Docx),
        _ => None,
    }
}

/// The format of a file that begins with the fields of mail.
fn of_fields(bytes: &[u8]) -> Option<Format> {
    mail_head::format(bytes)
}

/// Whether the first member of a ZIP archive says that it is an OpenDocument text.
fn is_open_document(bytes: &[u8]) -> bool {
    /// Size of a member's header without its name and extra field.
    const HEADER: usize = 30;
    let kind = b"mimetypeapplication/vnd.oasis.opendocument.text";
    let named = bytes
        .get(HEADER..)
        .is_some_and(|name| name.starts_with(kind));
    // A template is one as well; a spreadsheet is none.
    named
        && bytes
            .get(HEADER + kind.len())
            .is_some_and(|next| matches!(next, b'P' | b'-'))
}

/// Whether bytes are a ZIP archive that names a Word document's main part.
fn is_word_document(bytes: &[u8]) -> bool {
    let name = b"word/document";
    bytes.starts_with(ZIP) && bytes.windows(name.len()).any(|window| window == name)
}

#[cfg(all(test, not(feature = "documents")))]
mod tests {
    use crate::article::{ArticleError, ReadOptions, read};

    #[test]
    fn a_build_without_documents_says_that_it_cannot_read_them() {
        let refused = |bytes: &[u8]| read(bytes, "a", &ReadOptions::default()).unwrap_err();
        let error = ArticleError::NotInThisBuild {
            format: "PDF document".into(),
        };
        assert_eq!(refused(b"%PDF-1.7\n"), error);
        assert_eq!(
            refused(b"PK\x03\x04 word/document.xml").to_string(),
            "the input is a Word document (.docx), which this build cannot read"
        );
    }
}
