//! Fidelity checks: one small named function a check, from a source sentence and its translation to
//! a verdict. They read only the two texts, whatever produced the translation.
//!
//! Policy: a check reports what it saw; it gives no score and hides nothing. A check that is not
//! sure passes, since readers learn to ignore flags that are often wrong; docs/fidelity.md states
//! for each one what it means and how often it is right. Sources are Kazakh or Russian in Cyrillic
//! script, targets English. Any text is accepted, and the work grows linearly with its length.

mod damaged;
mod empty;
mod length;
mod links;
mod names;
mod numbers;
mod quotes;
mod repetition;
mod transliteration;
mod truncated;
mod untranslated;

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// Defines [`Check`] and what depends on all checks from one table: a line is a variant, its name in
/// JSON and reports, and the function that finds the problem.
macro_rules! checks {
    ($($(#[doc = $doc:literal])+ $check:ident, $name:literal, $problem:path;)+) => {
        /// A fidelity check, in the order in which failures are reported.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum Check {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $check,)+
        }

        impl Check {
            /// Every check, in the order of [`failed`].
            pub const ALL: [Check; [$($name),+].len()] = [$(Check::$check),+];

            /// The name in JSON `flags` and in reports.
            pub fn name(self) -> &'static str {
                match self {
                    $(Check::$check => $name,)+
                }
            }

            fn problem(self, pair: &SentencePair) -> Option<String> {
                match self {
                    $(Check::$check => $problem(pair),)+
                }
            }
        }
    };
}

checks! {
    /// A number was lost, altered or invented.
    Numbers, "numbers", numbers::problem;
    /// A name was lost or became another one; informative.
    Names, "names", names::problem;
    /// Words or letters of the target are repeated in a loop.
    Repetition, "repetition", repetition::problem;
    /// The target is much shorter or longer than translations are.
    Length, "length", length::problem;
    /// Source text was copied to the target.
    Untranslated, "untranslated", untranslated::problem;
    /// The translation stopped before its end.
    Truncated, "truncated", truncated::problem;
    /// A quotation was lost or is not closed.
    Quotes, "quotes", quotes::problem;
    /// The source says something, the target nothing.
    Empty, "empty", empty::problem;
    /// A web address, e-mail address or @handle was lost, altered or invented.
    Links, "links", links::problem;
    /// Letters of the source were lost before it was read.
    Damaged, "damaged", damaged::problem;
}

impl Check {
    /// The check of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }
}

/// What a failed check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check that failed.
    pub check: Check,
    /// One sentence for a reader. It quotes the two texts, shortened but otherwise verbatim: escape
    /// it before showing.
    pub message: String,
}

/// What a check looks at: one sentence and its translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentencePair<'a> {
    /// The source's language; with [`GENERIC`](crate::language::GENERIC), checks that need tables of
    /// the language pass.
    pub language: &'static Language,
    /// The source sentence: verbatim, or as it was tidied for the model.
    pub source: &'a str,
    /// Its English translation.
    pub target: &'a str,
    /// Whether the decoder reached its token limit before it ended the sentence; `false` if that is
    /// unknown.
    pub truncated: bool,
}

/// The checks that `pair` fails, in the order of [`Check::ALL`].
///
/// An empty translation fails only [`Check::Empty`], although its numbers and links are missing
/// too.
pub fn failed(pair: &SentencePair) -> Vec<Check> {
    let findings = findings(pair).into_iter();
    findings.map(|finding| finding.check).collect()
}

/// As [`failed`], with what each check found.
pub fn findings(pair: &SentencePair) -> Vec<Finding> {
    let finding = |check: Check| {
        let message = check.problem(pair)?;
        Some(Finding { check, message })
    };
    match finding(Check::Empty) {
        Some(empty) => vec![empty],
        None => Check::ALL.into_iter().filter_map(finding).collect(),
    }
}

/// What `check` found wrong; `None` if the check passes. [`Finding::message`] says how to show it.
pub fn explain(check: Check, pair: &SentencePair) -> Option<String> {
    check.problem(pair)
}

/// Checks a sentence of the English summary for what the English translation does not say: numbers
/// ([`Check::Numbers`]) or names ([`Check::Names`]), which are the capitalised words after the
/// first word.
pub fn unsupported(summary_sentence: &str, translation: &str) -> Vec<Check> {
    let supported = [
        (
            Check::Numbers,
            numbers::supported(summary_sentence, translation),
        ),
        (
            Check::Names,
            names::supported(summary_sentence, translation),
        ),
    ];
    supported
        .into_iter()
        .filter(|(_, supported)| !supported)
        .map(|(check, _)| check)
        .collect()
}
