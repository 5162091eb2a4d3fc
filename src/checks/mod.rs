//! Fidelity checks: one small named function a check, from a source sentence and its translation
//! to a verdict. They know no network; whoever translated, they read the two texts.
//!
//! Policy: a check names what it saw, it scores nothing and hides nothing. A check that cannot tell
//! stays silent, since a flag the reader learns to ignore protects nobody; docs/fidelity.md states for
//! each one what it means and how often it is right. Sources are Kazakh or Russian in Cyrillic script,
//! targets English. Any text is accepted, and the work grows linearly with its length.

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

/// A fidelity check, in the order in which failures are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// A number was lost, altered or invented.
    Numbers,
    /// A name was lost or became another one; informative.
    Names,
    /// Words or letters of the target go round in circles.
    Repetition,
    /// The target is much shorter or longer than translations are.
    Length,
    /// Source text stands in the target as it was.
    Untranslated,
    /// The translation stopped before its end.
    Truncated,
    /// A quotation was lost or is not closed.
    Quotes,
    /// The source says something, the target nothing.
    Empty,
    /// A web address, e-mail address or @handle was lost, altered or invented.
    Links,
    /// Letters of the source were lost before it was read.
    Damaged,
}

/// What a check looks at: one sentence and its translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentencePair<'a> {
    /// The source sentence: as it stands, or as it was tidied for the model.
    pub source: &'a str,
    /// Its English translation.
    pub target: &'a str,
    /// The decoder reached its token cap before it ended the sentence; `false` where nobody knows.
    pub truncated: bool,
}

impl Check {
    /// Every check, in the order of [`failed`].
    pub const ALL: [Check; 10] = [
        Check::Numbers,
        Check::Names,
        Check::Repetition,
        Check::Length,
        Check::Untranslated,
        Check::Truncated,
        Check::Quotes,
        Check::Empty,
        Check::Links,
        Check::Damaged,
    ];

    /// The name in JSON `flags` and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Check::Numbers => "numbers",
            Check::Names => "names",
            Check::Repetition => "repetition",
            Check::Length => "length",
            Check::Untranslated => "untranslated",
            Check::Truncated => "truncated",
            Check::Quotes => "quotes",
            Check::Empty => "empty",
            Check::Links => "links",
            Check::Damaged => "damaged",
        }
    }
}

/// The checks that `pair` fails, in the order of [`Check::ALL`].
///
/// An empty translation fails [`Check::Empty`] alone: that its numbers and links are missing too goes
/// without saying.
pub fn failed(pair: &SentencePair) -> Vec<Check> {
    if empty::problem(pair).is_some() {
        return vec![Check::Empty];
    }
    Check::ALL
        .into_iter()
        .filter(|check| explain(*check, pair).is_some())
        .collect()
}

/// What `check` found wrong, as one sentence for a reader; `None` where the check passes.
///
/// The sentence quotes the two texts, shortened but otherwise as they stand: escape it before showing.
pub fn explain(check: Check, pair: &SentencePair) -> Option<String> {
    match check {
        Check::Numbers => numbers::problem(pair),
        Check::Names => names::problem(pair),
        Check::Repetition => repetition::problem(pair),
        Check::Length => length::problem(pair),
        Check::Untranslated => untranslated::problem(pair),
        Check::Truncated => truncated::problem(pair),
        Check::Quotes => quotes::problem(pair),
        Check::Empty => empty::problem(pair),
        Check::Links => links::problem(pair),
        Check::Damaged => damaged::problem(pair),
    }
}

/// What a sentence of the English summary says that the English translation does not: numbers
/// ([`Check::Numbers`]), or names ([`Check::Names`]), which are its capitalised words but the first.
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
