//! Lines of a body to paragraphs: blank-line and line styles, hard wraps, headings, lists.
//!
//! Policy: in doubt a line is a paragraph of its own. Lines are joined only where the layout shows
//! that a fixed width cut them.

use crate::language::KNOWN;
use crate::text::squeeze;

use super::hyphens::Words;
use super::{Paragraph, ParagraphKind, metadata};

/// Widths at which text files are wrapped, in characters; verse is narrower.
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 50..=140;
/// The narrowest width of a text whose wrapped lines have blank lines between them, and the fewest
/// such blank lines.
const MIN_WIDTH_APART: usize = 30;
const MIN_APART: usize = 3;
/// Lines at the head of a text that show whether it is one.
const MAX_HEAD: usize = 200;
/// Minimum letters of a word before a stop that is no abbreviation.
const MIN_LAST_WORD: usize = 4;
/// A line of fewer characters that ends without a stop was not wrapped: it is a paragraph.
const MIN_CUT_LINE: usize = 40;
/// Maximum length of a heading, in characters.
const MAX_HEADING: usize = 90;
const MAX_HEADING_WORDS: usize = 12;

/// Words before a colon that announce direct speech, besides the verbs that follow it.
#[rustfmt::skip]
const SPEECH: [&str; 12] = [
    "былай", "айтты", "айтады", "айтқан", "сұрады", "сөзі", "пікірі", "жауабы", "жауап", "мәлімдеді",
    "сказал", "ответил",
];

/// What begins a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// `•` or another bullet: always an item.
    Bullet,
    /// A hyphen or dash: an item, or direct speech.
    Dash,
    /// `3.` or `3)`.
    Number(u32),
    /// `ә)`.
    Letter,
}

/// What becomes a paragraph, with its kind if the format gave one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub kind: Option<ParagraphKind>,
    /// Runs of white space are one space.
    pub text: String,
}

impl Block {
    /// `None` if the text is blank.
    pub(super) fn new(text: &str, kind: Option<ParagraphKind>) -> Option<Block> {
        Some(squeeze(text))
            .filter(|text| !text.is_empty())
            .map(|text| Block { kind, text })
    }
}

/// Groups the lines of a body into paragraphs and decides the kind of each.
pub(super) fn from_lines(lines: &[&str]) -> Vec<Paragraph> {
    let texts = join_lines(lines).into_iter();
    from_blocks(texts.map(|text| Block { kind: None, text }).collect())
}

/// Decides the kind of each block whose format gave none.
pub(super) fn from_blocks(blocks: Vec<Block>) -> Vec<Paragraph> {
    let kinds = kinds(&blocks);
    let paragraphs = blocks.into_iter().zip(kinds);
    paragraphs
        .map(|(Block { text, .. }, kind)| Paragraph { kind, text })
        .collect()
}

/// The paragraphs that lines make: blank lines separate them, wrapped lines are joined.
pub(super) fn join_lines(lines: &[&str]) -> Vec<String> {
    let words = Words::of(lines.iter().copied());
    let close = without_blanks_between(lines);
    let lines = close.as_deref().unwrap_or(lines);
    let wrap = wrap_width(lines, close.is_some());
    let mut texts: Vec<String> = Vec::new();
    let mut previous: Option<&str> = None;
    // The line above one blank line.
    let mut above: Option<&str> = None;
    for &line in lines {
        if line.trim().is_empty() {
            above = previous.take();
            continue;
        }
        let divided = above
            .take()
            .filter(|above| is_divided(above) && starts_lowercase(line));
        if let (Some(_), Some(text)) = (divided, texts.last_mut()) {
            join(text, line, &words);
            previous = Some(line);
            continue;
        }
        match (previous, texts.last_mut()) {
            (Some(before), Some(text)) if continues(before, line, wrap) => join(text, line, &words),
            _ => texts.push(squeeze(line)),
        }
        previous = Some(line);
    }
    texts
}

/// Appends the next line of a wrapped paragraph. A hyphen at the line's end goes where it divides a
/// word.
pub(super) fn join(text: &mut String, line: &str, words: &Words) {
    let mut end = text.chars().rev();
    let hyphenated = match (end.next(), end.next()) {
        (Some('\u{AD}'), _) => true,
        (Some('-' | '\u{2010}'), Some(before)) => {
            before.is_alphabetic() && line.trim_start().starts_with(char::is_alphabetic)
                || before.is_ascii_digit()
                    && line
                        .trim_start()
                        .starts_with(|first: char| first.is_ascii_digit())
        }
        _ => false,
    };
    if !hyphenated {
        text.push(' ');
    } else if text.ends_with(['-', '\u{2010}']) && starts_lowercase(line) {
        let hyphen = text.pop();
        if words.is_own(text, line) {
            text.extend(hyphen);
        }
    }
    text.push_str(&squeeze(line));
}

/// The lines of a text in which a blank line follows every wrapped one, without these blank lines;
/// `None` if it is not such a text. More than one of them still parts paragraphs.
fn without_blanks_between<'l>(lines: &[&'l str]) -> Option<Vec<&'l str>> {
    let mut close = Vec::with_capacity(lines.len());
    let (mut blanks, mut touching, mut apart) = (0, 0, 0);
    for &line in lines {
        if line.trim().is_empty() {
            blanks += 1;
            continue;
        }
        match blanks {
            _ if close.is_empty() => {}
            0 => touching += 1,
            1 => apart += 1,
            _ => close.push(""),
        }
        close.push(line);
        blanks = 0;
    }
    (touching == 0 && apart >= MIN_APART && wrap_width(&close, true).is_some()).then_some(close)
}

/// Whether the first line of a text goes on in the next one, below a blank line, as where all lines have
/// one below them: then it is no title.
pub(super) fn continues_below(line: &str, rest: &[&str]) -> bool {
    let Some(([blank], [next, ..])) = rest.split_first_chunk::<1>() else {
        return false;
    };
    if !blank.trim().is_empty() || ends_sentence(line) || !starts_lowercase(next) {
        return false;
    }
    let is_wrapped = || {
        let head = rest.get(..rest.len().min(MAX_HEAD)).unwrap_or_default();
        let lines: Vec<&str> = [line].into_iter().chain(head.iter().copied()).collect();
        without_blanks_between(&lines)
            .and_then(|close| wrap_width(&close, true))
            .is_some_and(|width| is_filled(line, next, width))
    };
    is_divided(line) || holds_sentence(line) || is_wrapped()
}

/// Whether a line's end divides a word, and the line is long enough for that.
fn is_divided(line: &str) -> bool {
    let word = line.trim_end().strip_suffix(['-', '\u{2010}', '\u{AD}']);
    length(line) >= MIN_WIDTH_APART && word.is_some_and(|word| word.ends_with(char::is_lowercase))
}

/// Whether a sentence ends inside a line: a stop after a word that is no abbreviation, and a capital.
fn holds_sentence(line: &str) -> bool {
    let mut words = line.split_whitespace().peekable();
    let is_word = |word: &str| {
        word.chars().nth(MIN_LAST_WORD - 1).is_some() && word.chars().all(char::is_lowercase)
    };
    while let Some(word) = words.next() {
        let stopped = word.strip_suffix(['.', '!', '?']);
        if stopped.is_some_and(is_word)
            && words
                .peek()
                .is_some_and(|next| next.starts_with(char::is_uppercase))
        {
            return true;
        }
    }
    false
}

/// The width a text was wrapped at; `None` if it was not. Wrapped means: most lines are filled as
/// far as the next word allows, and many do not end a sentence and continue in lower case. Where
/// lines were `apart`, they may be narrow, but nearly all of them are cut.
fn wrap_width(lines: &[&str], apart: bool) -> Option<usize> {
    let width = lines.iter().map(|line| length(line)).max()?;
    let narrow = apart && width >= MIN_WIDTH_APART && width <= *WRAP_WIDTHS.end();
    if !WRAP_WIDTHS.contains(&width) && !narrow {
        return None;
    }
    let pairs: Vec<(&str, &str)> = lines
        .windows(2)
        .filter_map(|pair| match pair {
            [line, next] if !line.trim().is_empty() && !next.trim().is_empty() => {
                Some((*line, *next))
            }
            _ => None,
        })
        .collect();
    let filled: Vec<_> = pairs
        .iter()
        .filter(|(line, next)| is_filled(line, next, width))
        .collect();
    let cut = filled
        .iter()
        .filter(|(line, next)| !ends_sentence(line) && starts_lowercase(next))
        .count();
    let many = if apart {
        3 * cut >= 2 * filled.len()
    } else {
        3 * cut >= filled.len()
    };
    (filled.len() >= 3 && filled.len() * 5 >= pairs.len() * 3 && many).then_some(width)
}

/// Whether the next line's first word would not have fitted (a little tolerance, for tools that
/// count otherwise).
fn is_filled(line: &str, next: &str, width: usize) -> bool {
    let word = next.split_whitespace().next().unwrap_or_default();
    (length(line) + 1 + word.chars().count()) * 10 > width * 9
}

/// Whether `line` continues the paragraph that `before` belongs to.
fn continues(before: &str, line: &str, wrap: Option<usize>) -> bool {
    let filled = wrap.is_some_and(|width| is_filled(before, line, width));
    let finished = ends_sentence(before);
    match marker(line) {
        Some(Marker::Bullet) => false,
        // A dash or number in the middle of a sentence is at the line's beginning by chance.
        Some(_) => filled && !finished,
        None if filled => !(finished && is_indented(line)),
        None => !finished && starts_lowercase(line) && length(before) >= MIN_CUT_LINE,
    }
}

/// The kind of each block: the one that the format gave, else by its text and its neighbours.
fn kinds(blocks: &[Block]) -> Vec<ParagraphKind> {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    let items = list_items(&texts);
    let is_item = |at: usize| items.get(at).is_some_and(|&item| item);
    let mut kinds: Vec<ParagraphKind> = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| texts.get(at)).copied();
        let after = texts.get(at + 1).copied().filter(|_| !is_item(at + 1));
        let under_heading = kinds.last() == Some(&ParagraphKind::Heading);
        kinds.push(match block.kind {
            Some(kind) => kind,
            None if is_item(at) => ParagraphKind::List,
            None if metadata::is_photo_credit(&block.text) => ParagraphKind::Caption,
            None if !under_heading && is_heading(before, &block.text, after) => {
                ParagraphKind::Heading
            }
            None => ParagraphKind::Text,
        });
    }
    kinds
}

/// A short line without a stop, between a finished paragraph and a longer one that ends in a stop.
fn is_heading(before: Option<&str>, text: &str, after: Option<&str>) -> bool {
    if is_labelled(text) {
        return true;
    }
    let Some(after) = after else { return false };
    let ends_open = text.ends_with(|end: char| end.is_alphanumeric() || "»”\"’)?!".contains(end));
    text.starts_with(|first: char| first.is_alphanumeric() && !first.is_lowercase() || first == '«')
        && text.contains(char::is_alphabetic)
        && !(before.is_some() && text.contains(':') && metadata::is_metadata(text))
        && ends_open
        && (before.is_none() || !text.ends_with(['?', '!', '"', '»', '”']))
        && length(text) <= MAX_HEADING
        && text.split_whitespace().count() <= MAX_HEADING_WORDS
        && before.is_none_or(ends_sentence)
        && ends_sentence(after)
        && length(after) > length(text)
}

/// Whether a line is the heading of a law's part: `2-тарау. Жалпы ережелер`.
fn is_labelled(text: &str) -> bool {
    let is_label = |label: &str| {
        KNOWN
            .iter()
            .any(|language| language.sentences.is_label(label))
    };
    text.split_once(". ").is_some_and(|(label, heading)| {
        length(heading) <= MAX_HEADING
            && heading.ends_with(char::is_alphanumeric)
            && is_label(label)
    })
}

/// Which paragraphs are items of a list.
fn list_items(texts: &[&str]) -> Vec<bool> {
    let markers: Vec<Option<Marker>> = texts.iter().map(|text| marker(text)).collect();
    let mut items = vec![false; texts.len()];
    let mut start = 0;
    while start < texts.len() {
        let mut end = start + 1;
        while end < texts.len() && follows(markers[end - 1], markers[end]) {
            end += 1;
        }
        let introduced = start > 0 && texts[start - 1].ends_with(':');
        let several = end - start > 1;
        let is_list = match markers[start] {
            None => false,
            Some(Marker::Bullet) => true,
            Some(Marker::Number(_) | Marker::Letter) => several || introduced,
            // Dashes that begin finished sentences are speech, unless a colon announces a list.
            Some(Marker::Dash) => {
                let run = &texts[start..end];
                let speaks = |text: &&str| is_attributed(text);
                let said = start > 0 && announces_speech(texts[start - 1]);
                let unfinished = !run.iter().any(|text| is_speech(text));
                several && (unfinished || introduced && !said && !run.iter().any(speaks))
                    || introduced && !said && unfinished
            }
        };
        if is_list {
            items[start..end].fill(true);
        }
        start = end;
    }
    items
}

/// Whether a paragraph that begins with a dash can be direct speech.
fn is_speech(text: &str) -> bool {
    text.ends_with(['.', '!', '?', '…', '»', '"', '”', ':'])
}

/// Whether a paragraph that begins with a dash says after another one who speaks (`– Жоқ, – деді ол`).
fn is_attributed(text: &str) -> bool {
    let mut parts = text.split(['–', '—', '-']).skip(2);
    parts.any(|part| is_quoting_verb(part.split_whitespace().next().unwrap_or_default()))
}

/// Whether a line announces with its colon what somebody says (`Ол былай деді:`).
fn announces_speech(line: &str) -> bool {
    let before = line.trim_end().strip_suffix(':').unwrap_or_default();
    let mut last = before.split_whitespace().rev().take(3);
    last.any(|word| is_quoting_verb(word) || SPEECH.contains(&word.to_lowercase().as_str()))
}

fn is_quoting_verb(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphabetic());
    let mut languages = KNOWN.iter();
    languages.any(|language| language.quoting_verbs.contains(&word))
}

/// Whether two neighbours are items of one list.
fn follows(before: Option<Marker>, after: Option<Marker>) -> bool {
    match (before, after) {
        (Some(Marker::Number(before)), Some(Marker::Number(after))) => {
            before.checked_add(1) == Some(after)
        }
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

/// The list marker a line begins with; white space separates it from the text.
fn marker(line: &str) -> Option<Marker> {
    let (mark, rest) = line.trim_start().split_once(char::is_whitespace)?;
    if rest.trim().is_empty() {
        return None;
    }
    match mark {
        "•" | "·" | "▪" | "▫" | "◦" | "●" | "○" | "■" | "□" | "➢" | "➤" | "►" | "✓" | "✔" | "*" =>
        {
            return Some(Marker::Bullet);
        }
        "-" | "–" | "—" | "−" => return Some(Marker::Dash),
        _ => {}
    }
    let body = mark.strip_suffix(')').or_else(|| mark.strip_suffix('.'))?;
    let mut chars = body.chars();
    match (chars.next(), chars.next()) {
        (Some(first), _) if first.is_ascii_digit() => body.parse().ok().map(Marker::Number),
        (Some(letter), None) if letter.is_lowercase() && mark.ends_with(')') => {
            Some(Marker::Letter)
        }
        _ => None,
    }
}

/// Whether a line begins an item with a bullet.
#[cfg(feature = "documents")]
pub(super) fn begins_with_bullet(line: &str) -> bool {
    marker(line) == Some(Marker::Bullet)
}

/// Whether a line ends where a sentence may.
pub(super) fn ends_sentence(line: &str) -> bool {
    let closers = ['»', '"', '”', '“', '’', ')', ']'];
    line.trim_end()
        .trim_end_matches(closers)
        .ends_with(['.', '!', '?', '…', ':', ';'])
}

fn starts_lowercase(line: &str) -> bool {
    line.trim_start().starts_with(char::is_lowercase)
}

fn is_indented(line: &str) -> bool {
    line.starts_with(['\t', '\u{3000}', '\u{2003}'])
        || line
            .chars()
            .take_while(|first| first.is_whitespace())
            .count()
            >= 2
}

/// Length in characters, without the white space around.
fn length(line: &str) -> usize {
    line.trim().chars().count()
}
