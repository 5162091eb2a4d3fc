//! What is known of a language, as a value: how its sentences end, how its news is written, what a
//! check can ask of it.
//!
//! A [`Language`] is a set of tables and small functions. The modules that use it (reading,
//! splitting, tidying and the checks) are given one and take what they need. [`Language::find`]
//! gives the value for a code or a name; a language of which nothing is known is [`GENERIC`], with
//! which only what holds for every language is done. [`detect`] finds the language of a text.
//!
//! Adding a language is a folder here and a line in [`KNOWN`]; telling it from others takes a table
//! of letter pairs (`char_bigrams/`).

mod alphabets;
pub(crate) mod char_bigrams;
mod codes;
mod detect;
mod english;
mod generic;
mod kazakh;
pub(crate) mod names;
mod russian;
mod tables;
mod units;

pub use alphabets::{LatinAlphabet, latin_alphabet};
pub use codes::code_of;
pub use detect::{Detection, KAZAKH_ARABIC, KAZAKH_CYRILLIC, KAZAKH_LATIN, UZBEK_CYRILLIC, detect};
pub use english::ENGLISH;
pub(crate) use english::{english_month, plural};
pub use generic::GENERIC;
pub use kazakh::KAZAKH;
pub use kazakh::latin::Alphabet;
pub use kazakh::romanised::romanised;
pub use names::NameKind;
pub use russian::RUSSIAN;
pub(crate) use tables::{
    Abbreviation, CapitalsTables, DayHalf, GapsTables, HyphenTables, LengthBounds, MetadataKey,
    MetadataWords, NameTables, NumberTables, NumberWord, SentenceTables, Side, TidyTables, Unit,
    WordLists,
};
pub(crate) use units::UNIT_SYMBOLS;

/// What is known of one language in one script.
pub struct Language {
    /// NLLB's code: `kaz_Cyrl`. Empty for [`GENERIC`].
    pub code: &'static str,
    /// ISO 639-1: `kk`.
    pub iso_code: &'static str,
    /// In English: `Kazakh`.
    pub name: &'static str,
    /// Letters, in lower case, that words borrowed by other languages do not have.
    pub(crate) own_letters: &'static [char],
    /// Months by the beginning of their names that every case leaves alone; empty where unknown.
    pub(crate) months: &'static [&'static str],
    /// The same in the Latin spellings of a language that is also written in them: each month with
    /// its spellings.
    pub(crate) latin_months: &'static [&'static [&'static str]],
    /// Words that may be next to the numbers of a date: year, hour, days of the week.
    pub(crate) date_words: &'static [&'static str],
    pub(crate) metadata: MetadataWords,
    pub(crate) sentences: SentenceTables,
    pub(crate) tidying: TidyTables,
    pub(crate) hyphens: HyphenTables,
    /// Verbs that follow the words they quote (`деді`), in lower case.
    pub(crate) quoting_verbs: &'static [&'static str],
    /// Numbers in words; `None` where the language's are unknown.
    pub(crate) numbers: Option<NumberTables>,
    /// What is needed to find a name again in English; `None` where that is unknown.
    pub(crate) names: Option<NameTables>,
    /// How long English translations are; `None` where that was not measured.
    pub(crate) length: Option<LengthBounds>,
}

/// Languages with tables of their own.
pub static KNOWN: &[&Language] = &[&KAZAKH, &RUSSIAN, &ENGLISH];

impl Language {
    /// The language of that code or name ([`code_of`]); `None` if nothing more is known of it.
    pub fn find(name: &str) -> Option<&'static Language> {
        let code = code_of(name)?;
        KNOWN.iter().copied().find(|language| language.code == code)
    }

    /// The tables for articles in the language with this NLLB code: [`GENERIC`] if there are none.
    pub fn of_code(code: &str) -> &'static Language {
        let known = KNOWN.iter().copied().find(|known| known.code == code);
        known.unwrap_or(&GENERIC)
    }

    /// Whether a language tag of a document (`kk`, `kk-KZ`, `kk_KZ`) names this language.
    pub(crate) fn is_named_by(&self, tag: &str) -> bool {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        !primary.is_empty() && primary.eq_ignore_ascii_case(self.iso_code)
    }
}

/// The code alone: the tables are long.
impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Language")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Two handles are equal if they are of one language.
impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Language {}

impl std::hash::Hash for Language {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn a_language_is_found_by_its_codes_and_its_name() {
        for name in ["kaz_Cyrl", "kk", "Kazakh", "kazakh"] {
            assert_eq!(Language::find(name), Some(&KAZAKH), "{name}");
        }
        assert_eq!(Language::find("russian"), Some(&RUSSIAN));
        assert_eq!(Language::find("xx"), None);
        assert_eq!(Language::of_code("tgk_Cyrl"), &GENERIC);
        assert_eq!(Language::of_code("rus_Cyrl"), &RUSSIAN);
    }

    #[test]
    fn a_metadata_key_means_one_thing_in_all_languages() {
        let mut keys = HashMap::new();
        for language in KNOWN {
            for (key, names) in language.metadata.keys {
                for name in *names {
                    let before = keys.insert(*name, *key);
                    assert!(before.is_none_or(|before| before == *key), "{name}");
                }
            }
        }
    }

    #[test]
    fn a_language_knows_twelve_months_or_none() {
        for language in KNOWN.iter().chain([&&GENERIC]) {
            for months in [language.months.len(), language.latin_months.len()] {
                assert!(matches!(months, 0 | 12), "{}", language.name);
            }
        }
    }
}
