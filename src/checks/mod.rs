//! Fidelity checks: one small named function a check, from a source sentence and its translation to
//! a verdict. They read only the two texts, whatever produced the translation.
//!
//! Policy: a check reports what it saw; it gives no score and hides nothing. A check that is not
//! sure passes, since readers learn to ignore flags that are often wrong; docs/fidelity.md states
//! for each one what it means and how often it is right. Sources are Kazakh or Russian in Cyrillic
//! script, targets English. Any text is accepted, and the work grows linearly with its length.

mod damaged;
mod empty;
mod finding;
mod glossary;
mod length;
mod links;
pub(crate) mod names;
mod numbers;
mod quotes;
mod repetition;
pub(crate) mod transliteration;
mod truncated;
mod untranslated;

use serde::{Deserialize, Serialize};

use crate::language::{ENGLISH, Language};
use finding::Problem;
pub use finding::{Finding, Spans, flags};
pub use glossary::{Term, TermFinder, holds_term};

/// Defines [`Check`] and what depends on all checks from one table: a line is a variant, its name in
/// JSON and reports, and the function that finds the problems.
macro_rules! checks {
    ($($(#[doc = $doc:literal])+ $check:ident, $name:literal, $problems:path;)+) => {
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

            fn problems(self, pair: &SentencePair) -> Vec<Problem> {
                match self {
                    $(Check::$check => $problems(pair),)+
                }
            }
        }
    };
}

checks! {
    /// A number was lost, altered or invented.
    Numbers, "numbers", numbers::problems;
    /// A name was lost or became another one; informative.
    Names, "names", names::problems;
    /// Words or letters of the target are repeated in a loop.
    Repetition, "repetition", repetition::problems;
    /// The target is much shorter or longer than translations are.
    Length, "length", length::problems;
    /// Source text was copied to the target.
    Untranslated, "untranslated", untranslated::problems;
    /// The translation stopped before its end.
    Truncated, "truncated", truncated::problems;
    /// A quotation was lost or is not closed.
    Quotes, "quotes", quotes::problems;
    /// The source says something, the target nothing.
    Empty, "empty", empty::problems;
    /// A web address, e-mail address or @handle was lost, altered or invented.
    Links, "links", links::problems;
    /// Letters of the source were lost before it was read.
    Damaged, "damaged", damaged::problems;
    /// A term of the glossary is not in the translation as the glossary wants it.
    Glossary, "glossary", glossary::problems;
}

impl Check {
    /// The check of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }
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
    /// Terms of the source that have to be as given in the translation.
    pub terms: &'a [Term<'a>],
}

/// Maximum findings of one check in one sentence; a loop may have thousands.
const MAX_FINDINGS: usize = 8;

/// The checks that `pair` fails, in the order of [`Check::ALL`].
///
/// An empty translation fails only [`Check::Empty`], although its numbers and links are missing
/// too.
pub fn failed(pair: &SentencePair) -> Vec<Check> {
    flags(&findings(pair))
}

/// As [`failed`], with what each check found, the first few places of each.
pub fn findings(pair: &SentencePair) -> Vec<Finding> {
    let of = |check: Check| findings_of(check, pair);
    let empty = of(Check::Empty);
    if !empty.is_empty() {
        return empty;
    }
    Check::ALL.into_iter().flat_map(of).collect()
}

/// What `check` alone found wrong; empty if the check passes.
pub fn findings_of(check: Check, pair: &SentencePair) -> Vec<Finding> {
    let problems = check.problems(pair).into_iter().take(MAX_FINDINGS);
    problems
        .map(|problem| problem.finding(check, pair))
        .collect()
}

/// A number that a translation lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostNumber {
    /// The number, in the words of the source.
    pub words: String,
    /// The forms of each of its values, of which the translation has to have one.
    pub values: Vec<Vec<String>>,
}

/// The numbers of `pair`'s source that have no counterpart in its target, and how English says them.
pub fn lost_numbers(pair: &SentencePair) -> Vec<LostNumber> {
    numbers::lost(pair).into_iter().take(MAX_FINDINGS).collect()
}

/// A name that a translation lost and that English knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostName {
    /// The name, in the words of the source.
    pub words: String,
    /// Its English forms, the usual one first.
    pub forms: Vec<String>,
}

/// The names of `pair`'s source that the gazetteer knows and that have no counterpart in its target.
pub fn lost_names(pair: &SentencePair) -> Vec<LostName> {
    names::lost(pair).into_iter().take(MAX_FINDINGS).collect()
}

/// Checks a sentence of the English summary for what the English translation does not say: numbers
/// ([`Check::Numbers`]) or names ([`Check::Names`]), which are the capitalised words after the
/// first word. The sentence is the target of the findings.
pub fn unsupported(summary_sentence: &str, translation: &str) -> Vec<Finding> {
    let pair = SentencePair {
        language: &ENGLISH,
        source: translation,
        target: summary_sentence,
        truncated: false,
        terms: &[],
    };
    let findings = |check: Check, problems: Vec<Problem>| {
        let problems = problems.into_iter().take(MAX_FINDINGS);
        problems
            .map(|problem| problem.finding(check, &pair))
            .collect::<Vec<_>>()
    };
    let mut found = findings(
        Check::Numbers,
        numbers::unsupported(summary_sentence, translation),
    );
    found.extend(findings(
        Check::Names,
        names::unsupported(summary_sentence, translation),
    ));
    found
}
