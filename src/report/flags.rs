//! What the names of failed checks mean, in a reader's words.

/// How grave a mark is, the gravest first. It is coloured so; its name stands beside the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Text is missing or unusable.
    Broken,
    /// A fact may have changed.
    Doubtful,
    /// Worth a glance; often harmless.
    Notable,
}

/// A failed check for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    pub tone: Tone,
    pub words: &'static str,
}

/// The meaning of a check's name. Names this table does not know are shown as well.
pub fn meaning(flag: &str) -> Meaning {
    let (tone, words) = match flag {
        "empty" => (
            Tone::Broken,
            "The model gave no translation; the source is shown instead.",
        ),
        "truncated" => (Tone::Broken, "The translation broke off before its end."),
        "repetition" => (
            Tone::Broken,
            "The translation repeats itself; words may be invented.",
        ),
        "untranslated" => (
            Tone::Broken,
            "Part of the source was copied, not translated.",
        ),
        "numbers" => (
            Tone::Doubtful,
            "A number, date or amount differs from the source.",
        ),
        "links" => (
            Tone::Doubtful,
            "A web or e-mail address differs from the source.",
        ),
        "length" => (
            Tone::Doubtful,
            "Much shorter or longer than the source; text may be missing.",
        ),
        "damaged" => (
            Tone::Doubtful,
            "Letters of the source were lost before it was read; the model had to guess.",
        ),
        "names" => (
            Tone::Notable,
            "A name was not found again; it may only be spelled otherwise.",
        ),
        "quotes" => (
            Tone::Notable,
            "Quotation marks do not pair as in the source.",
        ),
        _ => (
            Tone::Doubtful,
            "A check of this name failed; compare with the source.",
        ),
    };
    Meaning { tone, words }
}
