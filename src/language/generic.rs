//! A language of which nothing is known: only rules that hold for every language apply.

use super::{HyphenTables, Language, MetadataWords, SentenceTables, TidyTables, WordLists};

/// Stands in for every language without tables of its own.
pub static GENERIC: Language = Language {
    code: "",
    iso_code: "",
    name: "another language",
    own_letters: &[],
    months: &[],
    latin_months: &[],
    date_words: &[],
    metadata: MetadataWords {
        keys: &[],
        times: None,
        reading_time: &[],
        sections: &[],
    },
    sentences: SentenceTables {
        abbreviation: |_| None,
        units: &[],
        scales: &[],
        verb_final: false,
        labels: &[],
        openers: WordLists(&[]),
        speech: WordLists(&[]),
        surname_endings: WordLists(&[]),
    },
    tidying: TidyTables {
        lookalikes: &[],
        neighbours: &[],
        misread: None,
        gaps: None,
        capitals: None,
    },
    hyphens: HyphenTables::NONE,
    quoting_verbs: &[],
    numbers: None,
    names: None,
    length: None,
};
