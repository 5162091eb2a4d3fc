//! A text that is no article, as a program sends it: one sentence or many lines. Only its sentences are
//! translated; line ends and the white space between them stay.

use std::cell::OnceCell;

use super::plan::{Around, SentenceLanguages, Slot, other_language, plan_slot};
use super::{Pipeline, PipelineError};
use crate::article::ArticleLanguage;
use crate::document::Sentence;
use crate::segment;
use crate::text::squeeze;
use crate::translate::{Hypothesis, Unit};

/// A text whose sentences are found and ready for the translator.
pub struct PlannedText {
    units: Vec<Unit>,
    parts: Vec<Part>,
}

/// What a text consists of.
enum Part {
    /// White space, which stays.
    Kept(String),
    Sentence(Slot),
}

/// A text with its translation.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslatedText {
    /// The text in the target language.
    pub target: String,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
    /// Other translations of the text, better ones first, each with the next best hypothesis of every
    /// sentence that has one.
    pub others: Vec<String>,
}

impl PlannedText {
    /// What is to be translated, in the order of the text.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Puts each hypothesis where its unit came from; `hypotheses` are those of the text's units, in
    /// their order.
    ///
    /// # Errors
    /// If there is not one hypothesis for each unit.
    pub fn place(self, hypotheses: &[Hypothesis]) -> Result<TranslatedText, PipelineError> {
        if hypotheses.len() != self.units.len() {
            return Err(PipelineError::Lost);
        }
        let count = hypotheses.iter().map(|hypothesis| hypothesis.others.len());
        let mut others = vec![String::new(); count.max().unwrap_or(0)];
        let mut target = String::new();
        let mut sentences = Vec::new();
        for part in self.parts {
            match part {
                Part::Kept(space) => {
                    for text in others.iter_mut().chain([&mut target]) {
                        text.push_str(&space);
                    }
                }
                Part::Sentence(slot) => {
                    let own = slot.unit().and_then(|unit| hypotheses.get(unit));
                    let own = own.map_or(&[][..], |hypothesis| &hypothesis.others);
                    let sentence = slot.translated(hypotheses);
                    for (place, text) in others.iter_mut().enumerate() {
                        text.push_str(own.get(place).unwrap_or(&sentence.target));
                    }
                    target.push_str(&sentence.target);
                    sentences.push(sentence);
                }
            }
        }
        Ok(TranslatedText {
            target,
            sentences,
            others,
        })
    }
}

impl Pipeline {
    /// Finds what is to be translated of a text in `language`. A line end ends a sentence.
    ///
    /// # Errors
    /// If the model does not know the language.
    pub fn plan_text(
        &self,
        text: &str,
        language: &ArticleLanguage,
    ) -> Result<PlannedText, PipelineError> {
        self.with_languages(language, |languages| {
            planned(text, languages, self.settings.normalize)
        })
    }
}

fn planned(text: &str, languages: &SentenceLanguages, normalize: bool) -> PlannedText {
    let mut planned = PlannedText {
        units: Vec::new(),
        parts: Vec::new(),
    };
    for line in text.split_inclusive('\n') {
        // What is too short to tell is in the language of its line.
        let found = OnceCell::new();
        let find = || other_language(line, languages).flatten();
        let around = || *found.get_or_init(find);
        for piece in segment::sentences(line, languages.known) {
            planned.add(piece, &around, languages, normalize);
        }
    }
    planned
}

impl PlannedText {
    /// Adds a sentence and the white space around it.
    fn add(
        &mut self,
        piece: &str,
        around: &Around,
        languages: &SentenceLanguages,
        normalize: bool,
    ) {
        let sentence = piece.trim();
        let before = piece.len() - piece.trim_start().len();
        self.keep(&piece[..before]);
        if sentence.is_empty() {
            return;
        }
        let source = squeeze(sentence);
        let slot = plan_slot(&mut self.units, &source, around, languages, normalize);
        self.parts.push(Part::Sentence(slot));
        self.keep(&piece[before + sentence.len()..]);
    }

    fn keep(&mut self, space: &str) {
        if !space.is_empty() {
            self.parts.push(Part::Kept(space.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;
    use crate::tokenizer::LanguageToken;

    fn languages() -> SentenceLanguages<'static> {
        SentenceLanguages {
            article: LanguageToken::new(1),
            known: &KAZAKH,
            alphabet: None,
            target: "eng_Latn",
            other: None,
        }
    }

    /// The text with each sentence in brackets.
    fn marked(text: &str) -> String {
        let planned = planned(text, &languages(), true);
        let hypotheses: Vec<Hypothesis> = planned
            .units()
            .iter()
            .map(|unit| Hypothesis {
                target: format!("[{}]", unit.text),
                score: 0.0,
                tokens: 1,
                truncated: false,
                findings: Vec::new(),
                others: Vec::new(),
                terms: Vec::new(),
            })
            .collect();
        planned.place(&hypotheses).unwrap().target
    }

    #[test]
    fn white_space_around_sentences_stays() {
        assert_eq!(
            marked("  Ол келді.  Біз бардық.\r\n\n\tЖол ұзақ.\n"),
            "  [Ол келді.]  [Біз бардық.]\r\n\n\t[Жол ұзақ.]\n"
        );
        assert_eq!(marked(""), "");
        assert_eq!(marked(" \n "), " \n ");
    }

    #[test]
    fn another_translation_has_what_else_each_sentence_may_be() {
        let planned = planned("Ол келді. Жол ұзақ.\n", &languages(), true);
        let hypothesis = |target: &str, others: &[&str]| Hypothesis {
            target: target.to_owned(),
            score: 0.0,
            tokens: 1,
            truncated: false,
            findings: Vec::new(),
            others: others.iter().map(|other| (*other).to_owned()).collect(),
            terms: Vec::new(),
        };
        let hypotheses = [hypothesis("a", &["b"]), hypothesis("c", &["d", "e"])];
        let translated = planned.place(&hypotheses).unwrap();
        assert_eq!(translated.target, "a c\n");
        assert_eq!(translated.others, ["b d\n", "a e\n"]);
    }

    #[test]
    fn what_has_no_letters_is_kept_as_it_is() {
        assert_eq!(marked("2024\nОл келді."), "2024\n[Ол келді.]");
    }

    #[test]
    fn an_address_alone_is_kept_as_it_is() {
        for address in ["https://egemen.kz/a/b", "info@egemen.kz", "@egemen_kz"] {
            assert_eq!(marked(address), address);
        }
        assert_eq!(
            marked("Ол келді.\nhttps://egemen.kz/a"),
            "[Ол келді.]\nhttps://egemen.kz/a"
        );
        assert_eq!(
            marked("Дереккөз: https://egemen.kz/a"),
            "[Дереккөз:] https://egemen.kz/a"
        );
    }

    #[test]
    fn a_hypothesis_too_few_is_an_error() {
        let planned = planned("Ол келді.", &languages(), true);
        assert!(matches!(planned.place(&[]), Err(PipelineError::Lost)));
    }
}
