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
    /// A document of Word: a table of two columns, source and English, or the English alone.
    Docx,
    /// A workbook of Excel: a sheet of sentences, one of articles.
    Xlsx,
    /// A table of text, a sentence a line.
    Csv,
    /// A translation memory (TMX 1.4b).
    Tmx,
    /// Sentences for a translator's program (XLIFF 2.1).
    Xliff,
    /// A database of SQLite. It goes to files alone, and is asked for by their ending.
    #[cfg(feature = "sqlite")]
    Sqlite,
}

/// A name that is not the name of a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of reports; choose one of {names}", names = names())]
pub struct UnknownFormat(String);

fn names() -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    names.join(", ")
}

impl Format {
    /// Every format, in the order in which help texts name them.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Markdown,
        Self::Json,
        Self::Jsonl,
        Self::Html,
        Self::Docx,
        Self::Xlsx,
        Self::Csv,
        Self::Tmx,
        Self::Xliff,
        #[cfg(feature = "sqlite")]
        Self::Sqlite,
    ];

    /// The format's name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Tmx => "tmx",
            Self::Xliff => "xliff",
            #[cfg(feature = "sqlite")]
            Self::Sqlite => "sqlite",
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
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Tmx => "tmx",
            Self::Xliff => "xlf",
            #[cfg(feature = "sqlite")]
            Self::Sqlite => "sqlite",
        }
    }

    /// Whether the results of many articles are one file, not a file each.
    pub const fn holds_many(self) -> bool {
        match self {
            Self::Text | Self::Markdown | Self::Json | Self::Html | Self::Docx => false,
            Self::Jsonl | Self::Xlsx | Self::Csv | Self::Tmx | Self::Xliff => true,
            #[cfg(feature = "sqlite")]
            Self::Sqlite => true,
        }
    }

    /// Whether a file in this format is text, which a terminal can show.
    pub const fn is_text(self) -> bool {
        match self {
            Self::Docx | Self::Xlsx => false,
            #[cfg(feature = "sqlite")]
            Self::Sqlite => false,
            _ => true,
        }
    }

    /// The format a path's ending names, if it names one.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "html" | "htm" => Some(Self::Html),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "csv" => Some(Self::Csv),
            "tmx" => Some(Self::Tmx),
            "xlf" | "xliff" => Some(Self::Xliff),
            #[cfg(feature = "sqlite")]
            "sqlite" | "sqlite3" => Some(Self::Sqlite),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .iter()
            .copied()
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
        for &format in Format::ALL {
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
        for path in ["news", "news.odt", ".json", "json", ""] {
            assert_eq!(Format::from_path(Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = "yaml".parse::<Format>().unwrap_err().to_string();
        assert!(error.starts_with("`yaml`"));
        for &format in Format::ALL {
            assert!(error.contains(format.name()), "{error}");
        }
    }
}
