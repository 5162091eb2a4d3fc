//! Whether a sentence ends at a stop.
//!
//! Each rule sees the [`StopContext`] and either decides or is silent; the first that decides wins,
//! and if none does, UAX #29 decides. The order matters: first the cases in which the sentence
//! surely continues, then those decided by the word before the stop ([`before`]), then those
//! decided by what follows it.

mod before;

use crate::text::{Span, is_dash, is_name_ending};

use super::context::{Next, StopContext};
use super::stop::is_stop;
use super::word;

/// A quotation inside a sentence that is longer than this (in bytes, some 80 letters) is speech,
/// which is split into its sentences; a shorter one is a title or a saying.
const MAX_TITLE: usize = 160;
/// A bracket inside a sentence that is longer than this (in bytes) is a passage of its own.
const MAX_ASIDE: usize = 400;

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ends,
    GoesOn,
}

use Verdict::{Ends, GoesOn};

type Rule = fn(&StopContext) -> Option<Verdict>;

/// In order of precedence.
const RULES: &[Rule] = &[
    line_end,
    punctuation_follows,
    bracketed_mark,
    aside,
    title,
    before::label,
    before::dateline,
    before::act_number,
    before::number,
    before::initials,
    before::abbreviation,
    dash,
    glued,
    small_letter,
    fresh_start,
];

/// Whether the sentence that began before the stop ends there.
pub(super) fn ends_sentence(context: &StopContext) -> bool {
    match RULES.iter().find_map(|rule| rule(context)) {
        Some(verdict) => verdict == Ends,
        None => context.is_unicode_boundary(),
    }
}

/// A line or paragraph separator ends the sentence.
fn line_end(context: &StopContext) -> Option<Verdict> {
    context.ends_line().then_some(Ends)
}

/// The sentence continues if a comma, a colon, a closing mark or a suffix without a space follows:
/// `бар!”, – деп`, `т.б.-ның`.
fn punctuation_follows(context: &StopContext) -> Option<Verdict> {
    let mut after = context.after().chars();
    let (first, second) = (after.next()?, after.next());
    let goes_on = match first {
        ',' | ';' | ':' | ')' | ']' | '}' | '%' | '/' | '»' | '=' | '&' => true,
        '.' | '…' | '!' | '?' => second.is_none_or(char::is_whitespace),
        dash if is_dash(dash) => {
            // `деді.-Бұл`: a dash glued to a capital begins speech, it joins no suffix.
            let suffix = !context.has_gap() && second.is_some_and(char::is_alphanumeric);
            suffix && (context.next != Next::Capital || context.closes_quote())
        }
        _ => false,
    };
    goes_on.then_some(GoesOn)
}

/// `[...]`, `(!)`, `(?)` end nothing.
fn bracketed_mark(context: &StopContext) -> Option<Verdict> {
    let bracket = context.bracket.filter(|_| context.closes_bracket())?;
    context
        .inside(bracket)
        .chars()
        .all(is_stop)
        .then_some(GoesOn)
}

/// Inside a bracket in the middle of a sentence nothing ends.
fn aside(context: &StopContext) -> Option<Verdict> {
    let bracket = context
        .bracket
        .filter(|&span| context.is_inside_sentence(span))?;
    (bracket.len() <= MAX_ASIDE && !context.closes_bracket()).then_some(GoesOn)
}

/// Nothing ends inside a title or a saying, a short quotation in the middle of a sentence: `«Абай.
/// Таңдамалы» жинағы`, `«Алға, Қазақстан!» Республикалық байқауы`.
fn title(context: &StopContext) -> Option<Verdict> {
    let quote = context.quote.filter(|quote| quote.len() <= MAX_TITLE)?;
    let carried = context.is_inside_sentence(quote) && !quote.introduced;
    let goes_on = if context.closes_quote() {
        // A sentence ends with its verb in Kazakh: a quotation in its middle, not introduced as
        // speech, is not its end. A full stop inside the marks still is one.
        let called = !context.marks().starts_with('.') && !context.marks().ends_with(is_stop);
        context.tables.verb_final && carried && called
    } else {
        carried || context.tables.verb_final && is_noun_phrase(context, quote)
    };
    goes_on.then_some(GoesOn)
}

/// A small letter follows the closing mark at once, and not in a verb of speech.
fn is_noun_phrase(context: &StopContext, quote: Span) -> bool {
    context
        .beyond(quote)
        .strip_prefix(' ')
        .is_some_and(|after| {
            let is_small = after.starts_with(char::is_lowercase);
            is_small && !context.tables.speech.contains(word::leading(after))
        })
}

/// A dash after speech: `! – деп`, `? — деді ол`, `!» – Тоқаев осылай деді` continue; `– Келдің бе?
/// – Иә.` are two sentences.
fn dash(context: &StopContext) -> Option<Verdict> {
    if !context.after().starts_with(is_dash) {
        return None;
    }
    match context.next {
        Next::Small => Some(GoesOn),
        Next::Capital | Next::Digit if context.closes_quote() => Some(GoesOn),
        Next::Capital | Next::Digit => Some(Ends),
        Next::Symbol | Next::Nothing => None,
    }
}

/// No white space after the stop: a forgotten space (`жағдайы.XVIII`, `берді.Ол`, `берді.2023`) or
/// a name with a stop inside.
fn glued(context: &StopContext) -> Option<Verdict> {
    if context.has_gap() {
        return None;
    }
    let ends = match context.next {
        Next::Nothing => return None,
        Next::Symbol if !context.is_full_stop() => return None,
        Next::Capital if context.is_full_stop() => is_forgotten_space(context),
        Next::Capital => true,
        Next::Digit if context.is_full_stop() => {
            let is_small = |c: char| !c.is_ascii() && c.is_lowercase();
            context.word.ends_with(is_small) && letters(last_part(context.word)) >= 4
        }
        Next::Small | Next::Digit | Next::Symbol => false,
    };
    Some(if ends { Ends } else { GoesOn })
}

/// A space is missing between a full stop and the capital after it.
fn is_forgotten_space(context: &StopContext) -> bool {
    let word = last_part(context.word);
    let ascii = word.ends_with(|c: char| c.is_ascii_alphanumeric());
    if ascii && is_name_ending(context.next_word) {
        return false;
    }
    let closed = context.marks().len() > 1 || !context.before().ends_with(word::is_word_char);
    let is_word = letters(word) >= 2 && context.next_word.chars().nth(1).is_some();
    let is_number = word::is_number(word, 4) && letters(context.next_word) >= 2;
    closed || is_word || is_number
}

/// `Жылқыбаев` of `Е.Жылқыбаев`.
fn last_part(word: &str) -> &str {
    word.rsplit('.').next().unwrap_or_default()
}

fn letters(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphabetic()).count()
}

/// A small letter continues the sentence: `... мүмкін`, `30. тамыз`, `«…ма?» деп`.
fn small_letter(context: &StopContext) -> Option<Verdict> {
    (context.next == Next::Small).then_some(GoesOn)
}

/// A capital, a number or a sign (`№5`) after a stop and white space begins a sentence.
fn fresh_start(context: &StopContext) -> Option<Verdict> {
    const OURS: &[char] = &['.', '!', '?', '…', '؟', '۔', '‼', '⁇', '⁈', '⁉'];
    let starts = context.has_gap() && context.next != Next::Nothing;
    (starts && context.marks().starts_with(OURS)).then_some(Ends)
}
