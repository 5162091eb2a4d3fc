//! Which language an article is in, and whether it is accepted.
//!
//! Policy: Kazakh is expected, in Cyrillic or an official Latin alphabet. A text that is surely in
//! another language is refused; one too short to be distinguished from similar languages counts as
//! Kazakh if most of its letters are Cyrillic. If the user names the language, nothing is detected.

use crate::language::{
    self, Alphabet, KAZAKH, KAZAKH_ARABIC, KAZAKH_CYRILLIC, KAZAKH_LATIN, Language, UZBEK_CYRILLIC,
};
use crate::text::is_cyrillic;

use serde::{Deserialize, Serialize};

use super::ArticleError;
use super::contents::Contents;

/// The language an article is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleLanguage {
    /// NLLB's code; [`KAZAKH_LATIN`] for Kazakh in Latin script.
    pub code: String,
    /// What is known of it; its code, for serde.
    #[serde(with = "by_code")]
    pub known: &'static Language,
    /// The Latin alphabet that its sentences are spelt in Cyrillic from, for a model that reads no
    /// other.
    pub alphabet: Option<Alphabet>,
    /// Whether the user named it; no sentence is then treated as one of another language.
    pub is_given: bool,
}

/// What is known of a language, told by its code.
mod by_code {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::language::Language;

    pub(super) fn serialize<S: Serializer>(
        known: &&'static Language,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        known.code.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Language, D::Error> {
        Ok(Language::of_code(&String::deserialize(deserializer)?))
    }
}

impl ArticleLanguage {
    /// The code of what a model reads, which is Cyrillic if the article is spelt in it.
    pub fn model_code(&self) -> &str {
        match self.alphabet {
            Some(_) => KAZAKH_CYRILLIC,
            None => &self.code,
        }
    }

    /// The language that the user named.
    fn given(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            known: Language::of_code(code),
            alphabet: None,
            is_given: true,
        }
    }

    fn kazakh(alphabet: Option<Alphabet>) -> Self {
        let code = match alphabet {
            Some(_) => KAZAKH_LATIN,
            None => KAZAKH_CYRILLIC,
        };
        Self {
            code: code.to_owned(),
            known: &KAZAKH,
            alphabet,
            is_given: false,
        }
    }
}

/// The language of an article: the one the user gave, or Kazakh if the text is.
///
/// # Errors
/// If there are no letters, or the text is in another language or in a script that no model reads.
pub(super) fn decide(
    contents: &Contents,
    given: Option<&str>,
) -> Result<ArticleLanguage, ArticleError> {
    if !contents
        .texts()
        .any(|text| text.contains(char::is_alphabetic))
    {
        return Err(ArticleError::NoLetters);
    }
    match given {
        Some(code) => Ok(ArticleLanguage::given(code)),
        None => expect_kazakh(&contents.texts().collect::<Vec<_>>().join("\n")),
    }
}

fn expect_kazakh(text: &str) -> Result<ArticleLanguage, ArticleError> {
    let detection = language::detect(text);
    match detection.language {
        Some(KAZAKH_CYRILLIC) => Ok(ArticleLanguage::kazakh(None)),
        Some(KAZAKH_LATIN) if detection.is_sure() => {
            let alphabet = language::latin_alphabet(text).ok_or(ArticleError::TurkicAlphabet)?;
            Ok(ArticleLanguage::kazakh(Some(alphabet)))
        }
        Some(KAZAKH_ARABIC) if detection.is_sure() => Err(ArticleError::ArabicScript),
        Some(UZBEK_CYRILLIC) if detection.is_sure() => Err(ArticleError::UzbekCyrillic),
        Some("eng_Latn") if detection.is_sure() => Err(ArticleError::English),
        Some(code) if detection.is_sure() => Err(ArticleError::OtherLanguage { code: code.into() }),
        _ if is_mostly_cyrillic(text) => Ok(ArticleLanguage::kazakh(None)),
        _ => Err(ArticleError::UnknownLanguage),
    }
}

/// Whether most letters are Cyrillic.
fn is_mostly_cyrillic(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let cyrillic = letters().filter(|&c| is_cyrillic(c)).count();
    2 * cyrillic > letters().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{GENERIC, RUSSIAN};

    #[test]
    fn a_named_language_comes_with_what_is_known_of_it() {
        let russian = ArticleLanguage::given("rus_Cyrl");
        assert_eq!((russian.known, russian.is_given), (&RUSSIAN, true));
        assert_eq!(ArticleLanguage::given("tgk_Cyrl").known, &GENERIC);
    }

    #[test]
    fn kazakh_in_latin_script_is_read_by_a_model_in_cyrillic() {
        let text = "Aýdanda jańa mektep ashyldy, oǵan úsh júzden astam bala barady.";
        let language = expect_kazakh(text).expect("Kazakh");
        assert_eq!(language.code, KAZAKH_LATIN);
        assert_eq!(language.alphabet, Some(Alphabet::Of2018));
        assert_eq!(language.model_code(), KAZAKH_CYRILLIC);
    }

    #[test]
    fn too_little_to_tell_is_kazakh_if_it_is_cyrillic() {
        assert!(expect_kazakh("Да.").is_ok());
        assert_eq!(expect_kazakh("Ok."), Err(ArticleError::UnknownLanguage));
    }
}
