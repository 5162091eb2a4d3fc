//! Whether a sentence ends at a stop.
//!
//! Each rule sees the [`Place`] and either decides or is silent; the first that decides wins, and
//! where all are silent UAX #29 does. The order matters: what surely goes on comes first, then
//! what the word before the stop means, then what follows it.

use super::abbreviations::{Kind, is_unit};
use super::address::is_name_ending;
use super::enclosure::Span;
use super::language::Language;
use super::stop::{Stop, is_stop};
use super::word;
use unicode_segmentation::UnicodeSegmentation;

/// A quotation inside a sentence that is longer than this (in bytes, some 80 letters) is speech
/// whose sentences part; a shorter one is a title or a saying.
const LONGEST_TITLE: usize = 160;
/// A bracket inside a sentence that is longer than this (in bytes) is a passage of its own.
const LONGEST_ASIDE: usize = 400;
/// No list's label is longer than this (in bytes): `XXXVIII`, `12.4.7`.
const LONGEST_LABEL: usize = 16;

/// A stop with its surroundings.
pub(super) struct Place<'t> {
    text: &'t str,
    /// Where the sentence began, and its first letter or digit.
    sentence: usize,
    first_word: usize,
    stop: Stop,
    quote: Option<Span>,
    bracket: Option<Span>,
    language: &'t Language,
    /// The word before the stop; empty where a closing mark stands between.
    word: &'t str,
    next: Next,
    /// The word after the stop, and what follows that word.
    next_word: &'t str,
    beyond: &'t str,
}

/// What the text after a stop begins with, opening marks and dashes left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    Small,
    /// A capital, or a letter of a script without capitals.
    Capital,
    Digit,
    Symbol,
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ends,
    GoesOn,
}

use Verdict::{Ends, GoesOn};

impl<'t> Place<'t> {
    pub(super) fn new(
        text: &'t str,
        sentence: usize,
        first_word: usize,
        stop: Stop,
        quote: Option<Span>,
        bracket: Option<Span>,
        language: &'t Language,
    ) -> Self {
        let beginning = without_lead(&text[stop.next..]);
        let next_word = word::leading(beginning);
        let beyond = &beginning[next_word.len()..];
        Place {
            text,
            sentence,
            first_word,
            stop,
            quote,
            bracket,
            language,
            word: word::last(&text[sentence..stop.start]),
            next: next_kind(beginning, next_word, beyond),
            next_word,
            beyond,
        }
    }

    /// The stops and closing marks.
    fn marks(&self) -> &'t str {
        &self.text[self.stop.start..self.stop.end]
    }

    fn after(&self) -> &'t str {
        &self.text[self.stop.next..]
    }

    /// White space follows the stop.
    fn has_gap(&self) -> bool {
        self.stop.next > self.stop.end
    }

    /// One full stop, with at most closing marks after it: it may belong to an abbreviation.
    fn is_full_stop(&self) -> bool {
        self.marks()
            .strip_prefix('.')
            .is_some_and(|closing| !closing.contains(is_stop))
    }

    /// The marks close a quotation.
    fn closes_quote(&self) -> bool {
        self.quote.is_some_and(|quote| quote.close < self.stop.end)
    }

    fn closes_bracket(&self) -> bool {
        self.bracket
            .is_some_and(|bracket| bracket.close < self.stop.end)
    }

    /// A pair of marks opened after the first word of this sentence.
    fn is_inside_sentence(&self, span: Span) -> bool {
        self.first_word < span.open
    }

    /// The next word is one that opens sentences (and no initial: `А. Ә. Иванов`).
    fn is_opener_next(&self) -> bool {
        self.language.openers.contains(&self.next_word) && !self.beyond.starts_with('.')
    }

    /// What UAX #29 says, asked about the stop's surroundings only: over a whole text the
    /// library's look-ahead is quadratic in a long run of spaces or closing marks.
    fn is_unicode_boundary(&self) -> bool {
        let before = &self.text[self.sentence..self.stop.start];
        let from = before
            .char_indices()
            .rev()
            .take(8)
            .last()
            .map_or(0, |(at, _)| at);
        let mut window = String::from(&before[from..]);
        window.extend(self.marks().chars().take(8));
        window.extend(self.text[self.stop.end..self.stop.next].chars().take(1));
        let boundary = window.len();
        window.extend(self.after().chars().take(32));
        window
            .split_sentence_bound_indices()
            .any(|(at, _)| at == boundary)
    }
}

/// Opening quotation marks, brackets, dashes, and dots that a quotation left out.
fn is_opening(c: char) -> bool {
    word::is_dash(c)
        || matches!(
            c,
            '«' | '»' | '“' | '”' | '„' | '‟' | '"' | '\'' | '‘' | '’' | '‹' | '›'
        )
        || matches!(
            c,
            '(' | '[' | '{' | '…' | '.' | '*' | '_' | '•' | '·' | '¿' | '¡'
        )
}

/// Without the opening marks and spaces before the first word (a few: no look is unbounded).
fn without_lead(after: &str) -> &str {
    let lead = after
        .char_indices()
        .take(32)
        .take_while(|&(_, c)| is_opening(c) || c.is_whitespace())
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    &after[lead..]
}

fn next_kind(beginning: &str, word: &str, beyond: &str) -> Next {
    let mut letters = word.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        None if beginning.is_empty() => Next::Nothing,
        None => Next::Symbol,
        Some(c) if c.is_numeric() => Next::Digit,
        // Names such as iPhone and eGov open sentences as they are, and so do labels: `б) екінші`.
        Some('a'..='z') if second.is_some_and(char::is_uppercase) => Next::Capital,
        Some(_) if second.is_none() && beyond.starts_with(')') => Next::Capital,
        Some(c) if c.is_lowercase() => Next::Small,
        Some(_) => Next::Capital,
    }
}

type Rule = fn(&Place) -> Option<Verdict>;

/// In order of precedence.
const RULES: &[Rule] = &[
    line_end,
    punctuation_follows,
    bracketed_mark,
    aside,
    title,
    label,
    number,
    initials,
    abbreviation,
    dash,
    glued,
    small_letter,
    fresh_start,
];

/// Whether the sentence that began at the place's start ends at its stop.
pub(super) fn ends_sentence(place: &Place) -> bool {
    RULES
        .iter()
        .find_map(|rule| rule(place))
        .map_or_else(|| place.is_unicode_boundary(), |verdict| verdict == Ends)
}

/// A line or paragraph separator ends the sentence.
fn line_end(place: &Place) -> Option<Verdict> {
    place.stop.line_end.then_some(Ends)
}

/// The sentence goes on where a comma, a colon, a closing mark or a glued suffix follows:
/// `бар!”, – деп`, `т.б.-ның`.
fn punctuation_follows(place: &Place) -> Option<Verdict> {
    let mut after = place.after().chars();
    let (first, second) = (after.next()?, after.next());
    let goes_on = match first {
        ',' | ';' | ':' | ')' | ']' | '}' | '%' | '/' | '»' | '=' | '&' => true,
        '.' | '…' | '!' | '?' => second.is_none_or(char::is_whitespace),
        c if word::is_dash(c) => !place.has_gap() && second.is_some_and(char::is_alphanumeric),
        _ => false,
    };
    // `деді.-Бұл`: a dash glued to a capital is a dash of speech, not of a suffix.
    (goes_on && !(word::is_dash(first) && place.next == Next::Capital && !place.closes_quote()))
        .then_some(GoesOn)
}

/// `[...]`, `(!)`, `(?)` are no ends.
fn bracketed_mark(place: &Place) -> Option<Verdict> {
    let bracket = place.bracket.filter(|_| place.closes_bracket())?;
    let inner = &place.text[bracket.open + 1..bracket.close];
    inner.chars().all(is_stop).then_some(GoesOn)
}

/// Inside a bracket that stands in the middle of a sentence nothing ends.
fn aside(place: &Place) -> Option<Verdict> {
    let bracket = place
        .bracket
        .filter(|&span| place.is_inside_sentence(span))?;
    let short = bracket.close - bracket.open <= LONGEST_ASIDE;
    (short && !place.closes_bracket()).then_some(GoesOn)
}

/// Nor inside a title or a saying, a short quotation that the sentence runs through:
/// `«Абай. Таңдамалы» жинағы`, `«Алға, Қазақстан!» Республикалық байқауы`.
fn title(place: &Place) -> Option<Verdict> {
    let quote = place
        .quote
        .filter(|quote| quote.close - quote.open <= LONGEST_TITLE)?;
    if place.closes_quote() {
        // A sentence ends with its verb in Kazakh: a quotation in its middle, not introduced as
        // speech, is not its end. A full stop inside the marks still is one.
        let question = !place.marks().starts_with('.') && !place.marks().ends_with(is_stop);
        let verb_final = place.language.verb_final;
        return (verb_final && question && place.is_inside_sentence(quote) && !quote.introduced)
            .then_some(GoesOn);
    }
    let carried = place.is_inside_sentence(quote) && !quote.introduced;
    (carried || place.language.verb_final && is_noun_phrase(place, quote)).then_some(GoesOn)
}

/// A small letter follows the closing mark at once, and not in a verb of speech.
fn is_noun_phrase(place: &Place, quote: Span) -> bool {
    let mut after = place.text[quote.close..].chars();
    after.next();
    let Some(after) = after.as_str().strip_prefix(' ') else {
        return false;
    };
    after.starts_with(char::is_lowercase) && !place.language.speech.contains(&word::leading(after))
}

/// The label of a list's item goes with the item: `1. Бірінші`, `IV. Қорытынды`, `мыналар: 2. …`;
/// so does a report's dateline.
fn label(place: &Place) -> Option<Verdict> {
    if !place.is_full_stop() || place.marks().len() > 1 {
        return None;
    }
    let label = &place.text[place.first_word..place.stop.start];
    let numbered = |label: &str| label.split('.').all(|part| word::is_number(part, 3));
    let is_label = || numbered(label) || word::is_roman(label) || label.chars().count() == 1;
    if label.len() <= LONGEST_LABEL && is_label() {
        return Some(GoesOn);
    }
    if is_dateline(place) {
        return Some(GoesOn);
    }
    let lead = place.text[place.sentence..place.stop.start].strip_suffix(place.word)?;
    (numbered(place.word) && (lead.ends_with(": ") || lead.ends_with("; "))).then_some(GoesOn)
}

/// `АСТАНА. KAZINFORM – Бүгін …`: where and by whom, at the beginning of a report. After a
/// headline that ran into it, the agency's capitals tell.
fn is_dateline(place: &Place) -> bool {
    let begins = place.sentence == 0 && place.first_word + place.word.len() == place.stop.start;
    word::is_acronym(place.word)
        && place.word.chars().nth(3).is_some()
        && (begins || word::is_acronym(place.next_word))
        && place
            .beyond
            .strip_prefix(' ')
            .is_some_and(|rest| rest.starts_with(word::is_dash))
}

/// Numbers and dates with stops inside: `3.5`, `29.08.2023`, `29. 08. 2023`.
fn number(place: &Place) -> Option<Verdict> {
    if place.marks() != "." || place.next != Next::Digit {
        return None;
    }
    let last = place.word.rsplit('.').next().unwrap_or_default();
    if !last.ends_with(char::is_numeric) {
        return None;
    }
    if !place.has_gap() {
        return Some(GoesOn);
    }
    let follows_number = || {
        let before = place.text[place.sentence..place.stop.start].strip_suffix(last)?;
        let digits = before.trim_end().strip_suffix('.')?;
        Some(digits.ends_with(char::is_numeric))
    };
    let date = word::is_number(last, 2)
        && match place.next_word.len() {
            1 | 2 => {
                let next = place.beyond.strip_prefix('.').unwrap_or_default();
                next.trim_start().starts_with(char::is_numeric)
            }
            4 => follows_number() == Some(true),
            _ => false,
        };
    date.then_some(GoesOn)
}

/// `Е.Жылқыбаев`, `Қ. К. Тоқаев`, `Дионисио А. Линд`, `А.Ұ. Мамин`. After a surname
/// (`Мамин А.Ұ. Отырысты ашып`) initials end what they belong to.
fn initials(place: &Place) -> Option<Verdict> {
    if place.marks() != "." || !are_initials(place.word) {
        return None;
    }
    match place.next {
        Next::Small | Next::Digit => Some(GoesOn),
        Next::Capital if place.has_gap() && place.is_opener_next() => Some(Ends),
        Next::Capital if place.has_gap() && follows_surname(place) => Some(Ends),
        Next::Capital => Some(GoesOn),
        Next::Symbol | Next::Nothing => None,
    }
}

fn are_initials(word: &str) -> bool {
    let mut parts = word
        .split(['.', '-'])
        .filter(|part| !part.is_empty())
        .peekable();
    parts.peek().is_some() && parts.all(word::is_initial)
}

/// Two initials or more after a surname, and no initial or surname after them.
fn follows_surname(place: &Place) -> bool {
    let mut count = 0;
    let mut before = &place.text[place.sentence..place.stop.start];
    for _ in 0..4 {
        let word = word::last(before);
        if !are_initials(word.trim_end_matches('.')) {
            break;
        }
        count += word.split('.').filter(|part| !part.is_empty()).count();
        before = before[..before.len() - word.len()].trim_end();
    }
    count >= 2 && is_surname(word::last(before)) && !is_surname(place.next_word)
}

fn is_surname(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ев", "ов", "ёв", "ева", "ова", "ёва", "ин", "ина", "ский", "ская", "ұлы", "қызы", "тегі",
        "ev", "ov", "eva", "ova", "uly", "qyzy",
    ];
    word.starts_with(char::is_uppercase) && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// What the stop after an abbreviation means is the table's to say.
fn abbreviation(place: &Place) -> Option<Verdict> {
    if !place.is_full_stop() || place.next == Next::Nothing {
        return None;
    }
    let kind = match abbreviation_kind(place)? {
        // `(мұғалімдер, т.б.) 2019 жылы …`: the bracket is closed, the sentence is not.
        _ if place.closes_bracket()
            && place.bracket.is_some_and(|b| place.is_inside_sentence(b)) =>
        {
            Kind::Follows
        }
        kind => kind,
    };
    let verdict = match (kind, place.next) {
        (Kind::PrecedesNumber, Next::Small | Next::Digit) => GoesOn,
        (Kind::PrecedesNumber, _) if word::is_roman(place.next_word) => GoesOn,
        (Kind::PrecedesNumber, _) => return None,
        (_, Next::Small) | (Kind::Precedes, _) => GoesOn,
        (Kind::Follows, Next::Capital) if place.is_opener_next() => Ends,
        (Kind::Follows, _) => GoesOn,
        (Kind::Counts, Next::Capital) if !word::is_acronym(place.next_word) => Ends,
        (Kind::Counts, _) => GoesOn,
        (Kind::Ends, Next::Symbol) => return None,
        (Kind::Ends, _) => Ends,
    };
    Some(verdict)
}

fn abbreviation_kind(place: &Place) -> Option<Kind> {
    // `2023ж`, `5млн`: the number is not part of it.
    let glued = place.word.trim_start_matches(char::is_numeric);
    let word = if glued.starts_with(char::is_alphabetic) {
        glued
    } else {
        place.word
    };
    let folded = word::folded(word);
    if is_unit(&folded) && is_measured(place, word) {
        return Some(Kind::Ends);
    }
    let kind = (place.language.abbreviation)(&folded);
    if !folded.contains('.')
        && folded.chars().count() <= 2
        && let Some(kind) = spaced_abbreviation(place, &folded)
    {
        return Some(kind);
    }
    let small = !word.contains(char::is_uppercase);
    kind.or_else(|| (small && is_abbreviated(&folded)).then_some(Kind::Follows))
}

/// A number stands before the unit, and no year: `350 м.`, `400 млн. т.`, but `1950 г.`
fn is_measured(place: &Place, unit: &str) -> bool {
    let before = &place.text[place.sentence..place.stop.start - unit.len()];
    let number = word::last(before.trim_end());
    let digits = number
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .count();
    let year = digits == 4 && matches!(unit, "г" | "с");
    digits > 0 && !year || matches!(number, "млн." | "млрд." | "млн" | "млрд" | "мың")
}

/// `т. б.`, `б. з. б.`: the letters before, each with its stop, belong to it.
fn spaced_abbreviation(place: &Place, last: &str) -> Option<Kind> {
    let mut whole = last.to_owned();
    let mut before = place.text[place.sentence..place.stop.start].strip_suffix(place.word)?;
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
        kind = (place.language.abbreviation)(&whole).or(kind);
        before = &rest[..rest.len() - letter.len()];
    }
    kind
}

/// Not in the table, but no whole word either: one small letter, or some without any vowel.
fn is_abbreviated(folded: &str) -> bool {
    const VOWELS: &str = "аәеёиіоөуұүыэюя";
    let letters = folded.chars().count();
    let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
    (1..=5).contains(&letters)
        && folded.chars().all(cyrillic)
        && (letters == 1 || !folded.contains(|c| VOWELS.contains(c)))
}

/// Speech and its dash: `! – деп`, `? — деді ол`, `!» – Тоқаев осылай деді` go on;
/// `– Келдің бе? – Иә.` are two.
fn dash(place: &Place) -> Option<Verdict> {
    if !place.after().starts_with(word::is_dash) {
        return None;
    }
    match place.next {
        Next::Small => Some(GoesOn),
        Next::Capital | Next::Digit if place.closes_quote() => Some(GoesOn),
        Next::Capital | Next::Digit => Some(Ends),
        Next::Symbol | Next::Nothing => None,
    }
}

/// No white space after the stop: a forgotten space (`жағдайы.XVIII`, `берді.Ол`, `берді.2023`) or
/// a name with a stop inside.
fn glued(place: &Place) -> Option<Verdict> {
    if place.has_gap() || place.next == Next::Nothing {
        return None;
    }
    if !place.is_full_stop() {
        return match place.next {
            Next::Capital => Some(Ends),
            Next::Small | Next::Digit => Some(GoesOn),
            _ => None,
        };
    }
    let word = place.word.rsplit('.').next().unwrap_or_default();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let last = place.text[..place.stop.start]
        .chars()
        .next_back()
        .unwrap_or(' ');
    let verdict = match place.next {
        Next::Capital if place.marks().len() > 1 || !word::is_word_char(last) => Ends,
        Next::Capital if last.is_ascii_alphanumeric() && is_name_ending(place.next_word) => GoesOn,
        Next::Capital if letters >= 2 && place.next_word.chars().nth(1).is_some() => Ends,
        Next::Capital if word::is_number(word, 4) && letters_of(place.next_word) >= 2 => Ends,
        Next::Digit if letters >= 4 && !last.is_ascii() && last.is_lowercase() => Ends,
        _ => GoesOn,
    };
    Some(verdict)
}

fn letters_of(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphabetic()).count()
}

/// A small letter goes on: `... мүмкін`, `30. тамыз`, `«…ма?» деп`.
fn small_letter(place: &Place) -> Option<Verdict> {
    (place.next == Next::Small).then_some(GoesOn)
}

/// A capital, a number or a sign (`№590`) after a stop and white space starts afresh.
fn fresh_start(place: &Place) -> Option<Verdict> {
    let ours = place
        .marks()
        .starts_with(['.', '!', '?', '…', '؟', '۔', '‼', '⁇', '⁈', '⁉']);
    (ours && place.has_gap() && place.next != Next::Nothing).then_some(Ends)
}
