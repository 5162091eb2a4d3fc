//! The languages that the server translates, by the codes that programs use for them (ISO 639-1).

use serde::Serialize;

use super::http::ApiError;
use crate::article::ArticleLanguage;
use crate::language::{
    self, Alphabet, KAZAKH_CYRILLIC, KAZAKH_LATIN, Language, LatinAlphabet, detect, latin_alphabet,
};
use crate::pipeline::Pipeline;
use crate::text::is_cyrillic;

/// The code of the language translated into.
pub(super) const TARGET: &str = "en";

/// A language with its ISO 639-1 code, its NLLB code and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offered {
    pub code: &'static str,
    pub name: &'static str,
    nllb: &'static str,
}

/// Languages that are recognised: those expected, then by their names.
const KNOWN: [Offered; 16] = [
    offered("kk", "Kazakh", KAZAKH_CYRILLIC),
    offered("ru", "Russian", "rus_Cyrl"),
    offered("az", "Azerbaijani", "azj_Latn"),
    offered("ba", "Bashkir", "bak_Cyrl"),
    offered("be", "Belarusian", "bel_Cyrl"),
    offered("bg", "Bulgarian", "bul_Cyrl"),
    offered(TARGET, "English", "eng_Latn"),
    offered("fr", "French", "fra_Latn"),
    offered("de", "German", "deu_Latn"),
    offered("ky", "Kyrgyz", "kir_Cyrl"),
    offered("mn", "Mongolian", "khk_Cyrl"),
    offered("tg", "Tajik", "tgk_Cyrl"),
    offered("tt", "Tatar", "tat_Cyrl"),
    offered("tr", "Turkish", "tur_Latn"),
    offered("uk", "Ukrainian", "ukr_Cyrl"),
    offered("uz", "Uzbek", "uzn_Latn"),
];

const fn offered(code: &'static str, name: &'static str, nllb: &'static str) -> Offered {
    Offered { code, name, nllb }
}

/// The languages that a model can translate from, and the one it translates into.
pub(super) struct Languages {
    offered: Vec<Offered>,
}

/// What language a text is in, as a client is told.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub(super) struct Detected {
    /// From 0 to 100.
    pub confidence: f64,
    /// ISO 639-1.
    pub language: &'static str,
}

/// How a text is to be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// It is in the target language already.
    Target,
    Other(ArticleLanguage),
}

impl Languages {
    /// The languages that the pipeline's model knows.
    pub(super) fn of(pipeline: &Pipeline) -> Self {
        let is_known = |language: &Offered| {
            language.nllb == pipeline.target_language()
                || pipeline.source_language(language.nllb).is_some()
        };
        Self {
            offered: KNOWN.into_iter().filter(is_known).collect(),
        }
    }

    /// All of them, the target among them, as their codes and names.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Offered> {
        self.offered.iter()
    }

    /// The language of a code, in whatever case it is; a region or script after it does not count.
    pub(super) fn find(&self, code: &str) -> Option<&Offered> {
        let code = code.split(['-', '_']).next().unwrap_or_default();
        let is_named = |language: &&Offered| language.code.eq_ignore_ascii_case(code);
        self.offered.iter().find(is_named)
    }

    /// The language that a text is most likely in. What cannot be told is in the target language, with a
    /// confidence of 0.
    pub(super) fn detected(&self, text: &str) -> Detected {
        let found = detect(text);
        let code = found.language.map(|code| match code {
            KAZAKH_LATIN | language::KAZAKH_ARABIC => KAZAKH_CYRILLIC,
            language::UZBEK_CYRILLIC => "uzn_Latn",
            code => code,
        });
        let known = code.and_then(|code| self.offered.iter().find(|known| known.nllb == code));
        match known {
            Some(known) => Detected {
                confidence: (found.confidence * 1000.0).round() / 10.0,
                language: known.code,
            },
            None => Detected {
                confidence: 0.0,
                language: if is_mostly_cyrillic(text) {
                    "kk"
                } else {
                    TARGET
                },
            },
        }
    }

    /// How to translate a text from the language with this code.
    ///
    /// # Errors
    /// If it is Kazakh in an alphabet that no model reads.
    pub(super) fn source(&self, code: &str, text: &str) -> Result<Source, ApiError> {
        let language = match self.find(code) {
            Some(language) if language.code == TARGET => return Ok(Source::Target),
            Some(language) => language,
            None => return Err(ApiError::bad(format!("{code} is not supported"))),
        };
        let alphabet = match language.nllb {
            KAZAKH_CYRILLIC => kazakh_alphabet(text)?,
            _ => None,
        };
        Ok(Source::Other(ArticleLanguage {
            code: language.nllb.to_owned(),
            known: Language::of_code(language.nllb),
            alphabet,
            is_given: true,
        }))
    }

    /// As [`Self::source`], for the language that the text is found to be in; its sentences may be in
    /// others.
    ///
    /// # Errors
    /// As there.
    pub(super) fn found_source(&self, text: &str) -> Result<(Source, Detected), ApiError> {
        let detected = self.detected(text);
        let source = match self.source(detected.language, text)? {
            Source::Other(language) => Source::Other(ArticleLanguage {
                is_given: false,
                ..language
            }),
            Source::Target => Source::Target,
        };
        Ok((source, detected))
    }
}

/// The Latin alphabet that a Kazakh text has to be spelt in Cyrillic from.
fn kazakh_alphabet(text: &str) -> Result<Option<Alphabet>, ApiError> {
    match detect(text).language {
        Some(KAZAKH_LATIN) => match latin_alphabet(text) {
            LatinAlphabet::Known(alphabet) => Ok(Some(alphabet)),
            LatinAlphabet::Other | LatinAlphabet::WithDigraphs => Err(ApiError::bad(
                "Kazakh in this Latin alphabet is not supported",
            )),
        },
        Some(language::KAZAKH_ARABIC) => {
            Err(ApiError::bad("Kazakh in Arabic script is not supported"))
        }
        _ => Ok(None),
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

    fn all() -> Languages {
        Languages {
            offered: KNOWN.to_vec(),
        }
    }

    fn code(text: &str) -> &'static str {
        all().detected(text).language
    }

    #[test]
    fn texts_are_recognised_even_where_they_are_short() {
        assert_eq!(code("Ауданда жаңа мектеп ашылды."), "kk");
        assert_eq!(
            code("Audanda jaña mektep aşyldy, oğan üş jüzden astam bala barady."),
            "kk"
        );
        assert_eq!(
            code("В районе открылась новая школа, в неё пойдут дети."),
            "ru"
        );
        assert_eq!(code("A new school was opened in the district."), "en");
        assert_eq!(code("Да"), "kk");
        let nothing = Detected {
            confidence: 0.0,
            language: "en",
        };
        assert_eq!(all().detected("123"), nothing);
    }

    #[test]
    fn a_code_may_have_a_region() {
        for code in ["kk", "KK", "kk-KZ", "kk_Cyrl"] {
            assert_eq!(
                all().find(code).map(|found| found.name),
                Some("Kazakh"),
                "{code}"
            );
        }
        assert_eq!(all().find("zz"), None);
        assert_eq!(all().find(""), None);
    }

    #[test]
    fn a_named_language_holds_for_all_sentences() {
        let text = "В районе открылась новая школа, в неё пойдут дети.";
        let Ok(Source::Other(named)) = all().source("kk", text) else {
            panic!("Kazakh is offered");
        };
        assert_eq!((named.code.as_str(), named.is_given), ("kaz_Cyrl", true));
        let Ok((Source::Other(found), _)) = all().found_source(text) else {
            panic!("Russian is offered");
        };
        assert_eq!((found.code.as_str(), found.is_given), ("rus_Cyrl", false));
        assert_eq!(all().source("en", text), Ok(Source::Target));
    }
}
