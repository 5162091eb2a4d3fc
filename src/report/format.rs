//! The formats a report is written in, and their names.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A format a report is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain English text for reading.
    #[default]
    Text,
    /// CommonMark with footnotes.
    Markdown,
    /// One pretty-printed object, or an array of them.
    Json,
    /// One object a line.
    Jsonl,
    /// One self-contained page, both languages side by side.
    Html,
    /// A table of text, a sentence a line.
    Csv,
}

/// A name that is not the name of a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of reports; choose one of text, markdown, json, jsonl, html, csv")]
pub struct UnknownFormat(String);

impl Format {
    /// Every format, in the order in which help texts name them.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Markdown,
        Self::Json,
        Self::Jsonl,
        Self::Html,
        Self::Csv,
    ];

    /// The format's name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Html => "html",
            Self::Csv => "csv",
        }
    }

    /// The ending of a file in this format, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Html => "html",
            Self::Csv => "csv",
        }
    }

    /// Whether the results of many articles are one file, not a file each.
    pub const fn holds_many(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv)
    }

    /// The format a path's ending names, if it names one.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "html" | "htm" => Some(Self::Html),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name_and_its_ending() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
            let path = Path::new("news").with_extension(format.extension());
            assert_eq!(Format::from_path(&path), Some(format));
        }
    }

    #[test]
    fn endings_are_known_in_capitals_and_by_their_other_names() {
        assert_eq!(
            Format::from_path(Path::new("out/NEWS.MD")),
            Some(Format::Markdown)
        );
        assert_eq!(
            Format::from_path(Path::new("part-0001.ndjson")),
            Some(Format::Jsonl)
        );
    }

    #[test]
    fn other_endings_name_no_format() {
        for path in ["news", "news.docx", ".json", "json", ""] {
            assert_eq!(Format::from_path(Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = "yaml".parse::<Format>().unwrap_err().to_string();
        assert!(error.starts_with("`yaml`"));
        for format in Format::ALL {
            assert!(error.contains(format.name()), "{error}");
        }
    }
}
