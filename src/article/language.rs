//! Which language an article is in, and whether it is accepted.
//!
//! Policy: Kazakh is expected, in Cyrillic or a known Latin alphabet, alone or beside a text in another
//! language. A text that is surely in another language that models read is translated from that one,
//! but for English; one too short to be distinguished from similar languages counts as Russian if its words
//! are Russian, else as Kazakh if most of its letters are Cyrillic. If the user names the language, nothing is detected.

use std::collections::HashSet;

use crate::language::{
    self, Alphabet, KAZAKH, KAZAKH_ARABIC, KAZAKH_CYRILLIC, KAZAKH_LATIN, Language, LatinAlphabet,
    UZBEK_CYRILLIC,
};
use crate::text::is_cyrillic;

use serde::{Deserialize, Serialize};

use super::ArticleError;
use super::contents::Contents;

/// One letter in this many has to be Kazakh in a text of two languages.
const MIN_KAZAKH_SHARE: usize = 5;
/// Minimum distinct words of an article in another language.
const MIN_DISTINCT_WORDS: usize = 4;

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

    /// Whether the article is in another language than Kazakh, which nobody named.
    pub fn is_found_other(&self) -> bool {
        !self.is_given && ![KAZAKH_CYRILLIC, KAZAKH_LATIN].contains(&self.code.as_str())
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

    /// A language that was found.
    fn other(code: &str) -> Self {
        Self {
            is_given: false,
            ..Self::given(code)
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

/// The language of an article: the one the user gave, Kazakh if the text is, or another one that it
/// surely is in.
///
/// # Errors
/// If there are no letters, or the text is in English or in a script that no model reads, or its
/// language is not clear.
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
        None => detected(&contents.texts().collect::<Vec<_>>()),
    }
}

/// The language of an article with these texts.
fn detected(texts: &[&str]) -> Result<ArticleLanguage, ArticleError> {
    let text = texts.join("\n");
    let detection = language::detect(&text);
    match detection.language {
        Some(KAZAKH_CYRILLIC) => return Ok(ArticleLanguage::kazakh(None)),
        Some(KAZAKH_LATIN) if detection.is_sure() => {
            // Cyrillic letters among others read as Kazakh whatever the others are.
            let parts = KazakhParts::of(texts);
            if parts.cyrillic.len() > parts.latin.len() {
                return Ok(ArticleLanguage::kazakh(None));
            }
            return kazakh_in_latin(&parts, &text);
        }
        Some(_) if detection.is_sure() || detection.is_russian_by_words() => {}
        _ if is_mostly_cyrillic(&text) => return Ok(ArticleLanguage::kazakh(None)),
        _ => return Err(ArticleError::UnknownLanguage),
    }
    // Beside a longer text in another language, the Kazakh one is what is to be translated.
    let parts = KazakhParts::of(texts);
    let has_share = |part: &str| part.chars().count() * MIN_KAZAKH_SHARE >= text.chars().count();
    if has_share(&parts.cyrillic) {
        return Ok(ArticleLanguage::kazakh(None));
    }
    if has_share(&parts.latin) {
        return kazakh_in_latin(&parts, &text);
    }
    match detection.language {
        Some(KAZAKH_ARABIC) => Err(ArticleError::ArabicScript),
        Some(UZBEK_CYRILLIC) => Err(ArticleError::UzbekCyrillic),
        Some("eng_Latn") => Err(ArticleError::English),
        Some(code) if detection.is_russian_by_words() || reads_as_prose(&text) => {
            Ok(ArticleLanguage::other(code))
        }
        Some(code) => Err(ArticleError::OtherLanguage { code: code.into() }),
        None => Err(ArticleError::UnknownLanguage),
    }
}

/// Those texts of an article that are surely Kazakh.
#[derive(Default)]
struct KazakhParts {
    cyrillic: String,
    latin: String,
}

impl KazakhParts {
    fn of(texts: &[&str]) -> Self {
        let mut parts = Self::default();
        for text in texts {
            let detection = language::detect(text);
            let part = match detection.language.filter(|_| detection.is_sure()) {
                Some(KAZAKH_CYRILLIC) => &mut parts.cyrillic,
                Some(KAZAKH_LATIN) => &mut parts.latin,
                _ => continue,
            };
            part.push_str(text);
            part.push('\n');
        }
        parts
    }
}

/// Kazakh in the Latin alphabet that its parts in Latin script show, or the whole text.
fn kazakh_in_latin(parts: &KazakhParts, whole: &str) -> Result<ArticleLanguage, ArticleError> {
    let text = match parts.latin.as_str() {
        "" => whole,
        latin => latin,
    };
    match language::latin_alphabet(text) {
        LatinAlphabet::Known(alphabet) => Ok(ArticleLanguage::kazakh(Some(alphabet))),
        LatinAlphabet::Other => Err(ArticleError::TurkicAlphabet),
        LatinAlphabet::WithDigraphs => Err(ArticleError::DigraphAlphabet),
    }
}

/// Whether a text has the words of one: several, and none of them only letters in a row, for which
/// any language may be found.
fn reads_as_prose(text: &str) -> bool {
    let words = || {
        text.split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
    };
    let (mut count, mut letters) = (0, 0);
    let mut distinct = HashSet::new();
    for word in words() {
        count += 1;
        letters += word.chars().count();
        if distinct.len() < MIN_DISTINCT_WORDS {
            distinct.insert(word.to_lowercase());
        }
    }
    distinct.len() >= MIN_DISTINCT_WORDS && (3 * count..=20 * count).contains(&letters)
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
        for (alphabet, text) in [
            (
                Alphabet::Of2018,
                "Aýdanda jańa mektep ashyldy, oǵan úsh júzden astam bala barady.",
            ),
            (
                Alphabet::Of2021,
                "Audanda jaña mektep aşyldy, oğan üş jüzden astam bala barady, eldıñ keregı.",
            ),
            (
                Alphabet::WithEng,
                "Audanda jaŋa mektep aşyldy, oǧan üş jüzden astam bala barady, eldıŋ keregı.",
            ),
            (
                Alphabet::Of2017,
                "Ay'danda jan'a mektep as'yldy, og'an u's' ju'zden astam bala barady.",
            ),
        ] {
            let language = detected(&[text]).expect("Kazakh");
            assert_eq!(language.code, KAZAKH_LATIN);
            assert_eq!(language.alphabet, Some(alphabet));
            assert_eq!(language.model_code(), KAZAKH_CYRILLIC);
        }
        let digraphs =
            "Aúdanda jana mektep ashyldy, oghan ýsh jýzden astam bala barady, búl jaghday jaqsy.";
        assert_eq!(detected(&[digraphs]), Err(ArticleError::DigraphAlphabet));
    }

    #[test]
    fn an_article_in_another_language_is_translated_from_it_and_english_refused() {
        let russian = "В районе открылась новая школа, в неё пойдут более трёхсот детей.";
        let language = detected(&[russian]).expect("Russian");
        assert_eq!(
            (language.code.as_str(), language.is_given),
            ("rus_Cyrl", false)
        );
        assert_eq!(language.known, &RUSSIAN);
        let english =
            "A new school was opened in the district for more than three hundred children.";
        assert_eq!(detected(&[english]), Err(ArticleError::English));
        let letters = "а ".repeat(60);
        let language = detected(&[&letters]).expect("Cyrillic");
        assert_eq!(language.code, KAZAKH_CYRILLIC);
    }

    #[test]
    fn kazakh_beside_another_language_is_kazakh() {
        let kazakh = "Ауданда жаңа мектеп ашылды, оған үш жүзден астам бала барады.";
        let english = "A new school was opened in the district for more than three hundred children. It has \
                       room for a library, too, and a hall for sports that the whole village may use.";
        let language = detected(&[kazakh, english]).expect("Kazakh");
        assert_eq!(language.code, KAZAKH_CYRILLIC);
    }

    #[test]
    fn a_short_text_is_in_russian_where_its_words_are() {
        for (texts, code) in [
            (&["В Алматы выпал снег."][..], "rus_Cyrl"),
            (&["Погода", "Акима отправили в отставку."], "rus_Cyrl"),
            (&["Он уже здесь."], "rus_Cyrl"),
            (&["Курс доллара", "Доллар снова вырос."], "rus_Cyrl"),
            (&["Погода"], KAZAKH_CYRILLIC),
            (&["Футбол", "Матч 3:2 аякталды."], KAZAKH_CYRILLIC),
            (&["Президент", "Владимир Путин келді."], KAZAKH_CYRILLIC),
            (&["В. Путин, А. Лукашенко"], KAZAKH_CYRILLIC),
            (
                &[
                    "Жаңалық",
                    "Ол «В Алматы выпал снег» деп жазды, бірақ қар жауған жоқ.",
                ],
                KAZAKH_CYRILLIC,
            ),
        ] {
            let language = detected(texts).expect("a language");
            assert_eq!(language.code, code, "{texts:?}");
        }
    }

    #[test]
    fn too_little_to_tell_is_kazakh_if_it_is_cyrillic() {
        assert!(detected(&["Да."]).is_ok());
        assert_eq!(detected(&["Ok."]), Err(ArticleError::UnknownLanguage));
    }
}
