//! What an input is, by the ending of its name, else by how it begins.

use std::io::Read;
use std::path::Path;

use crate::article::Several;
use crate::files::open_file;
use crate::input::is_stdin;

/// Bytes of a file that are looked at.
const HEAD_BYTES: u64 = 4 << 10;

/// What an input or member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// A file that is an article.
    Article,
    /// A ZIP archive (`.zip`), an article a member.
    Zip,
    /// A tar archive (`.tar`, `.tar.gz`, `.tgz`, `.tar.zst`, `.tzst`), an article a member.
    Tar(Compression),
    /// JSON lines, an article each.
    JsonLines(Compression),
    /// A table of text with a header (`.csv`, `.tsv`), an article a row.
    Csv,
    /// JSON that is no lines (`.json`): an array of records, a record, a feed, a chat's export.
    Json,
    /// A feed of RSS or Atom (`.rss`, `.atom`), an article an entry.
    Feed,
    /// A page of a chat that Telegram exported, an article a message.
    TelegramPage,
    /// A web archive (`.warc`, `.warc.gz`), an article a response that is a page.
    Warc(Compression),
    /// A zip archive of those (`.wacz`).
    Wacz,
    /// A book (`.epub`), an article a chapter.
    Epub,
    /// A mailbox (`.mbox`), an article a message.
    Mbox,
    /// A Parquet table (`.parquet`), an article a row.
    Parquet,
}

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not compressed.
    None,
    /// gzip (`.gz`), of one or several members.
    Gzip,
    /// Zstandard (`.zst`), of one or several frames.
    Zstd,
}

impl InputKind {
    /// The kind that a name's ending gives.
    pub fn of(name: &str) -> Self {
        let name = name.to_lowercase();
        let (stem, compression) = match name.rsplit_once('.') {
            Some((stem, "gz")) => (stem, Compression::Gzip),
            Some((stem, "zst")) => (stem, Compression::Zstd),
            _ => (name.as_str(), Compression::None),
        };
        match (stem.rsplit_once('.').map(|(_, ending)| ending), compression) {
            (Some("tar"), compression) => Self::Tar(compression),
            (Some("tgz"), Compression::None) => Self::Tar(Compression::Gzip),
            (Some("tzst"), Compression::None) => Self::Tar(Compression::Zstd),
            (Some("jsonl" | "ndjson"), compression) => Self::JsonLines(compression),
            (Some("zip"), Compression::None) => Self::Zip,
            (Some("warc"), compression) => Self::Warc(compression),
            (Some("wacz"), Compression::None) => Self::Wacz,
            (Some("epub"), Compression::None) => Self::Epub,
            (Some("mbox"), Compression::None) => Self::Mbox,
            (Some("csv" | "tsv" | "tab"), Compression::None) => Self::Csv,
            (Some("json"), Compression::None) => Self::Json,
            (Some("rss" | "atom"), Compression::None) => Self::Feed,
            (Some("parquet"), Compression::None) => Self::Parquet,
            _ => Self::Article,
        }
    }

    /// The kind of a file: by its name, else by how it begins.
    pub fn of_file(path: &Path, name: &str) -> Self {
        match Self::of(name) {
            Self::Article if !is_stdin(path) => head(path).map_or(Self::Article, |head| {
                Self::of_head(&head).unwrap_or(Self::Article)
            }),
            kind => kind,
        }
    }

    /// The kind of a container that begins so; `None` of anything else.
    pub(super) fn of_head(bytes: &[u8]) -> Option<Self> {
        Some(match Several::of_head(bytes)? {
            Several::Json => Self::Json,
            Several::Feed => Self::Feed,
            Several::TelegramPage => Self::TelegramPage,
            Several::Warc => Self::Warc(Compression::None),
            Several::Mbox => Self::Mbox,
        })
    }
}

fn head(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    // What a pipe gives is gone with the first reading.
    if !path.is_file() {
        return None;
    }
    let file = open_file(path).ok()?;
    file.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    Some(head)
}

/// What an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// It is an article.
    Article,
    /// A list of articles: records, a feed, a chat, a mailbox, a web archive, a book.
    Records,
    /// A folder or an archive, whose files are articles.
    Files,
}

impl Holds {
    /// What the input at this path holds, by its name, else by how it begins.
    pub fn of(input: &Path) -> Self {
        if input.is_dir() {
            return Self::Files;
        }
        match InputKind::of_file(input, &input.to_string_lossy()) {
            InputKind::Article => Self::Article,
            InputKind::Zip | InputKind::Tar(_) => Self::Files,
            _ => Self::Records,
        }
    }
}

/// Whether bytes begin as an archive or a compressed file does, which no article is; a Word document
/// is a zip archive and an article all the same.
pub(super) fn is_container(name: &str, bytes: &[u8]) -> bool {
    if InputKind::of(name) != InputKind::Article {
        return true;
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let packed = matches!(
        ending.as_deref(),
        Some("gz" | "zst" | "xz" | "bz2" | "7z" | "rar")
    );
    packed || bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd")
}

/// Why a member of an archive for which [`is_container`] holds is refused.
pub(super) fn inside_archive(name: &str) -> &'static str {
    match InputKind::of(name) {
        InputKind::JsonLines(_) | InputKind::Json | InputKind::Csv | InputKind::Parquet => {
            "it holds records, which are not read inside an archive; unpack it and give it by itself"
        }
        InputKind::Feed | InputKind::TelegramPage | InputKind::Mbox | InputKind::Epub => {
            "it holds several articles, which are not read inside an archive; unpack it and give it by \
             itself"
        }
        InputKind::Article
        | InputKind::Zip
        | InputKind::Tar(_)
        | InputKind::Warc(_)
        | InputKind::Wacz => "it is an archive inside an archive; give it by itself",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_what_a_file_is() {
        for (name, kind) in [
            ("a.zip", InputKind::Zip),
            ("a.TAR", InputKind::Tar(Compression::None)),
            ("a.tar.gz", InputKind::Tar(Compression::Gzip)),
            ("a.tgz", InputKind::Tar(Compression::Gzip)),
            ("a.tar.zst", InputKind::Tar(Compression::Zstd)),
            ("a.jsonl", InputKind::JsonLines(Compression::None)),
            ("a.ndjson.zst", InputKind::JsonLines(Compression::Zstd)),
            ("a.csv", InputKind::Csv),
            ("a.tsv", InputKind::Csv),
            ("a.json", InputKind::Json),
            ("a.warc", InputKind::Warc(Compression::None)),
            ("a.warc.gz", InputKind::Warc(Compression::Gzip)),
            ("a.wacz", InputKind::Wacz),
            ("a.epub", InputKind::Epub),
            ("a.mbox", InputKind::Mbox),
            ("a.RSS", InputKind::Feed),
            ("a.parquet", InputKind::Parquet),
            ("a.txt", InputKind::Article),
            ("a.txt.gz", InputKind::Article),
            ("a.docx", InputKind::Article),
            ("zip", InputKind::Article),
        ] {
            assert_eq!(InputKind::of(name), kind, "{name}");
        }
    }
}
