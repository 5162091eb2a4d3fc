//! Text above or below the line: exponents and fractions keep their value, marks of notes are marks.
//!
//! A model's tokenizer reads a raised digit as a plain one, so that `10⁶` would become 106: exponents
//! are written `10^6`, fractions `3 1/3`, and times of the day `18:30`.

use crate::text::{
    BARS, ends_in_variable, is_clock_time, is_degree, is_small_change, raised_expression,
};

use super::page::{Content, Element, Page};

/// Maximum bytes of a raised text.
pub(super) const MAX_RAISED_BYTES: usize = 200;
/// Maximum letters of a unit that is squared or cubed (`м`, `км`).
const MAX_UNIT: usize = 3;

/// Inline elements that a style or a class may raise, and maximum letters and digits of them.
#[rustfmt::skip]
const INLINE: &[&str] = &[
    "span", "font", "small", "i", "b", "em", "strong", "var", "u", "a", "big",
];
const MAX_RAISED: usize = 6;
/// Maximum nodes of a raised element that are looked at.
const MAX_NODES: usize = 16;
/// Maximum letters of a raised text that is no number (`n`, `max`).
const MAX_RAISED_LETTERS: usize = 3;
/// Words of classes of what is raised and lowered.
#[rustfmt::skip]
const ABOVE_NAMES: &[&str] = &[
    "sup", "super", "superscript", "super script", "upper index", "upperindex", "upper idx", "index upper", "index top", "exponent", "exp", "power",
];
#[rustfmt::skip]
const BELOW_NAMES: &[&str] = &[
    "sub", "subscript", "sub script", "lower index", "lowerindex", "index lower", "index bottom", "subindex",
];
/// Maximum bytes of style sheets that are looked at, and classes that they raise.
const MAX_STYLES: usize = 1 << 18;
const MAX_CLASSES: usize = 100;

pub(in crate::article) use crate::text::Level;

/// The classes that a page's own style sheets raise and lower, as word processors write them.
#[derive(Default)]
pub(super) struct Styles {
    classes: Vec<(String, Level)>,
}

impl Styles {
    pub(super) fn read(page: &Page) -> Self {
        let mut styles = Self::default();
        let mut left = MAX_STYLES;
        for (at, element) in page.elements() {
            if element.name != "style" {
                continue;
            }
            let text = page.raw_text(at);
            if text.len() > left || !text.contains("vertical-align") {
                continue;
            }
            left -= text.len();
            for rule in text.split('}') {
                if let Some((selectors, declarations)) = rule.rsplit_once('{')
                    && let Some(level) = level_of_style(declarations)
                {
                    styles.take(selectors, level);
                }
            }
        }
        styles
    }

    /// The classes of selectors of one class (`.c5`, `span.c5`).
    fn take(&mut self, selectors: &str, level: Level) {
        for selector in selectors.split(',') {
            let last = selector.split_whitespace().next_back().unwrap_or_default();
            let Some((_, class)) = last.split_once('.') else {
                continue;
            };
            let is_plain = |next: char| next.is_alphanumeric() || matches!(next, '-' | '_');
            if !class.is_empty() && class.chars().all(is_plain) && self.classes.len() < MAX_CLASSES
            {
                self.classes.push((class.to_owned(), level));
            }
        }
    }

    /// Whether an element is raised or lowered: by its tag, or a short text by style, class or place in a
    /// formula.
    pub(super) fn level(&self, page: &Page, at: usize, element: &Element) -> Option<Level> {
        match element.name.as_str() {
            "sup" => return Some(Level::Above),
            "sub" => return Some(Level::Below),
            "mi" | "mn" | "mo" | "mrow" => return level_in_formula(page, at),
            name if !INLINE.contains(&name) => return None,
            _ => {}
        }
        let (class, style) = (element.attribute("class"), element.attribute("style"));
        let letters = page.letters(at);
        if class.is_none() && style.is_none()
            || !(1..=MAX_RAISED).contains(&letters)
            || page.range(at).len() > MAX_NODES
        {
            return None;
        }
        let level = style.and_then(level_of_style).or_else(|| {
            if element.has_name(ABOVE_NAMES) {
                return Some(Level::Above);
            }
            if element.has_name(BELOW_NAMES) {
                return Some(Level::Below);
            }
            let mut classes = class?.split_ascii_whitespace();
            classes.find_map(|class| {
                let mut known = self.classes.iter();
                known.find(|(one, _)| one == class).map(|(_, level)| *level)
            })
        })?;
        is_short(&page.text(at, MAX_RAISED_BYTES)).then_some(level)
    }
}

/// Whether a text is a number, or so short as what is raised.
fn is_short(text: &str) -> bool {
    let letters = text.chars().filter(|next| next.is_alphabetic()).count();
    !text.contains(' ') && letters <= MAX_RAISED_LETTERS
}

/// What a style says of the height of its text.
fn level_of_style(style: &str) -> Option<Level> {
    let style: String = style.chars().filter(|next| !next.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    let value = |name: &str| {
        let mut all = style.split(';').filter_map(|one| one.split_once(':'));
        let found = all.find(|(key, _)| *key == name);
        found.map(|(_, value)| value.trim_end_matches("!important"))
    };
    let of_sign = |above: bool| if above { Level::Above } else { Level::Below };
    match value("vertical-align") {
        Some("super" | "text-top") => Some(Level::Above),
        Some("sub" | "text-bottom") => Some(Level::Below),
        Some("top") => value("font-size").map(|_| Level::Above),
        Some(length) => shift(length).map(|shift| of_sign(shift > 0.0)),
        None if value("position") == Some("relative") => {
            let up = value("bottom").and_then(shift);
            let up = up.or_else(|| value("top").and_then(shift).map(|down| -down));
            up.map(|up| of_sign(up > 0.0))
        }
        None => None,
    }
}

/// A length that is more than the adjustment of a picture, in its unit.
fn shift(length: &str) -> Option<f64> {
    let end = length.find(|next: char| next.is_ascii_alphabetic() || next == '%')?;
    let (number, unit) = length.split_at_checked(end)?;
    let number: f64 = number.parse().ok()?;
    let least = match unit {
        "em" | "ex" | "rem" => 0.2,
        "px" | "pt" => 3.0,
        "%" => 20.0,
        _ => return None,
    };
    (number.abs() >= least).then_some(number)
}

/// The level of the second part of a power or an index in MathML.
fn level_in_formula(page: &Page, at: usize) -> Option<Level> {
    let level = match page.element(page.parent(at))?.name.as_str() {
        "msup" => Level::Above,
        "msub" => Level::Below,
        _ => return None,
    };
    is_second(page, at).then_some(level)
}

/// Whether an element is the lower part of a fraction in MathML.
pub(super) fn is_denominator(page: &Page, at: usize) -> bool {
    let parent = page.element(page.parent(at));
    parent.is_some_and(|parent| parent.name == "mfrac") && is_second(page, at)
}

/// Whether another element comes before this one in the element around it.
fn is_second(page: &Page, at: usize) -> bool {
    let parent = page.parent(at);
    let before = page.nodes.get(parent + 1..at).unwrap_or_default();
    let mut elements = before
        .iter()
        .take(MAX_NODES)
        .filter(|node| matches!(node.content, Content::Element(_)));
    elements.any(|node| node.parent == parent)
}

/// Whether a text is the mark of a note: a number or signs, in brackets or not.
pub(super) fn is_note_mark(text: &str) -> bool {
    let inner = text
        .trim()
        .trim_start_matches(['[', '('])
        .trim_end_matches([']', ')']);
    let count = inner.chars().count();
    count <= 4
        && inner
            .chars()
            .all(|next| next.is_ascii_digit() || "*†‡,".contains(next))
        || inner.is_empty()
        || text.trim().starts_with('[') && text.trim().ends_with(']') && count <= 20
}

/// Adds a raised or lowered text to `text`, which comes after `before` on its line; `after` follows. No
/// digit of it is added to a number before it.
pub(super) fn push(text: &mut String, before: &str, raised: &str, level: Level, after: &str) {
    let raised = raised.trim();
    let number = raised.trim_start_matches(['-', '−', '–', '+']);
    let is_number = !number.is_empty() && number.chars().all(|next| next.is_ascii_digit());
    let last = before.chars().next_back();
    let is_digit = |next: Option<char>| next.is_some_and(|next| next.is_ascii_digit());
    let after_digit = is_digit(last);
    if level == Level::Below {
        // `log₂8`, `101₂`.
        if is_number && (after_digit || is_digit(after.chars().next())) {
            text.push('_');
        }
        text.push_str(raised);
        if is_number && is_digit(after.chars().next()) {
            text.push(' ');
        }
        return;
    }
    if is_degree(before, raised, after) {
        text.push('°');
    } else if is_small_change(before, raised, after) {
        text.extend([",", raised]);
    } else if let Some(expression) = raised_expression(before, raised) {
        text.push_str(&expression);
    } else if !is_number {
        push_words(text, last, raised);
    } else if let ("2" | "3", true) = (raised, ends_in_unit(before)) {
        text.push(if raised == "2" { '²' } else { '³' });
    } else if is_above_lowered(before, raised, after) {
        if after_digit {
            text.push(' ');
        }
        text.extend([raised, "/"]);
    } else if is_above_bar(before, raised, after) {
        if last.is_some_and(char::is_alphanumeric) {
            text.push(' ');
        }
        text.push_str(raised);
    } else if is_clock_time(before, raised, after) {
        text.extend([":", raised]);
    } else if after_digit || last == Some(')') || raised != number || ends_in_variable(before) {
        text.extend(["^", raised]);
    } else if !last.is_some_and(char::is_alphabetic) && begins_with_element(after) {
        text.push_str(raised);
    } else {
        text.extend(["[", raised, "]"]);
    }
}

/// Adds a raised text that is neither a number nor an expression. Where it has digits, they are of a note
/// (`1)`, `1,3`) or of a charge (`2+`).
fn push_words(text: &mut String, last: Option<char>, raised: &str) {
    let is_bound = last.is_some_and(char::is_alphanumeric)
        && raised.starts_with(|first: char| first.is_ascii_digit());
    if !is_bound {
        text.push_str(raised);
    } else if raised.ends_with(['+', '-', '−', '–']) {
        text.extend(["^", raised]);
    } else {
        text.extend(["[", raised.trim_end_matches(')'), "]"]);
    }
}

/// Whether a raised number is the upper one of a fraction: the bar has a lowered number behind it, or one
/// on the line that makes a fraction of small numbers (`3¹/3`).
fn is_above_bar(before: &str, raised: &str, after: &str) -> bool {
    let Some(below) = after.strip_prefix(BARS) else {
        return false;
    };
    let end = below.find(|next: char| !next.is_ascii_digit());
    let number: Option<u32> = below
        .get(..end.unwrap_or(below.len()))
        .and_then(|digits| digits.parse().ok());
    let is_power_of_ten = before.ends_with("10");
    let is_less = number
        .zip(raised.parse().ok())
        .is_some_and(|(below, above): (u32, u32)| above < below && below < 100);
    below.is_empty()
        || below.starts_with("<sub")
        || after.starts_with('⁄')
        || is_less && !is_power_of_ten
}

/// Whether a raised number is the upper one of a fraction without a bar: a greater number is lowered right
/// behind it (`3<sup>1</sup><sub>2</sub>`), and neither is of a variable or an element.
fn is_above_lowered(before: &str, raised: &str, after: &str) -> bool {
    let below = after
        .strip_prefix("<sub")
        .and_then(|tag| tag.split_once('>'));
    let Some((below, after)) = below.and_then(|(_, rest)| rest.split_once('<')) else {
        return false;
    };
    let after = after.split_once('>').map_or("", |(_, after)| after);
    let is_less = raised
        .parse()
        .ok()
        .zip(below.trim().parse().ok())
        .is_some_and(|(above, below): (u32, u32)| 0 < above && above < below && below < 100);
    is_less
        && !before.ends_with(|last: char| last.is_alphabetic() || last == ')')
        && !begins_with_element(after)
}

/// Whether a text begins with the sign of an element, as behind the mass of its isotope (`¹⁴C`).
fn begins_with_element(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_uppercase())
        && !letters
            .find(|next| !next.is_ascii_lowercase())
            .is_some_and(char::is_alphabetic)
}

/// Whether a line ends in a short word, after a number or alone (`120 м`).
fn ends_in_unit(before: &str) -> bool {
    let letters = before
        .chars()
        .rev()
        .take_while(|next| next.is_alphabetic())
        .count();
    (1..=MAX_UNIT).contains(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_units_fractions_and_notes_are_told_apart() {
        for (before, raised, level, after, expected) in [
            ("10", "6", Level::Above, " адам", "^6"),
            ("10", "-3", Level::Above, "", "^-3"),
            ("120 м", "2", Level::Above, "", "²"),
            ("5 км", "3", Level::Above, "", "³"),
            ("3", "1", Level::Above, "/", " 1"),
            ("", "2", Level::Above, "⁄", "2"),
            ("3", "1", Level::Above, "<sub>2</sub> сағат", " 1/"),
            ("", "1", Level::Above, "<sub>2</sub> бөлігі", "1/"),
            ("x", "1", Level::Above, "<sub>2</sub>", "^1"),
            ("", "2", Level::Above, "<sub>4</sub>He", "[2]"),
            ("5", "3", Level::Above, "<sub>2</sub>", "^3"),
            ("CO", "2", Level::Below, "", "2"),
            ("қаласынан", "1", Level::Above, " келді", "[1]"),
            ("1", "-ші", Level::Above, "", "-ші"),
            ("Жиын 18", "30", Level::Above, "-да басталды", ":30"),
            ("сағат 9", "00", Level::Above, "", ":00"),
            ("25", "00", Level::Above, "", "^00"),
            ("7", "1/2", Level::Above, " метр", " 1/2"),
            ("2", "n", Level::Above, "", "^n"),
            ("e", "x", Level::Above, "", "^x"),
            ("5", "А", Level::Above, " сынып", "А"),
            ("100", "1)", Level::Above, " адам", "[1]"),
            ("қала", "1,3", Level::Above, "", "[1,3]"),
            ("Ca", "2+", Level::Above, "", "^2+"),
            ("SO4", "2-", Level::Above, "", "^2-"),
            ("10", "5–6", Level::Above, "", "^(5–6)"),
            ("5 м", "3", Level::Above, "/с", "³"),
            ("10", "6", Level::Above, "/мл", "^6"),
            ("3", "1", Level::Above, "/3 бөлігі", " 1"),
            ("10", "6", Level::Above, "/8", "^6"),
            ("25", "o", Level::Above, "C", "°"),
            ("99", "90", Level::Above, " теңге", ",90"),
            ("", "14", Level::Above, "C әдісі", "14"),
            ("", "1", Level::Above, "Ескі", "[1]"),
            ("log", "2", Level::Below, "8", "_2 "),
            ("101", "2", Level::Below, "", "_2"),
        ] {
            let mut text = String::new();
            push(&mut text, before, raised, level, after);
            assert_eq!(text, expected, "{before}{raised}");
        }
    }

    #[test]
    fn styles_raise_and_lower() {
        for (style, level) in [
            ("vertical-align: super; font-size: 70%", Some(Level::Above)),
            ("VERTICAL-ALIGN:text-top", Some(Level::Above)),
            ("vertical-align: sub !important", Some(Level::Below)),
            ("vertical-align: 0.5em", Some(Level::Above)),
            ("vertical-align:-30%", Some(Level::Below)),
            ("position: relative; top: -4px", Some(Level::Above)),
            ("vertical-align: middle", None),
            ("vertical-align: -1px", None),
            ("vertical-align: top", None),
            ("color: red", None),
        ] {
            assert_eq!(level_of_style(style), level, "{style}");
        }
    }

    #[test]
    fn marks_of_notes_are_known() {
        for mark in ["[1]", "1", "12", "*", "(3)", "[дәйексөз керек]"] {
            assert!(is_note_mark(mark), "{mark}");
        }
        for text in ["ші", "2024 жыл", "TM"] {
            assert!(!is_note_mark(text), "{text}");
        }
    }
}
