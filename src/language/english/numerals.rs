//! Numbers in English words.

use crate::language::NumberWord::{self, Count, Half, Hundred, Scale, Teen, Ten};

const WORDS: &[(&str, NumberWord)] = &[
    ("one", Count(1)),
    ("two", Count(2)),
    ("three", Count(3)),
    ("four", Count(4)),
    ("five", Count(5)),
    ("six", Count(6)),
    ("seven", Count(7)),
    ("eight", Count(8)),
    ("nine", Count(9)),
    ("first", Count(1)),
    ("second", Count(2)),
    ("third", Count(3)),
    ("thirds", Count(3)),
    ("fourth", Count(4)),
    ("fifth", Count(5)),
    ("fifths", Count(5)),
    ("sixth", Count(6)),
    ("seventh", Count(7)),
    ("eighth", Count(8)),
    ("ninth", Count(9)),
    ("ten", Teen(10)),
    ("tens", Teen(10)),
    ("tenth", Teen(10)),
    ("eleven", Teen(11)),
    ("eleventh", Teen(11)),
    ("twelve", Teen(12)),
    ("twelfth", Teen(12)),
    ("thirteen", Teen(13)),
    ("thirteenth", Teen(13)),
    ("fourteen", Teen(14)),
    ("fourteenth", Teen(14)),
    ("fifteen", Teen(15)),
    ("fifteenth", Teen(15)),
    ("sixteen", Teen(16)),
    ("sixteenth", Teen(16)),
    ("seventeen", Teen(17)),
    ("seventeenth", Teen(17)),
    ("eighteen", Teen(18)),
    ("eighteenth", Teen(18)),
    ("nineteen", Teen(19)),
    ("nineteenth", Teen(19)),
    ("twenty", Ten(20)),
    ("twenties", Ten(20)),
    ("twentieth", Ten(20)),
    ("thirty", Ten(30)),
    ("thirties", Ten(30)),
    ("thirtieth", Ten(30)),
    ("forty", Ten(40)),
    ("forties", Ten(40)),
    ("fortieth", Ten(40)),
    ("fifty", Ten(50)),
    ("fifties", Ten(50)),
    ("fiftieth", Ten(50)),
    ("sixty", Ten(60)),
    ("sixties", Ten(60)),
    ("seventy", Ten(70)),
    ("seventies", Ten(70)),
    ("eighty", Ten(80)),
    ("eighties", Ten(80)),
    ("ninety", Ten(90)),
    ("nineties", Ten(90)),
    ("hundred", Hundred),
    ("hundreds", Hundred),
    ("hundredth", Hundred),
    ("thousand", Scale(3)),
    ("thousands", Scale(3)),
    ("million", Scale(6)),
    ("millions", Scale(6)),
    ("billion", Scale(9)),
    ("billions", Scale(9)),
    ("trillion", Scale(12)),
    ("trillions", Scale(12)),
    ("half", Half),
];

/// What a word in lower case contributes to a number.
pub(super) fn word(word: &str) -> Option<NumberWord> {
    let known = WORDS.iter().find(|(spelled, _)| *spelled == word);
    known.map(|(_, part)| *part)
}

/// Words that say a number without being one.
pub(super) fn vouched(word: &str) -> &'static [u64] {
    match word {
        "zero" | "nil" | "nought" | "no" | "goalless" | "scoreless" => &[0],
        "a" | "an" | "per" | "once" | "single" | "sole" | "solo" => &[1],
        "twice" | "double" | "doubled" | "doubles" | "doubling" | "couple" | "pair" | "pairs"
        | "both" | "duo" | "twin" | "twins" => &[2],
        "thrice" | "triple" | "tripled" | "trio" | "treble" | "trebled" => &[3],
        "quadruple" | "quadrupled" | "quartet" => &[4],
        "decade" | "decades" => &[10],
        "dozen" | "dozens" | "noon" | "midday" | "midnight" => &[12],
        "fortnight" => &[2, 14],
        "fully" | "completely" | "entirely" | "wholly" | "totally" => &[100],
        "century" | "centuries" | "centenary" | "centennial" => &[100],
        "millennium" | "millennia" => &[1000],
        "quarter" | "quarters" => &[4, 15, 25],
        _ => &[],
    }
}

/// The denominator of the part that a word names.
pub(super) fn share(word: &str) -> Option<u64> {
    match word {
        "half" | "halves" => Some(2),
        "third" | "thirds" => Some(3),
        "quarter" | "quarters" | "fourth" | "fourths" => Some(4),
        "fifth" | "fifths" => Some(5),
        "sixth" | "sixths" => Some(6),
        "seventh" | "sevenths" => Some(7),
        "eighth" | "eighths" => Some(8),
        "ninth" | "ninths" => Some(9),
        "tenth" | "tenths" => Some(10),
        "hundredth" | "hundredths" => Some(100),
        _ => None,
    }
}

/// The month a word names: its name, or at least three letters of it.
pub(super) fn month(word: &str) -> Option<u8> {
    let names = |name: &&str| name.starts_with(word) && word.len() >= 3;
    let at = super::MONTHS.iter().position(names)?;
    u8::try_from(at + 1).ok()
}
