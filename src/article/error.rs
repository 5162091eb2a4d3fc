//! What can be wrong with an input, its language included.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why an article could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ArticleError {
    /// Nothing but white space.
    #[error("the input is empty: it holds no text")]
    Empty,

    /// Bytes of another kind of file.
    #[error("the input is no text: it looks like {looks_like}")]
    Binary {
        /// By its first bytes (`a PNG image`).
        looks_like: Cow<'static, str>,
        /// What kind of file that is.
        class: FileClass,
    },

    /// Text, but that of a file that holds several articles.
    #[error("the input is no article: it looks like {looks_like}")]
    Several {
        /// By how it begins (`a feed (RSS or Atom)`).
        looks_like: Cow<'static, str>,
    },

    /// NUL or mostly control characters, and no known signature.
    #[error("the input is no text: it holds {what} (the first at byte {offset})")]
    ControlCharacters {
        /// `NUL characters` or `control characters`.
        what: Cow<'static, str>,
        /// The offset of the first of them, in bytes.
        offset: usize,
    },

    /// Neither UTF-8 nor Kazakh or Russian in an 8-bit charset.
    #[error(
        "byte {offset} (0x{byte:02X}) is not valid UTF-8, and read as KZ-1048, PT154 or \
         windows-1251 the text looks neither Kazakh nor Russian"
    )]
    Unrecognised {
        /// Offset of the first byte that is not UTF-8.
        offset: usize,
        /// That byte.
        byte: u8,
    },

    /// A byte sequence the charset has no character for.
    #[error("byte {offset} (0x{byte:02X}) is not valid {charset}")]
    Invalid {
        /// The charset's name ([`Charset::name`](super::Charset::name)).
        charset: Cow<'static, str>,
        /// Offset in the input, the byte order mark counted.
        offset: usize,
        /// The byte at that offset.
        byte: u8,
    },

    /// UTF-8 that another program read as windows-1252 and lost letters of.
    #[error(
        "the text is damaged: it is UTF-8 that was read as another charset (as Ð°Ò£), and letters of it \
         are lost"
    )]
    Misread,

    /// An HTML page without text.
    #[error("the page holds no article text")]
    NoArticle,

    /// An HTML page that no browser would show.
    #[error("the page nests its elements {depth} deep, which no article does")]
    NestedTooDeeply {
        /// Elements open at once at the deepest point.
        depth: usize,
    },

    /// More of something than any article has, so that reading it could take very long.
    #[error("the {format} has more than {limit} {what}")]
    TooMany {
        /// The kind of file, in words (`HTML page`).
        format: Cow<'static, str>,
        /// Of what, in the plural (`elements`).
        what: Cow<'static, str>,
        /// How many there may be.
        limit: usize,
    },

    /// A file of a known format that cannot be read as such.
    #[error("the {format} is damaged: {reason}")]
    Damaged {
        /// The kind of file, in words (`PDF document`).
        format: Cow<'static, str>,
        /// What the parser says of it.
        reason: String,
    },

    /// A PDF of pictures.
    #[error("the PDF document has no text layer, only pictures of pages")]
    NoTextLayer,

    /// A Word or PDF document, in a build without the feature `documents`.
    #[error("the input is a {format}, which this build cannot read")]
    NotInThisBuild {
        /// The kind of file, in words (`PDF document`).
        format: Cow<'static, str>,
    },

    /// No charset has this name.
    #[error(
        "unknown charset {name:?}: known are utf-8, utf-16le, utf-16be, kz-1048, pt154, \
         windows-1251 and the names of the Encoding Standard (koi8-r, ibm866, iso-8859-5, …)"
    )]
    UnknownCharset {
        /// The name that was given.
        name: String,
    },

    /// A title and paragraphs of numbers and signs.
    #[error("the input holds no letters, so there is nothing to translate")]
    NoLetters,

    /// Surely in another language than the expected one.
    #[error("the text looks like {code}, not Kazakh (kaz_Cyrl)")]
    OtherLanguage {
        /// NLLB's code.
        code: Cow<'static, str>,
    },

    /// In the language translated into.
    #[error("the text looks like English already; there is nothing to translate")]
    English,

    /// Kazakh in a script that no model reads and no table spells.
    #[error("the text looks like Kazakh in Arabic script, which the models do not read")]
    ArabicScript,

    /// Kazakh in Latin script, and in neither official alphabet.
    #[error(
        "the text looks like Kazakh in a Latin alphabet that is neither that of 2018 nor that of 2021, \
         which the models do not read"
    )]
    TurkicAlphabet,

    /// Kazakh in Latin script with `gh` for ғ and `y` for ы and й: which of the two is not told.
    #[error(
        "the text looks like Kazakh in the Latin alphabet with gh and ng (as of abai.kz), which the models \
         do not read"
    )]
    DigraphAlphabet,

    /// Uzbek in the script that NLLB does not know.
    #[error("the text looks like Uzbek in Cyrillic script, which the models do not read")]
    UzbekCyrillic,

    /// No language is clear, and the letters are not those of the expected one.
    #[error("the text is in no language this program can tell, and Kazakh is expected")]
    UnknownLanguage,
}

/// The kind of a file that is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FileClass {
    /// A zip archive.
    Zip,
    /// A book.
    Book,
    /// A table.
    Table,
    /// A picture.
    Picture,
    /// Another archive, or one compressed file.
    Compressed,
    /// A document of an office program.
    Office,
    /// A DjVu document: scanned pages.
    DjVu,
    /// Recordings, programs, databases.
    Other,
}
