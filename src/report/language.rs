//! NLLB's language codes (`kaz_Cyrl`) as readers and browsers know the languages.

use crate::document::{Languages, Sentence};

/// Code, script it is usually written in, tag of BCP 47, English name: the languages of Kazakhstan's
/// press and its neighbours.
const KNOWN: [(&str, &str, &str, &str); 16] = [
    ("azj", "Latn", "az", "Azerbaijani"),
    ("bak", "Cyrl", "ba", "Bashkir"),
    ("eng", "Latn", "en", "English"),
    ("kaz", "Cyrl", "kk", "Kazakh"),
    ("khk", "Cyrl", "mn", "Mongolian"),
    ("kir", "Cyrl", "ky", "Kyrgyz"),
    ("rus", "Cyrl", "ru", "Russian"),
    ("tat", "Cyrl", "tt", "Tatar"),
    ("tgk", "Cyrl", "tg", "Tajik"),
    ("tuk", "Latn", "tk", "Turkmen"),
    ("tur", "Latn", "tr", "Turkish"),
    ("uig", "Arab", "ug", "Uyghur"),
    ("ukr", "Cyrl", "uk", "Ukrainian"),
    ("uzn", "Latn", "uz", "Uzbek"),
    ("zho", "Hans", "zh", "Chinese"),
    ("deu", "Latn", "de", "German"),
];

/// Scripts written from right to left, of those that NLLB knows.
const RIGHT_TO_LEFT: [&str; 3] = ["Arab", "Hebr", "Tfng"];

/// A language as a page names and marks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Language {
    /// English name, or the code if the table above lacks it.
    pub name: String,
    /// Value of the `lang` attribute.
    pub tag: String,
    pub right_to_left: bool,
}

impl Language {
    /// The language of an NLLB code.
    pub(super) fn of(code: &str) -> Self {
        let (language, script) = code.split_once('_').unwrap_or((code, ""));
        let right_to_left = RIGHT_TO_LEFT.contains(&script);
        match KNOWN.iter().find(|known| known.0 == language) {
            Some((_, usual, tag, name)) if script == *usual || script.is_empty() => Self {
                name: (*name).to_owned(),
                tag: (*tag).to_owned(),
                right_to_left,
            },
            Some((_, _, tag, name)) => Self {
                name: format!("{name} ({script})"),
                tag: format!("{tag}-{script}"),
                right_to_left,
            },
            None => Self {
                name: code.to_owned(),
                tag: code.replace('_', "-"),
                right_to_left,
            },
        }
    }
}

/// How a report names the language of an article that is not in Kazakh: `translated from Russian`.
pub(super) fn translated_from(languages: &Languages) -> Option<String> {
    let is_kazakh = languages.source.starts_with("kaz_");
    (!is_kazakh).then(|| format!("translated from {}", Language::of(&languages.source).name))
}

/// How a report names the language of a sentence that is not in the article's: `from Russian`. One that
/// stays as it is shows its own.
pub(super) fn sentence_from(sentence: &Sentence) -> Option<String> {
    let code = sentence.language.as_ref()?;
    (sentence.target != sentence.source).then(|| format!("from {}", Language::of(code).name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(name: &str, tag: &str, right_to_left: bool) -> Language {
        Language {
            name: name.to_owned(),
            tag: tag.to_owned(),
            right_to_left,
        }
    }

    #[test]
    fn a_script_is_named_only_where_it_is_not_the_usual_one() {
        assert_eq!(Language::of("kaz_Cyrl"), language("Kazakh", "kk", false));
        assert_eq!(
            Language::of("kaz_Arab"),
            language("Kazakh (Arab)", "kk-Arab", true)
        );
        assert_eq!(Language::of("uig_Arab"), language("Uyghur", "ug", true));
    }

    #[test]
    fn a_language_outside_the_table_goes_by_its_code() {
        assert_eq!(
            Language::of("fra_Latn"),
            language("fra_Latn", "fra-Latn", false)
        );
        assert_eq!(Language::of("rus"), language("Russian", "ru", false));
    }
}
