//! Fidelity checks: one small named function a check, from a source sentence and its translation
//! to a verdict. They know no network; whoever translated, they read the two texts.
//!
//! Policy: a check names what it saw, it scores nothing and hides nothing. A check that cannot tell
//! stays silent, since a flag the reader learns to ignore protects nobody; docs/fidelity.md states for
//! each one what it means and how often it is right. Sources are Kazakh or Russian in Cyrillic script,
//! targets English. Any text is accepted, and the work grows linearly with its length.

mod empty;
mod length;
mod links;
mod numbers;
mod quotes;
mod repetition;
mod text;
mod transliteration;
mod truncated;
mod untranslated;

/// A fidelity check, in the order in which failures are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// The source says something, the target nothing.
    Empty,
    /// The translation stopped before its end.
    Truncated,
    /// Words or letters of the target go round in circles.
    Repetition,
    /// Source text stands in the target as it was.
    Untranslated,
    /// The target is much shorter or longer than translations are.
    Length,
    /// A number was lost, altered or invented.
    Numbers,
    /// A quotation was lost or is not closed.
    Quotes,
    /// A web address, e-mail address or @handle was lost, altered or invented.
    Links,
}

/// What a check looks at: one sentence and its translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence<'a> {
    /// The sentence as it stands in the article.
    pub source: &'a str,
    /// Its English translation.
    pub target: &'a str,
    /// The decoder reached its token cap before it ended the sentence; `false` where nobody knows.
    pub truncated: bool,
}

impl Check {
    /// Every check, in the order of [`failed`].
    pub const ALL: [Check; 8] = [
        Check::Empty,
        Check::Truncated,
        Check::Repetition,
        Check::Untranslated,
        Check::Length,
        Check::Numbers,
        Check::Quotes,
        Check::Links,
    ];

    /// The name in JSON `flags` and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Check::Empty => "empty",
            Check::Truncated => "truncated",
            Check::Repetition => "repetition",
            Check::Untranslated => "untranslated",
            Check::Length => "length",
            Check::Numbers => "numbers",
            Check::Quotes => "quotes",
            Check::Links => "links",
        }
    }
}

/// The checks that `evidence` fails, in the order of [`Check::ALL`].
///
/// An empty translation fails [`Check::Empty`] alone: that its numbers and links are missing too goes
/// without saying.
pub fn failed(evidence: &Evidence) -> Vec<Check> {
    if empty::problem(evidence).is_some() {
        return vec![Check::Empty];
    }
    Check::ALL
        .into_iter()
        .filter(|check| explain(*check, evidence).is_some())
        .collect()
}

/// What `check` found wrong, as one sentence for a reader; `None` where the check passes.
///
/// The sentence quotes the two texts, shortened but otherwise as they stand: escape it before showing.
pub fn explain(check: Check, evidence: &Evidence) -> Option<String> {
    match check {
        Check::Empty => empty::problem(evidence),
        Check::Truncated => truncated::problem(evidence),
        Check::Repetition => repetition::problem(evidence),
        Check::Untranslated => untranslated::problem(evidence),
        Check::Length => length::problem(evidence),
        Check::Numbers => numbers::problem(evidence),
        Check::Quotes => quotes::problem(evidence),
        Check::Links => links::problem(evidence),
    }
}
