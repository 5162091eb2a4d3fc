//! Turns an article into units to translate, and puts the hypotheses back in their places.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::article::{Article, tidy};
use crate::checks::{self, Finding};
use crate::document::{Name, Paragraph, ParagraphKind, Section, Sentence};
use crate::language::{self, Alphabet, Language};
use crate::names::{self, Respelt};
use crate::segment;
use crate::text::{has_only_addresses, is_latin_of_articles};
use crate::tokenizer::LanguageToken;
use crate::translate::{Hypothesis, TermUse, Unit};

/// The units of an article and where each belongs.
pub(super) struct Plan {
    units: Vec<Unit>,
    title: Option<Slot>,
    section: Option<Slot>,
    paragraphs: Vec<(ParagraphKind, Vec<Slot>)>,
}

/// One sentence's place.
pub(super) struct Slot {
    source: String,
    /// What the model reads, where that is not the source.
    model_input: Option<String>,
    /// NLLB code of its language, where that is not the article's.
    language: Option<&'static str>,
    /// Index of its unit; `None` if there is nothing to translate.
    unit: Option<usize>,
}

/// The model's token for a language, by its NLLB code.
pub(super) type Lookup<'a> = dyn Fn(&str) -> Option<LanguageToken> + 'a;

/// In which languages an article's sentences are.
pub(super) struct SentenceLanguages<'a> {
    /// The article's own, for the model.
    pub article: LanguageToken,
    /// What is known of it.
    pub known: &'static Language,
    /// The Latin alphabet of a Kazakh article that the model is to read in Cyrillic.
    pub alphabet: Option<Alphabet>,
    /// NLLB code of the language translated into.
    pub target: &'a str,
    /// Looks up the model's token for the language of a sentence that is surely in another one;
    /// `None` if the user named the article's language, which then holds for all sentences.
    pub other: Option<&'a Lookup<'a>>,
}

/// An article's translated parts.
pub(super) struct Translated {
    pub title: Option<Sentence>,
    pub section: Option<Section>,
    pub paragraphs: Vec<Paragraph>,
    pub names: Vec<Name>,
    /// What the names of the body were written in the place of.
    pub respelt: Respelt,
    /// Characters the model was given.
    pub characters: usize,
    /// Tokens of the hypotheses.
    pub tokens: usize,
    /// The terms of the glossary, sentence by sentence.
    pub terms: Vec<TermUse>,
}

impl Plan {
    pub(super) fn new(article: &Article, languages: &SentenceLanguages, normalize: bool) -> Self {
        let mut plan = Self {
            units: Vec::new(),
            title: None,
            section: None,
            paragraphs: Vec::new(),
        };
        let mut slot = |source: &str, around: &Around| {
            plan_slot(&mut plan.units, source, around, languages, normalize)
        };
        let alone = || None;
        let title = article.title.as_deref().map(|title| slot(title, &alone));
        let section = article.metadata.section.as_deref();
        let section = section.map(|section| slot(section, &alone));
        let paragraphs = article
            .paragraphs
            .iter()
            .map(|paragraph| {
                let sentences = segment::sentences(&paragraph.text, languages.known).into_iter();
                let sentences = sentences.map(str::trim).filter(|text| !text.is_empty());
                // What is too short to tell is in the language of the paragraph, which most sentences do
                // not ask for.
                let found = OnceCell::new();
                let find = || other_language(&paragraph.text, languages).flatten();
                let around = || *found.get_or_init(find);
                let slots = sentences.map(|sentence| slot(sentence, &around)).collect();
                (paragraph.kind, slots)
            })
            .collect();
        plan.title = title;
        plan.section = section;
        plan.paragraphs = paragraphs;
        plan
    }

    pub(super) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Puts each hypothesis where its unit came from.
    pub(super) fn place(self, hypotheses: &[Hypothesis]) -> Translated {
        let sentence = |slot: Slot| slot.translated(hypotheses);
        Translated {
            characters: self.units.iter().map(|u| u.text.chars().count()).sum(),
            tokens: hypotheses.iter().map(|hypothesis| hypothesis.tokens).sum(),
            terms: hypotheses
                .iter()
                .flat_map(|hypothesis| hypothesis.terms.iter().copied())
                .collect(),
            title: self.title.map(sentence),
            section: self.section.map(sentence).map(|sentence| Section {
                source: sentence.source,
                target: sentence.target,
            }),
            paragraphs: self
                .paragraphs
                .into_iter()
                .map(|(kind, slots)| Paragraph {
                    kind,
                    sentences: slots.into_iter().map(sentence).collect(),
                })
                .collect(),
            names: Vec::new(),
            respelt: Respelt::default(),
        }
    }
}

impl Translated {
    /// With the names of its title and text, spelt as the rules say.
    pub(super) fn with_names(mut self, language: &'static Language, rules: &names::Rules) -> Self {
        let (names, respelt) =
            names::settle(&mut self.title, &mut self.paragraphs, language, rules);
        (self.names, self.respelt) = (names, respelt);
        self
    }
}

/// A language that is not the article's, and the model's token for it.
pub(super) type Other = Option<(&'static str, LanguageToken)>;

/// The language of a sentence's paragraph, found where it is asked for.
pub(super) type Around<'a> = dyn Fn() -> Other + 'a;

/// The place of a sentence.
pub(super) fn plan_slot(
    units: &mut Vec<Unit>,
    source: &str,
    around: &Around,
    languages: &SentenceLanguages,
    normalize: bool,
) -> Slot {
    let may_be =
        |(code, _): &(&str, _)| *code != languages.target || may_be_target(source, languages);
    let other = other_language(source, languages).unwrap_or_else(|| around().filter(may_be));
    let (language, token) = match other {
        Some((code, token)) => (Some(code), token),
        None => (None, languages.article),
    };
    let spelt = match languages.alphabet {
        Some(alphabet) if language.is_none() => Cow::Owned(alphabet.to_cyrillic(source)),
        _ => Cow::Borrowed(source),
    };
    let known = language.map_or(languages.known, Language::of_code);
    let text = if normalize {
        tidy::model_input(&spelt, known).into_owned()
    } else {
        spelt.into_owned()
    };
    // Numbers, signs and addresses alone make the model invent a sentence around them (fairseq#4854);
    // what is in the target language already needs no model.
    let wordless = normalize && (!text.contains(char::is_alphabetic) || has_only_addresses(source));
    let translatable = !wordless && language != Some(languages.target);
    let unit = translatable.then(|| {
        units.push(Unit {
            text: text.clone(),
            language: known,
            token,
        });
        units.len() - 1
    });
    Slot {
        model_input: (translatable && text != source).then_some(text),
        source: source.to_owned(),
        language,
        unit,
    }
}

/// Whether a sentence that is too short to be sure of, in a paragraph in the target language, may be in
/// it too: it is left untranslated then. It has no letters of another script, and where the article's
/// language is written in Latin letters as well, it looks like the target language most.
fn may_be_target(source: &str, languages: &SentenceLanguages) -> bool {
    let mut letters = source.chars().filter(|c| c.is_alphabetic());
    letters.all(is_latin_of_articles)
        && (languages.alphabet.is_none()
            || language::detect(source).language == Some(languages.target))
}

/// The language that a text is surely in, and that the model knows or translates into: `Some(None)` is
/// the article's, `None` is not known.
pub(super) fn other_language(source: &str, languages: &SentenceLanguages) -> Option<Other> {
    let lookup = languages.other?;
    let detection = language::detect(source);
    let code = detection.language.filter(|_| detection.is_sure())?;
    if code == languages.target {
        return Some(Some((code, languages.article)));
    }
    if languages.known.code == code {
        return Some(None);
    }
    let token = lookup(code)?;
    Some((token != languages.article).then_some((code, token)))
}

impl Slot {
    /// The place of its unit; `None` if there is nothing to translate.
    pub(super) fn unit(&self) -> Option<usize> {
        self.unit
    }

    pub(super) fn translated(self, hypotheses: &[Hypothesis]) -> Sentence {
        let hypothesis = self.unit.and_then(|unit| hypotheses.get(unit));
        let (target, score, findings) = match hypothesis {
            Some(hypothesis) => (
                hypothesis.target.clone(),
                rounded(hypothesis.score),
                hypothesis.findings.clone(),
            ),
            None => (self.source.clone(), 0.0, Vec::new()),
        };
        let findings: Vec<Finding> = match &self.model_input {
            Some(read) => findings
                .into_iter()
                .map(|finding| finding.relocated(read, &self.source))
                .collect(),
            None => findings,
        };
        Sentence {
            source: self.source,
            model_input: self.model_input,
            language: self.language.map(str::to_owned),
            target,
            score,
            flags: checks::flags(&findings),
            findings,
        }
    }
}

/// A score to six decimals, the precision of f32.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    /// Whether a sentence of a paragraph that is surely English is translated.
    fn is_translated(source: &str) -> bool {
        let token = LanguageToken::new(1);
        let lookup = |_: &str| None;
        let languages = SentenceLanguages {
            article: token,
            known: &KAZAKH,
            alphabet: None,
            target: "eng_Latn",
            other: Some(&lookup),
        };
        let around = || Some(("eng_Latn", token));
        let slot = plan_slot(&mut Vec::new(), source, &around, &languages, true);
        slot.unit.is_some()
    }

    #[test]
    fn a_short_kazakh_sentence_among_english_ones_is_translated() {
        for sentence in ["Рахмет!", "Ол келді.", "ҚР ҰБ хабарлады.", "Бұл Big Data."]
        {
            assert!(is_translated(sentence), "{sentence}");
        }
        for sentence in ["Thank you!", "He came.", "Yes.", "Really?", "Read more"] {
            assert!(!is_translated(sentence), "{sentence}");
        }
    }
}
