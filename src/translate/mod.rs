//! From source sentences to English hypotheses.
//!
//! This module works on [`Unit`]s and knows nothing of articles: they may come from one article,
//! from a thousand, or from a worker's stream. Units are tokenised, cut into pieces if they are too
//! long, translated once if they are equal, and batched by length; hypotheses come back in the
//! order of the units. Nothing is cut off: what is too long for the model is translated in pieces.
//! A hypothesis that fails a check is decoded again with other strategies, and the checks that the
//! best one fails are named. Terms of a glossary, and numbers and known names that a hypothesis lost, are demanded of
//! another search, whose result counts if it costs nothing else.

mod alignment;
mod demands;
mod pieces;
mod quotes;
mod retry;
mod spelling;
mod translator;

pub use translator::{Settings, Translator};

use crate::checks::{self, Check, Finding};
use crate::language::Language;
use crate::tokenizer::LanguageToken;

/// A sentence to translate, as the model is to read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unit {
    /// The sentence, tidied for the model if the pipeline tidies.
    pub text: String,
    /// Its language, as the checks know it.
    pub language: &'static Language,
    /// Its language, as the model's tokenizer knows it.
    pub token: LanguageToken,
}

/// The translation of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// The text in the target language.
    pub target: String,
    /// Mean log-probability per generated token.
    pub score: f32,
    /// Tokens generated.
    pub tokens: usize,
    /// Whether the token cap was hit before the end token: text may be missing.
    pub truncated: bool,
    /// What the checks found wrong with this hypothesis, and what of it was repaired.
    pub findings: Vec<Finding>,
    /// Other translations that the search found, best first; none of a unit that was cut into pieces.
    pub others: Vec<String>,
    /// The terms of the glossary in the unit, in their order; none without a glossary.
    pub terms: Vec<TermUse>,
}

/// What became of a term of the glossary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermUse {
    /// The place of its entry in the glossary.
    pub entry: usize,
    /// Whether the translation has it as the glossary wants it.
    pub is_applied: bool,
}

impl Hypothesis {
    /// The checks this hypothesis fails.
    pub fn failed(&self) -> Vec<Check> {
        checks::flags(&self.findings)
    }

    /// How many terms of the glossary are not as it wants them.
    pub fn missing_terms(&self) -> usize {
        let terms = self.terms.iter();
        terms.filter(|term| !term.is_applied).count()
    }
}
