//! Why an article was not read, in a word that a page has a text for: what is wrong and what to do.

use crate::article::{ArticleError, FileClass};
use crate::article_reader::ReadError;
use crate::serve::engine::EngineError;
use crate::serve::http::ApiError;

/// The error of an article that was not read.
pub(super) fn unread(error: ReadError) -> ApiError {
    let reason = match &error {
        ReadError::Stopped => return EngineError::Stopped.into(),
        ReadError::Article(error) => reason(error),
        _ => None,
    };
    ApiError {
        reason,
        ..ApiError::bad(error.to_string())
    }
}

/// The ending of the key of the page's text.
fn reason(error: &ArticleError) -> Option<&'static str> {
    Some(match error {
        ArticleError::Binary { class, .. } => match class {
            FileClass::Zip | FileClass::Compressed => "packed",
            FileClass::Book => "book",
            FileClass::Table => "table",
            FileClass::Picture | FileClass::DjVu => "picture",
            FileClass::Office => "office",
            FileClass::Other => "file",
        },
        ArticleError::Several { .. } => "several",
        ArticleError::ControlCharacters { .. } => "file",
        ArticleError::Unrecognised { .. } | ArticleError::Invalid { .. } => "charset",
        ArticleError::Misread => "misread",
        ArticleError::Empty | ArticleError::NoArticle | ArticleError::NoLetters => "empty",
        ArticleError::NestedTooDeeply { .. } | ArticleError::TooMany { .. } => "large",
        ArticleError::Damaged { .. } => "damaged",
        ArticleError::NoTextLayer => "picture",
        ArticleError::English => "english",
        ArticleError::ArabicScript
        | ArticleError::TurkicAlphabet
        | ArticleError::DigraphAlphabet
        | ArticleError::UzbekCyrillic => "script",
        ArticleError::OtherLanguage { .. } | ArticleError::UnknownLanguage => "language",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_text_for_each_reason() {
        let texts = include_str!("../page/texts/en.json");
        let binary = |class| ArticleError::Binary {
            looks_like: "a file".into(),
            class,
        };
        for (error, expected) in [
            (binary(FileClass::Zip), "packed"),
            (binary(FileClass::Book), "book"),
            (binary(FileClass::Table), "table"),
            (binary(FileClass::DjVu), "picture"),
            (binary(FileClass::Office), "office"),
            (binary(FileClass::Other), "file"),
            (
                ArticleError::Several {
                    looks_like: "a feed".into(),
                },
                "several",
            ),
            (
                ArticleError::Unrecognised {
                    offset: 0,
                    byte: 0xFF,
                },
                "charset",
            ),
            (ArticleError::Misread, "misread"),
            (ArticleError::Empty, "empty"),
            (ArticleError::NestedTooDeeply { depth: 9 }, "large"),
            (
                ArticleError::Damaged {
                    format: "PDF document".into(),
                    reason: String::new(),
                },
                "damaged",
            ),
            (ArticleError::English, "english"),
            (ArticleError::ArabicScript, "script"),
            (ArticleError::UnknownLanguage, "language"),
        ] {
            let error = unread(ReadError::Article(error));
            assert_eq!(error.reason, Some(expected));
            assert!(
                texts.contains(&format!("\"unread.{expected}\":")),
                "{expected}"
            );
        }
    }
}
