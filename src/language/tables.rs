//! The parts of a [`Language`](super::Language).

use std::borrow::Cow;

use crate::text::is_roman;

/// Maximum bytes of the number in a label (`XVIII`).
const MAX_LABEL_NUMBER: usize = 7;

/// Several lists of words that are searched as one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordLists(pub &'static [&'static [&'static str]]);

impl WordLists {
    pub(crate) fn contains(self, word: &str) -> bool {
        self.iter().any(|other| other == word)
    }

    /// In the order of the lists.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied().flatten().copied()
    }
}

/// What a key of a metadata line speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetadataKey {
    Date,
    /// A date that is not the one of publication.
    Changed,
    Views,
    Section,
    Origin,
    Author,
    /// Who took or made the picture.
    Photo,
    /// What is counted beside the readers, with or without a colon: comments, likes (`23 пікір`).
    Count,
    /// A known key without a field in the metadata, which needs its colon: tags, editors.
    Other,
}

/// Words of the lines in which a news site speaks about an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MetadataWords {
    /// Keys before a colon, in lower case, of at most three words.
    pub keys: &'static [(MetadataKey, &'static [&'static str])],
    /// "Times" of `580 times read`, if the language says so.
    pub times: Option<&'static str>,
    /// Words, in lower case, of which at least two tell with a number how long reading takes (`3
    /// минут оқу`).
    pub reading_time: &'static [&'static str],
    /// Sections of news sites, in lower case; a line of one of them alone is no title.
    pub sections: &'static [&'static str],
}

/// Words that are written with a hyphen, in lower case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HyphenTables {
    /// What has a hyphen after it, unless an ending follows.
    pub firsts: &'static [&'static str],
    /// What always has a hyphen before it.
    pub lasts: &'static [&'static str],
    /// Two halves; the second one is followed by endings.
    pub pairs: &'static [(&'static str, &'static str)],
    /// How adjectives end that make compounds with others (`қоғамдық-саяси`).
    pub adjectives: &'static [&'static str],
    /// What follows such an adjective or one of `firsts` inside a word.
    pub endings: &'static [&'static str],
}

impl HyphenTables {
    /// Of a language of which no such words are known.
    pub(crate) const NONE: Self = Self {
        firsts: &[],
        lasts: &[],
        pairs: &[],
        adjectives: &[],
        endings: &[],
    };
}

/// The kind of an abbreviation: it decides whether its full stop also ends a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Abbreviation {
    /// Precedes a name or what it points to (`проф. Ахметов`, `қар. 5-бет`): never the end.
    Precedes,
    /// Precedes a number (`№. 5`, `p. 12`): the end, unless a number follows.
    PrecedesNumber,
    /// Follows a name or a number and precedes the rest (`1991 ж. Қазақстан`, `Алматы обл.`): the
    /// end only before a word that opens sentences.
    Follows,
    /// Counts after a number (`3 млрд. АҚШ доллары`, `3 млн. 500 мың`): the end before a capital,
    /// but not before capitals alone or a number.
    Counts,
    /// Ends a list or a phrase, or measures (`т.б.`, `120 км.`): the end before a capital or a
    /// number.
    Ends,
}

/// What the sentence splitter needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SentenceTables {
    /// The kind of an abbreviation, given in lower case and without its last stop.
    pub abbreviation: fn(&str) -> Option<Abbreviation>,
    /// Units that are something else without a number before them (`см.` is "see", `т.` a volume,
    /// `г.` a year).
    pub units: &'static [&'static str],
    /// Words, with and without a stop, that count after a number (`млн`, `млн.`).
    pub scales: &'static [&'static str],
    /// The verb ends the sentence, so a quotation before it does not.
    pub verb_final: bool,
    /// Parts of a law or a book whose number comes before a heading (`2-тарау. Жалпы ережелер`), in
    /// lower case.
    pub labels: &'static [&'static str],
    /// Words that open sentences far more often than they carry a capital inside one.
    pub openers: WordLists,
    /// Small words after a quotation that make it speech, and not the name of something.
    pub speech: WordLists,
    /// How surnames end.
    pub surname_endings: WordLists,
}

impl SentenceTables {
    /// Whether `words` are the label of a part and no more: `2-тарау`, `II бөлім`, `Глава 2`.
    pub(crate) fn is_label(&self, words: &str) -> bool {
        let mut parts = words.split([' ', '-', '\u{2010}', '\u{2011}', '–']);
        let (Some(first), Some(second), None) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let is_number = |part: &str| {
            let is_short = part.len() <= MAX_LABEL_NUMBER && !part.is_empty();
            is_short && (part.bytes().all(|byte| byte.is_ascii_digit()) || is_roman(part))
        };
        let is_name = |part: &str| self.labels.contains(&part.to_lowercase().as_str());
        is_number(first) && is_name(second) || is_name(first) && is_number(second)
    }
}

/// The repairs made before the model reads a sentence, and the tables they use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TidyTables {
    /// Latin letters that are typed for Cyrillic ones of the same look; empty where no look-alikes
    /// are repaired.
    pub lookalikes: &'static [(char, char)],
    /// Letters of other alphabets that are typed for the language's own.
    pub neighbours: &'static [(char, char)],
    /// A text whose letters were lost in a wrong charset with them again, if it is one.
    pub misread: Option<fn(&str) -> Option<String>>,
    /// For inserting missing spaces; `None` if they are left as they are.
    pub gaps: Option<GapsTables>,
    /// For turning headlines in capitals into sentence case; `None` if they are left as they are.
    pub capitals: Option<CapitalsTables>,
}

/// Tables that show where a space is missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GapsTables {
    /// Endings that no part of a name has: a capitalised compound is split only after one of them.
    pub sure_endings: &'static [&'static str],
    /// Endings that follow a number without a hyphen (`100ден`).
    pub number_endings: &'static [&'static str],
    /// Last labels of host names in the language's own letters (`сайт.қаз`).
    pub domains: &'static [&'static str],
}

/// What keeps its capitals in a headline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CapitalsTables {
    pub acronyms: &'static [&'static str],
    /// Names of places and people that headlines often hold, in lower case.
    pub names: &'static [&'static str],
    /// Endings that a name takes.
    pub name_endings: WordLists,
}

/// What a word contributes to a number in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberWord {
    /// One to nine.
    Count(u64),
    /// Ten to nineteen where that is one word; nothing is added to it.
    Teen(u64),
    /// Ten, twenty … ninety, to which a count may be added.
    Ten(u64),
    /// Russian hundreds that are one word.
    Hundreds(u64),
    /// Times a hundred.
    Hundred,
    /// Times 10 to this power, a multiple of three.
    Scale(u32),
    /// Plus a half (`жарым`).
    AndHalf,
    /// Half of what follows.
    Half,
}

/// Numbers in words. Words are given in lower case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberTables {
    /// What a word contributes to a number.
    pub word: fn(&str) -> Option<NumberWord>,
    /// The counts a word vouches for besides its place among the number words (`қос`: 2).
    pub vouched: fn(&str) -> &'static [u64],
    /// The month a word names, 1 to 12.
    pub month: fn(&str) -> Option<u8>,
    /// Endings of approximate numbers (`ондаған`).
    pub approximate_endings: &'static [&'static str],
    /// Units after numbers: a word of up to three letters, or the beginning of a longer one.
    pub units: &'static [(&'static str, Unit)],
    /// Words before a time that say which half of the day it is in, by their beginnings.
    pub day_halves: &'static [(&'static str, DayHalf)],
    /// Words after a time that say so.
    pub day_halves_after: &'static [(&'static str, DayHalf)],
    /// Endings of a time at which something is (`8:30-да`), and words that may follow it and say which half
    /// of the day it is in, by their beginnings.
    pub at_endings: &'static [&'static str],
    pub day_halves_after_case: &'static [(&'static str, DayHalf)],
    /// Words after which the word before them is an end of a span (`кешке дейін`).
    pub until: &'static [&'static str],
    /// Words between a time and such a word.
    pub hours: &'static [&'static str],
    /// Words that say a number is below zero, by their beginnings.
    pub negative: &'static [&'static str],
    /// Such words that other words begin with.
    pub negative_words: &'static [&'static str],
    /// Endings of a denominator before its numerator (`төрттен үші`: three quarters).
    pub denominator_endings: &'static [&'static str],
    /// Endings of one whose numerator has the ending of a possession (`үштің бірі`: one third).
    pub genitive_endings: &'static [&'static str],
    /// How numbers in an order go on after their stems (`екінші`).
    pub ordinal_parts: &'static [&'static str],
    /// The denominator of the part that a word names (`ширек`: 4).
    pub share: fn(&str) -> Option<u64>,
    /// Noon and midnight by the beginnings of their words, of which the second may be empty, and their
    /// minute of the day.
    pub moments: &'static [(&'static str, &'static str, u16)],
    /// Words before a number that say it is below or above zero, where nothing else does.
    pub from_zero: &'static [(&'static str, &'static str, Side)],
    /// Words after degrees that say so.
    pub after_degrees: &'static [(&'static str, Side)],
    /// Words, by their beginnings, beside which a hyphen before a share is a minus sign, and which say of
    /// a share that it is below zero.
    pub results: &'static [&'static str],
    pub losses: &'static [&'static str],
    /// Words that say a unit is squared or cubed.
    pub powers: &'static [(&'static str, u8)],
}

/// A side of zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Below,
    Above,
}

/// What a number counts, as far as one may be taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    Kilometre,
    Metre,
    Centimetre,
    Millimetre,
    Mile,
    Foot,
    Yard,
    Inch,
    Knot,
    Kilogram,
    Gram,
    Milligram,
    Centner,
    Tonne,
    /// Of mass, or of money.
    Pound,
    Ounce,
    Hectare,
    /// A hundredth of a hectare.
    Are,
    Acre,
    Litre,
    Millilitre,
    Gallon,
    /// Of a volume, which is said in tonnes as well.
    Barrel,
    Watt,
    Kilowatt,
    Megawatt,
    Gigawatt,
    Terawatt,
    Volt,
    Kilovolt,
    Hertz,
    Kilohertz,
    Megahertz,
    Gigahertz,
    Kilobit,
    Megabit,
    Gigabit,
    Kilobyte,
    Megabyte,
    Gigabyte,
    Terabyte,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Century,
    Celsius,
    Fahrenheit,
    Percent,
    PerMille,
    Tenge,
    /// A hundredth of a tenge; kopecks are called so, too.
    Tiyn,
    Rouble,
    Dollar,
    Euro,
    Yuan,
    Yen,
    Lira,
    Som,
}

impl Unit {
    /// What the unit measures, to this power; pounds and barrels measure two things.
    pub(crate) fn measures(self, power: u8) -> [u8; 2] {
        let kind = match self {
            Self::Kilometre
            | Self::Metre
            | Self::Centimetre
            | Self::Millimetre
            | Self::Mile
            | Self::Foot
            | Self::Yard
            | Self::Inch
            | Self::Knot => match power {
                2 => 4,
                3 => 5,
                _ => 1,
            },
            Self::Kilogram
            | Self::Gram
            | Self::Milligram
            | Self::Centner
            | Self::Tonne
            | Self::Ounce => 2,
            Self::Pound => return [2, 3],
            _ if self.is_money() => 3,
            Self::Hectare | Self::Are | Self::Acre => 4,
            Self::Litre | Self::Millilitre | Self::Gallon => 5,
            Self::Barrel => return [2, 5],
            Self::Celsius | Self::Fahrenheit => 6,
            Self::Percent | Self::PerMille => 7,
            Self::Watt | Self::Kilowatt | Self::Megawatt | Self::Gigawatt | Self::Terawatt => 8,
            Self::Kilobyte | Self::Megabyte | Self::Gigabyte | Self::Terabyte => 9,
            Self::Second
            | Self::Minute
            | Self::Hour
            | Self::Day
            | Self::Week
            | Self::Month
            | Self::Year
            | Self::Century => 10,
            Self::Volt | Self::Kilovolt => 11,
            Self::Hertz | Self::Kilohertz | Self::Megahertz | Self::Gigahertz => 12,
            Self::Kilobit | Self::Megabit | Self::Gigabit => 13,
            _ => 0,
        };
        [kind, kind]
    }

    /// The seconds, or else the months, that the unit is.
    pub(crate) fn span(self) -> Option<(u64, bool)> {
        match self {
            Self::Second => Some((1, false)),
            Self::Minute => Some((60, false)),
            Self::Hour => Some((3600, false)),
            Self::Day => Some((86_400, false)),
            Self::Week => Some((604_800, false)),
            Self::Month => Some((1, true)),
            Self::Year => Some((12, true)),
            Self::Century => Some((1200, true)),
            _ => None,
        }
    }

    pub(crate) fn is_money(self) -> bool {
        matches!(
            self,
            Self::Pound
                | Self::Tenge
                | Self::Tiyn
                | Self::Rouble
                | Self::Dollar
                | Self::Euro
                | Self::Yuan
                | Self::Yen
                | Self::Lira
                | Self::Som
        )
    }
}

/// Which half of the day an hour on the clock of twelve hours is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayHalf {
    Morning,
    Afternoon,
    /// The hours of daylight: from seven to seven.
    Day,
    /// From eight in the evening to six in the morning.
    Night,
    /// Either.
    Unknown,
}

/// Tables for finding a name in an English translation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameTables {
    /// Names in lower case, and how their English counterparts begin, in lower case and separated
    /// by `|`.
    pub translated: &'static [(&'static str, &'static str)],
    /// Words that are capitalised as parts of titles, whose translations vary too much to be looked
    /// for; in lower case.
    pub ignored: &'static [&'static str],
    /// How words end that are numbers in an order, which titles capitalise.
    pub ordinal_endings: &'static [&'static str],
    /// What a word in lower case may be an inflected form of, the word itself first.
    pub stems: fn(&str) -> Vec<Cow<'_, str>>,
    /// The same by the endings of the language itself alone: `stems` may know those of a neighbour, in
    /// which texts of this one have names.
    pub own_stems: fn(&str) -> Vec<Cow<'_, str>>,
    /// Legal forms of firms (`ЖШС`), after their quoted names, and their English counterparts.
    pub legal_forms: &'static [(&'static str, &'static str)],
}

/// How long a translation is: straight lines over letters and digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LengthBounds {
    /// A translation of a source of length `n` has at least `low_slope * n - low_slack`.
    pub low_slope: f64,
    pub low_slack: f64,
    /// It has at most `high_slope * n + high_slack`.
    pub high_slope: f64,
    pub high_slack: f64,
}
