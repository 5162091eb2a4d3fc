//! English: the language translated into, and that of many a metadata line.

mod abbreviations;
mod numerals;
mod plural;

use super::{
    HyphenTables, Language, MetadataKey, MetadataWords, NumberTables, SentenceTables, TidyTables,
    WordLists, units,
};

pub(crate) use plural::plural;

/// English, as far as splitting, dates and numbers need it.
pub static ENGLISH: Language = Language {
    code: "eng_Latn",
    iso_code: "en",
    name: "English",
    own_letters: &[],
    months: MONTHS,
    latin_months: &[],
    date_words: DATE_WORDS,
    metadata: MetadataWords {
        keys: METADATA_KEYS,
        times: None,
        reading_time: &["min", "minute", "minutes", "read", "reading", "time"],
        sections: &[
            "news", "home", "society", "politics", "economy", "sport", "sports", "world",
        ],
    },
    sentences: SentenceTables {
        abbreviation: abbreviations::abbreviation,
        units: &[],
        scales: &[],
        verb_final: false,
        labels: &[],
        openers: WordLists(&[OPENERS]),
        speech: WordLists(&[]),
        surname_endings: WordLists(&[&["ev", "ov", "eva", "ova", "uly", "qyzy"]]),
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
    numbers: Some(NumberTables {
        word: numerals::word,
        vouched: numerals::vouched,
        month: numerals::month,
        approximate_endings: &[],
        units: units::ENGLISH,
        day_halves: &[],
        day_halves_after: &[],
        at_endings: &[],
        day_halves_after_case: &[],
        until: &[],
        hours: &[],
        negative: units::ENGLISH_NEGATIVE,
        negative_words: units::ENGLISH_NEGATIVE_WORDS,
        denominator_endings: &[],
        genitive_endings: &[],
        ordinal_parts: &[],
        share: numerals::share,
        moments: units::ENGLISH_MOMENTS,
        from_zero: &[],
        after_degrees: units::ENGLISH_AFTER_DEGREES,
        results: &[],
        losses: units::ENGLISH_LOSSES,
        powers: units::ENGLISH_POWERS,
    }),
    names: None,
    length: None,
};

/// The months as English writes them.
#[rustfmt::skip]
const MONTH_NAMES: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];

/// The English name of a month, which is counted from 1.
pub(crate) fn english_month(number: u8) -> Option<&'static str> {
    let at = usize::from(number).checked_sub(1)?;
    MONTH_NAMES.get(at).copied()
}

#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
];

#[rustfmt::skip]
const DATE_WORDS: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "t", "z",
    "utc", "gmt", "at",
];

#[rustfmt::skip]
const METADATA_KEYS: &[(MetadataKey, &[&str])] = &[
    (MetadataKey::Date, &["date", "published", "published on"]),
    (MetadataKey::Changed, &["updated"]),
    (MetadataKey::Views, &["views"]),
    (MetadataKey::Section, &["section", "category"]),
    (MetadataKey::Origin, &["source"]),
    (MetadataKey::Author, &["author", "authors", "by"]),
    (MetadataKey::Photo, &["photo"]),
    (MetadataKey::Other, &["tags", "keywords", "id"]),
];

#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "The", "He", "She", "It", "They", "We", "You", "I", "His", "Her", "Its", "Their", "Our", "A",
    "An", "This", "That", "These", "Those", "There", "Here", "In", "On", "At", "By", "For",
    "From", "With", "But", "And", "Or", "So", "However", "Meanwhile", "Also", "Then", "When",
    "While", "If", "As", "After", "Before", "Since", "According", "Although", "Because", "Now",
    "What", "Who", "Why", "How", "Where", "Both", "Some", "Many", "Most", "Earlier", "Later",
];
