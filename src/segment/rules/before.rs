//! The rules about the word before a full stop: labels, numbers, initials, abbreviations.

use crate::language::{Abbreviation, SentenceTables};
use crate::text::{is_cyrillic, is_cyrillic_vowel, is_dash};

use super::Verdict::{self, Ends, GoesOn};
use crate::segment::context::{Next, StopContext};
use crate::segment::word;

/// Maximum length of a list label, in bytes: `XXXVIII`, `12.4.7`.
const MAX_LABEL: usize = 16;
/// The same of a part of a law: `12-параграф`.
const MAX_PART_LABEL: usize = 40;
/// What a date may end in before the number of an act or an issue (`2004 жыл. № 1079`).
const YEARS: &[&str] = &["жыл", "жылы", "жылғы", "ж", "г", "год", "года"];

/// The label of a list's item goes with the item: `1. Бірінші`, `IV. Қорытынды`, `мыналар: 2. …`, and so
/// does that of a law's part: `2-тарау. Жалпы ережелер`.
pub(super) fn label(context: &StopContext) -> Option<Verdict> {
    if context.marks() != "." {
        return None;
    }
    let is_numbered = |label: &str| label.split('.').all(|part| word::is_number(part, 3));
    let label = context.words_before();
    let begins = label.len() <= MAX_LABEL
        && (is_numbered(label) || word::is_roman(label) || label.chars().count() == 1)
        || label.len() <= MAX_PART_LABEL && context.tables.is_label(label);
    let lead = context.before_word();
    let listed = is_numbered(context.word) && (lead.ends_with(": ") || lead.ends_with("; "));
    (begins || listed).then_some(GoesOn)
}

/// `АСТАНА. KAZINFORM – Бүгін …`: where and by whom, at the beginning of a report. After a
/// headline that ran into it, the agency's capitals show it.
pub(super) fn dateline(context: &StopContext) -> Option<Verdict> {
    let is_town = word::is_acronym(context.word) && context.word.chars().nth(3).is_some();
    let begins = context.is_first_sentence() && context.words_before() == context.word;
    let dash_follows = context.beyond.strip_prefix(' ')?.starts_with(is_dash);
    (is_town && dash_follows && (begins || word::is_acronym(context.next_word))).then_some(GoesOn)
}

/// A date and the number of an act or an issue go together: `20.10.04. №1079`, `2005 жыл. № 590`.
/// (`жөнделді. №5 мектепте` are two sentences.)
pub(super) fn act_number(context: &StopContext) -> Option<Verdict> {
    let number = context.after().strip_prefix('№').map(str::trim_start);
    let number_follows =
        number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    let is_date = || {
        context.word.split('.').count() == 3
            && context.word.split('.').all(|part| word::is_number(part, 4))
    };
    let goes_on = context.marks() == "." && number_follows;
    (goes_on && (YEARS.contains(&context.word) || is_date())).then_some(GoesOn)
}

/// Numbers and dates with stops inside: `3.5`, `29.08.2023`, `29. 08. 2023`.
pub(super) fn number(context: &StopContext) -> Option<Verdict> {
    if context.marks() != "."
        || context.next != Next::Digit
        || !context.word.ends_with(char::is_numeric)
    {
        return None;
    }
    (!context.has_gap() || is_spaced_date(context)).then_some(GoesOn)
}

/// After the day or the month of `29. 08. 2023`.
fn is_spaced_date(context: &StopContext) -> bool {
    if !word::is_number(context.word, 2) {
        return false;
    }
    match context.next_word.len() {
        1 | 2 => {
            let rest = context.beyond.strip_prefix('.');
            rest.is_some_and(|rest| rest.trim_start().starts_with(char::is_numeric))
        }
        4 => {
            let day = context.before_word().trim_end().strip_suffix('.');
            day.is_some_and(|day| day.ends_with(char::is_numeric))
        }
        _ => false,
    }
}

/// `Е.Жылқыбаев`, `Қ. К. Тоқаев`, `Дионисио А. Линд`, `А.Ұ. Мамин`. After a surname
/// (`Мамин А.Ұ. Отырысты ашып`) initials end what they belong to.
pub(super) fn initials(context: &StopContext) -> Option<Verdict> {
    if context.marks() != "." || !are_initials(context.word) {
        return None;
    }
    match context.next {
        Next::Small | Next::Digit => Some(GoesOn),
        Next::Capital => {
            let ends = context.has_gap() && (context.is_opener_next() || follows_surname(context));
            Some(if ends { Ends } else { GoesOn })
        }
        Next::Symbol | Next::Nothing => None,
    }
}

fn are_initials(word: &str) -> bool {
    let parts = || word.split(['.', '-']).filter(|part| !part.is_empty());
    parts().next().is_some() && parts().all(word::is_initial)
}

/// Two initials or more after a surname, and no surname after them.
fn follows_surname(context: &StopContext) -> bool {
    let mut count = 0;
    let mut before = context.before();
    for _ in 0..4 {
        let word = word::last(before);
        if !are_initials(word) {
            break;
        }
        count += word.split('.').filter(|part| !part.is_empty()).count();
        before = before[..before.len() - word.len()].trim_end();
    }
    let is_surname = |word| is_surname(word, context.tables);
    count >= 2 && is_surname(word::last(before)) && !is_surname(context.next_word)
}

fn is_surname(word: &str, tables: &SentenceTables) -> bool {
    let mut endings = tables.surname_endings.iter();
    word.starts_with(char::is_uppercase) && endings.any(|ending| word.ends_with(ending))
}

/// After an abbreviation, its kind decides (see [`Abbreviation`]).
pub(super) fn abbreviation(context: &StopContext) -> Option<Verdict> {
    if !context.is_full_stop() || context.next == Next::Nothing || is_ending(context) {
        return None;
    }
    let mut kind = abbreviation_kind(context)?;
    // `(мұғалімдер, т.б.) 2019 жылы …`: the bracket is closed, the sentence is not.
    if context.closes_bracket()
        && context
            .bracket
            .is_some_and(|span| context.is_inside_sentence(span))
    {
        kind = Abbreviation::Follows;
    }
    let ends = match (kind, context.next) {
        (Abbreviation::PrecedesNumber, Next::Small | Next::Digit) => false,
        (Abbreviation::PrecedesNumber, _) if word::is_roman(context.next_word) => false,
        (Abbreviation::PrecedesNumber, _) | (Abbreviation::Ends, Next::Symbol) => return None,
        (Abbreviation::Precedes, _) | (_, Next::Small) => false,
        (Abbreviation::Follows, Next::Capital) => context.is_opener_next(),
        (Abbreviation::Counts, Next::Capital) => !word::is_acronym(context.next_word),
        (Abbreviation::Follows | Abbreviation::Counts, _) => false,
        (Abbreviation::Ends, _) => true,
    };
    Some(if ends { Ends } else { GoesOn })
}

/// Whether the word is an ending after a sign: `45,7%-і.`
fn is_ending(context: &StopContext) -> bool {
    let sign = context.before_word().strip_suffix(is_dash);
    sign.is_some_and(|before| before.ends_with(['%', '‰', '°', '»', '"', '”']))
}

fn abbreviation_kind(context: &StopContext) -> Option<Abbreviation> {
    // `2023ж`, `5млн`: the number is not part of it.
    let glued = context.word.trim_start_matches(char::is_numeric);
    let word = if glued.starts_with(char::is_alphabetic) {
        glued
    } else {
        context.word
    };
    let folded = word::folded(word);
    let measured = is_measured(context.before(), word, context.tables);
    if measured && context.tables.units.contains(&folded.as_str()) {
        return Some(Abbreviation::Ends);
    }
    let is_unlisted = || !word.contains(char::is_uppercase) && is_cut_short(&folded);
    spaced_kind(context, &folded)
        .or_else(|| (context.tables.abbreviation)(&folded))
        .or_else(|| is_unlisted().then_some(Abbreviation::Follows))
        .filter(|&kind| measured || kind != Abbreviation::Counts)
}

/// A number precedes the word, and no year: `350 м.`, `400 млн. т.`, but `1950 г.`
fn is_measured(before: &str, unit: &str, tables: &SentenceTables) -> bool {
    let before = before.strip_suffix(unit).unwrap_or(before);
    let number = word::last(before.trim_end());
    let digits = number.bytes().rev().take_while(u8::is_ascii_digit).count();
    let is_year = digits == 4 && matches!(unit, "г" | "с");
    let is_counted = tables.scales.contains(&number);
    digits > 0 && !is_year || is_counted
}

/// `т. б.`, `б. з. б.`: the letters before, each with its stop, belong to it.
fn spaced_kind(context: &StopContext, last: &str) -> Option<Abbreviation> {
    if last.chars().count() > 2 {
        return None;
    }
    let mut whole = last.to_owned();
    let mut before = context.before_word();
    let mut kind = None;
    for _ in 0..3 {
        let Some(rest) = before.trim_end().strip_suffix('.') else {
            break;
        };
        let letter = word::last(rest);
        if letter.chars().count() != 1 {
            break;
        }
        whole = format!("{}.{whole}", word::folded(letter));
        kind = (context.tables.abbreviation)(&whole).or(kind);
        before = rest.strip_suffix(letter).unwrap_or(rest);
    }
    kind
}

/// No whole word of Kazakh or Russian: one small letter, or a few without any vowel.
fn is_cut_short(folded: &str) -> bool {
    let letters = folded.chars().count();
    let has_vowel = folded.contains(is_cyrillic_vowel);
    folded.chars().all(is_cyrillic) && (letters == 1 || (2..=5).contains(&letters) && !has_vowel)
}
