//! What the two processes tell each other: each message a frame of JSON, and the bytes of an article a
//! frame of their own.
//!
//! ```text
//! parent: Settings                         child: Hello, when it is confined
//! parent: Request, bytes of the article    child: Answer
//! ```
//!
//! The child trusts its parent. The parent trusts nothing that the child says: the sizes of frames are
//! limited, and their content is what these types allow or is refused.

use serde::{Deserialize, Serialize};

use super::limits::ReaderLimits;
use crate::article::{Article, ArticleError, ReadOptions};

/// Raised with every change of the messages.
pub(super) const VERSION: u32 = 1;

/// The longest messages, in bytes.
pub(super) const MAX_HELLO_BYTES: u64 = 4 << 10;
pub(super) const MAX_REQUEST_BYTES: u64 = 16 << 20;
/// The largest article, beyond which the memory of this process would have ended before.
pub(super) const MAX_INPUT_BYTES: u64 = 1 << 40;

/// The first message to a child.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) limits: ReaderLimits,
}

/// The first message of a child.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) version: u32,
    pub(super) confinement: Confinement,
}

/// What holds a process that reads articles, beside its parent's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Whether the kernel limits its memory; otherwise the parent looks from time to time.
    pub memory: bool,
    /// Whether the kernel limits its CPU time.
    pub cpu_time: bool,
    /// Whether the kernel refuses it every path and connection (Landlock).
    pub paths: bool,
    /// Whether the kernel refuses it every call that computing does not take (seccomp).
    pub calls: bool,
}

/// Asks for an article, whose bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) name: String,
    pub(super) options: ReadOptions,
}

/// The answer to a request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) result: Reading,
    /// Whether the child takes no further article: it has become too large.
    pub(super) is_last: bool,
}

/// How reading went, where the child lived to tell it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reading {
    Article(Box<Article>),
    Refused(ArticleError),
    Panicked,
    /// The answer would have more bytes than it may.
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{self, Charset, FileClass};

    fn back<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> T {
        serde_json::from_slice(&serde_json::to_vec(value).unwrap()).unwrap()
    }

    #[test]
    fn an_article_comes_back_as_it_was() {
        let latin = "Aýdanda jańa mektep ashyldy, oǵan úsh júzden astam bala barady.";
        let kazakh =
            "Тақырып\n\nУақыты: 29.08.2023\nОқылды: 580\n\nБұл мәтін қазақ тілінде жазылған.";
        let given = |code: &str| ReadOptions {
            language: Some(code.to_owned()),
            lossy: true,
            ..ReadOptions::default()
        };
        for (text, options) in [
            (kazakh, ReadOptions::default()),
            (latin, ReadOptions::default()),
            ("Бир\u{FFFD} нерсе.", given("tgk_Cyrl")),
            ("Просто \"текст\".", given("rus_Cyrl")),
        ] {
            let article = article::parse(text.as_bytes(), "a.txt", &options).unwrap();
            assert_eq!(back(&article), article);
        }
    }

    #[test]
    fn options_and_errors_come_back_as_they_were() {
        let names = [
            "utf-8",
            "utf-16be",
            "kz-1048",
            "pt154",
            "windows-1251",
            "koi8-r",
        ];
        for charset in names.map(|name| Charset::parse(name).unwrap()) {
            assert_eq!(back(&charset), charset);
        }
        assert!(serde_json::from_str::<Charset>("\"klingon\"").is_err());
        for error in [
            ArticleError::Empty,
            ArticleError::Binary {
                looks_like: "a PNG image".into(),
                class: FileClass::Other,
            },
            ArticleError::Unrecognised {
                offset: 7,
                byte: 0xFF,
            },
            ArticleError::OtherLanguage {
                code: "rus_Cyrl".into(),
            },
        ] {
            assert_eq!(back(&error), error);
        }
    }
}
