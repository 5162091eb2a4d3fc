//! What failed checks mean, in a reader's words.

use crate::checks::{Check, Finding};

/// The severity of a mark, the most severe first. Reports show it as a colour, and always with the
/// check's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    /// Text is missing or unusable.
    Broken,
    /// A fact may have changed.
    Doubtful,
    /// Worth a glance; often harmless.
    Notable,
}

/// The class of a failed check's marks in HTML.
pub(crate) fn class(check: Check) -> &'static str {
    match meaning(check).tone {
        Tone::Broken => "broken",
        Tone::Doubtful => "doubtful",
        Tone::Notable => "notable",
    }
}

/// A failed check for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub tone: Tone,
    pub words: &'static str,
}

/// What `check` saw, as far as the document tells.
pub(crate) fn reason(check: Check, findings: &[Finding]) -> Option<String> {
    let messages: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.check == check && !finding.repaired)
        .map(|finding| finding.message.as_str())
        .collect();
    (!messages.is_empty()).then(|| messages.join("; "))
}

/// What the failure of a check means to a reader.
pub(crate) fn meaning(check: Check) -> Meaning {
    let (tone, words) = match check {
        Check::Empty => (
            Tone::Broken,
            "The model gave no translation; the source is shown instead.",
        ),
        Check::Truncated => (Tone::Broken, "The translation broke off before its end."),
        Check::Repetition => (
            Tone::Broken,
            "The translation repeats itself; words may be invented.",
        ),
        Check::Untranslated => (
            Tone::Broken,
            "Part of the source was copied, not translated.",
        ),
        Check::Numbers => (
            Tone::Doubtful,
            "A number, date or amount differs from the source.",
        ),
        Check::Links => (
            Tone::Doubtful,
            "A web or e-mail address differs from the source.",
        ),
        Check::Length => (
            Tone::Doubtful,
            "Much shorter or longer than the source; text may be missing.",
        ),
        Check::Damaged => (
            Tone::Doubtful,
            "Letters of the source were lost before it was read; the model had to guess.",
        ),
        Check::Glossary => (
            Tone::Doubtful,
            "A term does not read as the glossary wants it.",
        ),
        Check::Names => (
            Tone::Notable,
            "A name was not found again; it may only be spelled otherwise.",
        ),
        Check::Quotes => (
            Tone::Notable,
            "Quotation marks do not pair as in the source.",
        ),
    };
    Meaning { tone, words }
}
