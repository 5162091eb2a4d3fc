//! Numbers in digits: grouped, with a fraction, as a date, a time, a score or a list.
//!
//! One spelling may be read in several ways (`15.30`: a decimal, a time, a day and a month; `3,125`
//! in Kazakh: a fraction or three thousand). All readings are kept; a number counts as found if one
//! of them is.

use super::share::Share;
use super::token::{Kind, Token};
use super::value::{Decimal, Value};

/// Maximum exponent of a power of ten that is compared by its value.
const MAX_EXPONENT: usize = 15;
/// Largest denominator of a fraction in digits that is compared with percentages: beyond it is a date or
/// a score as often.
const MAX_PART: u64 = 10;

/// How numbers are punctuated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Convention {
    /// `1,234.5`
    English,
    /// `1 234,5`; and `1.234` or `1,234` where an English text was followed.
    Cyrillic,
}

/// One way to read a number: all values that it then has.
pub(super) type Reading = Vec<Value>;

/// A number in digits.
pub(super) struct Literal {
    pub(super) readings: Vec<Reading>,
    /// The token after it.
    pub(super) next: usize,
}

/// The number that starts with the digits at `at`.
pub(super) fn literal(tokens: &[Token], at: usize, convention: Convention) -> Literal {
    if let Some(power) = power(tokens, at) {
        return power;
    }
    if let Some((number, next)) = phone(tokens, at) {
        let readings = vec![vec![Value::Number(number)]];
        return Literal { readings, next };
    }
    if let Some(number) = joined_phone(&tokens[at]) {
        let as_written = vec![Value::Number(Decimal::written(tokens[at].text, ""))];
        let readings = vec![as_written, vec![Value::Number(number)]];
        return Literal {
            readings,
            next: at + 1,
        };
    }
    let number = punctuated(tokens, at);
    let (mut readings, next) = match number.separators.as_slice() {
        [] => plain_or_joined(tokens, at),
        [' ', ..] => (spaced_groups(&number), number.next),
        [separator] => (
            pair(number.pieces[0], number.pieces[1], *separator, convention),
            number.next,
        ),
        separators => (several(&number.pieces, separators), number.next),
    };
    if is_afternoon(tokens, next) {
        let later: Vec<Reading> = readings
            .iter()
            .filter_map(|reading| afternoon(reading))
            .collect();
        readings.extend(later);
    }
    Literal { readings, next }
}

/// `10^6`: its value, or the two numbers it is written with.
fn power(tokens: &[Token], at: usize) -> Option<Literal> {
    let [base, sign, exponent, ..] = tokens.get(at..)? else {
        return None;
    };
    if !sign.is_joined(&['^']) || !exponent.is_digits() || exponent.spaced {
        return None;
    }
    let mut readings = vec![list(&[base.text, exponent.text])];
    let zeros = exponent
        .text
        .parse()
        .ok()
        .filter(|&zeros: &usize| zeros <= MAX_EXPONENT);
    if let Some(zeros) = zeros.filter(|_| base.text == "10") {
        let digits = format!("1{}", "0".repeat(zeros));
        readings.push(vec![Value::Number(Decimal::written(&digits, ""))]);
    }
    Some(Literal {
        readings,
        next: at + 3,
    })
}

/// Digits with the separators between them.
struct Punctuated<'t> {
    pieces: Vec<&'t str>,
    separators: Vec<char>,
    next: usize,
}

/// Digits joined by points and commas, or by spaces into groups of three (`1 234 567,8`).
fn punctuated<'t>(tokens: &[Token<'t>], at: usize) -> Punctuated<'t> {
    let mut number = Punctuated {
        pieces: vec![tokens[at].text],
        separators: vec![],
        next: at + 1,
    };
    let leads = (1..=3).contains(&tokens[at].text.len()) && !tokens[at].text.starts_with('0');
    while let Some(group) = tokens.get(number.next)
        && leads
        && group.is_digits()
        && group.spaced
        && group.text.len() == 3
    {
        number.pieces.push(group.text);
        number.separators.push(' ');
        number.next += 1;
    }
    while let [mark, digits, ..] = &tokens[number.next.min(tokens.len())..]
        && let Kind::Mark(separator @ ('.' | ',')) = mark.kind
        && !mark.spaced
        && digits.is_digits()
        && !digits.spaced
    {
        number.pieces.push(digits.text);
        number.separators.push(separator);
        number.next += 2;
    }
    number
}

/// `7 154`, `1 234,5`: one number, or what the spaces part.
fn spaced_groups(number: &Punctuated) -> Vec<Reading> {
    let groups = number
        .separators
        .iter()
        .take_while(|separator| **separator == ' ')
        .count()
        + 1;
    let (whole, rest) = number.pieces.split_at(groups);
    let fraction = if let [fraction] = rest { fraction } else { "" };
    let joined = vec![Value::Number(Decimal::written(&whole.concat(), fraction))];
    vec![joined, list(&number.pieces)]
}

/// `3,2`, `15.30`, `1,234`.
fn pair(left: &str, right: &str, separator: char, convention: Convention) -> Vec<Reading> {
    let decimal = vec![Value::Number(Decimal::written(left, right))];
    let mut readings = Vec::new();
    let groups = are_groups(&[left, right]);
    if groups && (separator == ',' || convention == Convention::Cyrillic) {
        readings.push(vec![Value::Number(Decimal::written(
            &[left, right].concat(),
            "",
        ))]);
    }
    if !(groups && separator == ',' && convention == Convention::English) {
        readings.push(decimal);
    }
    if separator == '.' {
        readings.extend(time(left, right));
        readings.extend(day_and_month(left, right));
    } else if !groups {
        readings.push(list(&[left, right]));
    }
    readings
}

/// `1,234,567`, `1,234,567.8`, `29.08.2023`, `1.2.3`.
fn several(pieces: &[&str], separators: &[char]) -> Vec<Reading> {
    let mut readings = vec![list(pieces)];
    let Some((last, init)) = separators.split_last() else {
        return readings;
    };
    let Some((fraction, whole)) = pieces.split_last() else {
        return readings;
    };
    let alike = init.iter().all(|separator| separator == &init[0]);
    if alike && *last == init[0] && are_groups(pieces) {
        readings.push(vec![Value::Number(Decimal::written(&pieces.concat(), ""))]);
    } else if alike && *last != init[0] && are_groups(whole) {
        readings.push(vec![Value::Number(Decimal::written(
            &whole.concat(),
            fraction,
        ))]);
    }
    match pieces {
        [year, month, day] if year.len() == 4 => readings.extend(date(day, month, year)),
        [day, month, year] => readings.extend(date(day, month, year)),
        _ => {}
    }
    readings
}

/// Digits without points, commas and groups: alone, or in a fraction, a time or a date.
fn plain_or_joined(tokens: &[Token], at: usize) -> (Vec<Reading>, usize) {
    let first = tokens[at].text;
    let joined = |mark: char, from: usize| match &tokens[from.min(tokens.len())..] {
        [separator, digits, ..] if separator.is_joined(&[mark]) && digits.is_digits() => {
            // A stray space after the colon of a time is common (`23: 00`).
            let near = !digits.spaced || (mark == ':' && digits.text.len() == 2);
            near.then_some(digits.text)
        }
        _ => None,
    };
    if let Some(second) = joined('/', at + 1) {
        if let Some(third) = joined('/', at + 3) {
            let mut readings = vec![list(&[first, second, third])];
            readings.extend(date(first, second, third));
            readings.extend(date(second, first, third));
            return (readings, at + 5);
        }
        let mut readings = vec![list(&[first, second])];
        // A season or an academic year.
        if let (4, 2 | 4, Ok(from @ 1000..=2098)) = (first.len(), second.len(), first.parse()) {
            let to = Value::integer(from + 1);
            if format!("{}", from + 1).ends_with(second) {
                readings.push(vec![Value::integer(from), to]);
            }
        }
        readings.extend(quotient(first, second).into_iter().map(|value| vec![value]));
        return (readings, at + 3);
    }
    if let Some(second) = joined(':', at + 1) {
        let mut readings = time(first, second);
        // A score (`3:2`). One with two equal numbers would be found wherever that number is, so it
        // is left out.
        if first != second || readings.is_empty() {
            readings.push(list(&[first, second]));
        }
        return (readings, at + 3);
    }
    let hour_word = at > 0 && tokens[at - 1].text.to_lowercase() == "сағат";
    if let Some(minute) = spaced_minutes(tokens, at, hour_word) {
        let mut readings = time(first, minute);
        if !readings.is_empty() {
            readings.push(list(&[first, minute]));
            return (readings, at + 2);
        }
    }
    if let (true, Some(minute)) = (hour_word, joined('-', at + 1))
        && joined('-', at + 3).is_none_or(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        let times = time(first, minute);
        if !times.is_empty() {
            let mut readings = times;
            readings.push(list(&[first, minute]));
            return (readings, at + 3);
        }
    }
    if let (4, Some(month)) = (first.len(), joined('-', at + 1))
        && let Some(day) = joined('-', at + 3)
    {
        let dates = date(day, month, first);
        if !dates.is_empty() {
            return (dates, at + 5);
        }
    }
    let mut readings = vec![list(&[first])];
    // 1200 GMT.
    if let (4, Some("GMT" | "UTC" | "hours" | "hrs")) =
        (first.len(), tokens.get(at + 1).map(|token| token.text))
        && let (Some(hour), Some(minute)) = (first.get(..2), first.get(2..))
    {
        readings.extend(time(hour, minute));
    }
    // A year after the letters of a season (`SS19`).
    if let (Some(letters), 2, false, Ok(year)) = (
        at.checked_sub(1).and_then(|before| tokens.get(before)),
        first.len(),
        tokens[at].spaced,
        first.parse::<u64>(),
    ) && letters.text.len() == 2
        && letters.text.chars().all(|c| c.is_ascii_uppercase())
    {
        readings.push(vec![Value::integer(2000 + year)]);
    }
    (readings, at + 1)
}

/// The minutes that a space parts from their hour: `15 00-де`, `сағат 15 30-да`.
fn spaced_minutes<'t>(tokens: &[Token<'t>], at: usize, hour_word: bool) -> Option<&'t str> {
    let minute = tokens
        .get(at + 1)
        .filter(|minute| minute.is_digits() && minute.spaced)?;
    let has_ending = || {
        tokens
            .get(at + 2)
            .is_some_and(|mark| mark.is_joined(&['-']))
    };
    let is_time = minute.text == "00" || (hour_word && has_ending());
    (minute.text.len() == 2 && is_time).then_some(minute.text)
}

/// Every piece as an integer of its own.
fn list(pieces: &[&str]) -> Reading {
    pieces
        .iter()
        .map(|piece| Value::Number(Decimal::written(piece, "")))
        .collect()
}

/// Whether the pieces are a number in groups of three digits.
fn are_groups(pieces: &[&str]) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return false;
    };
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && rest.iter().all(|group| group.len() == 3)
}

/// The value of one or two digits that is at most `limit`.
fn small(piece: &str, limit: u64) -> Option<u64> {
    piece
        .parse()
        .ok()
        .filter(|value| piece.len() <= 2 && *value <= limit)
}

/// Readings of an hour and minutes, on either clock; a full hour may go without its minutes.
pub(super) fn time(hour: &str, minute: &str) -> Vec<Reading> {
    let hour = small(hour, 24).and_then(|hour| u8::try_from(hour).ok());
    let minute = small(minute, 59)
        .filter(|_| minute.len() == 2)
        .and_then(|m| u8::try_from(m).ok());
    let (Some(hour), Some(minute)) = (hour, minute) else {
        return vec![];
    };
    let twelve = match hour {
        0 | 24 => 12,
        13.. => hour - 12,
        _ => hour,
    };
    let mut readings = Vec::new();
    for hour in [hour, twelve] {
        readings.push(vec![Value::Time { hour, minute }]);
        if minute == 0 {
            readings.push(vec![Value::integer(u64::from(hour))]);
        }
    }
    readings
}

/// The time of a `reading` that p.m. follows.
fn afternoon(reading: &[Value]) -> Option<Reading> {
    match reading {
        [
            Value::Time {
                hour: hour @ 1..=11,
                minute,
            },
        ] => Some(vec![Value::Time {
            hour: hour + 12,
            minute: *minute,
        }]),
        [number] => match number.to_integer()? {
            hour @ 1..=11 => Some(vec![Value::integer(hour + 12)]),
            _ => None,
        },
        _ => None,
    }
}

/// Readings of a date; a year of two digits may mean either century.
fn date(day: &str, month: &str, year: &str) -> Vec<Reading> {
    let (Some(day @ 1..), Some(month @ 1..)) = (small(day, 31), small(month, 12)) else {
        return vec![];
    };
    let years = match (year.len(), year.parse::<u64>()) {
        (4, Ok(year)) => vec![year],
        (2, Ok(year)) => vec![1900 + year, 2000 + year, year],
        _ => return vec![],
    };
    let month = u8::try_from(month).map_or(Value::integer(month), Value::Month);
    let reading = |year| vec![Value::integer(day), month.clone(), Value::integer(year)];
    years.into_iter().map(reading).collect()
}

/// `29.08`, `08.2023`.
fn day_and_month(left: &str, right: &str) -> Option<Reading> {
    let month = |piece: &str| {
        small(piece, 12)
            .filter(|month| *month > 0 && piece.len() == 2)
            .and_then(|m| u8::try_from(m).ok())
    };
    if let (4, Ok(year)) = (right.len(), right.parse()) {
        return month(left).map(|month| vec![Value::Month(month), Value::integer(year)]);
    }
    let day = small(left, 31).filter(|day| *day > 0)?;
    Some(vec![Value::integer(day), Value::Month(month(right)?)])
}

/// The value of `3/4`, where it is of few digits, and its percentage, where it is a usual part.
fn quotient(numerator: &str, denominator: &str) -> Vec<Value> {
    let (Some(numerator @ 1..), Some(denominator)) = (small(numerator, 99), small(denominator, 99))
    else {
        return vec![];
    };
    if numerator >= denominator {
        return vec![];
    }
    let share = Share {
        start: 0,
        next: 0,
        numerator,
        denominator,
    };
    let mut values: Vec<Value> = Value::rational(numerator, denominator)
        .into_iter()
        .collect();
    if denominator <= MAX_PART {
        values.extend(share.percentages());
    }
    values
}

/// Fewest and most digits of a telephone number with its code, and fewest groups of them.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=15;
const MIN_PHONE_GROUPS: usize = 3;

/// The telephone number that starts at `at` with `+` or 8, however its digits are grouped, as one
/// number, and the token after it.
fn phone(tokens: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let plus = at > 0 && tokens[at - 1].kind == Kind::Mark('+') && !tokens[at].spaced;
    // The code of an operator is often close to the 8 (`8777 123 45 67`).
    let first = tokens[at].text;
    let has_code = first.len() == 4 && first.starts_with("87");
    if !plus && first != "8" && !has_code {
        return None;
    }
    let (mut digits, mut groups, mut next) = (tokens[at].text.to_owned(), 1, at + 1);
    // Groups of three with nothing but spaces are a large number: 8 000 000 000.
    let mut is_grouped = !plus;
    while digits.len() < *PHONE_DIGITS.end() {
        let marks = tokens[next..].iter().take(3);
        let gap = marks
            .take_while(|token| matches!(token.kind, Kind::Mark('-' | '(' | ')')))
            .count();
        let Some(group) = tokens.get(next + gap).filter(|group| group.is_digits()) else {
            break;
        };
        digits.push_str(group.text);
        is_grouped &= gap == 0 && group.text.len() == 3;
        groups += 1;
        next += gap + 1;
    }
    // The code for calls within the country and from abroad.
    if let Some(rest) = digits.strip_prefix('8').filter(|rest| rest.len() >= 10) {
        digits = format!("7{rest}");
    }
    (groups >= MIN_PHONE_GROUPS && !is_grouped && PHONE_DIGITS.contains(&digits.len()))
        .then(|| (Decimal::written(&digits, ""), next))
}

/// A telephone number of Kazakhstan whose digits are not grouped, as it is called from abroad.
fn joined_phone(token: &Token) -> Option<Decimal> {
    let rest = token
        .text
        .strip_prefix('8')
        .filter(|rest| rest.starts_with('7'))?;
    (rest.len() == 10).then(|| Decimal::written(&format!("7{rest}"), ""))
}

/// Whether token `at` begins `p.m.`, in any spelling.
fn is_afternoon(tokens: &[Token], at: usize) -> bool {
    let is = |at: usize, text: &str| {
        tokens
            .get(at)
            .is_some_and(|t| t.text.eq_ignore_ascii_case(text))
    };
    is(at, "pm") || (is(at, "p") && is(at + 1, ".") && is(at + 2, "m"))
}

#[cfg(test)]
mod tests {
    use super::super::token::{plain, tokens};
    use super::*;

    fn readings(text: &str, convention: Convention) -> Vec<String> {
        let text = plain(text).text;
        let tokens = tokens(&text, &crate::language::KAZAKH);
        let show = |value: &Value| match value {
            Value::Number(number) => number
                .to_integer()
                .map_or_else(|| format!("{number:?}"), |integer| integer.to_string()),
            Value::Month(month) => format!("month {month}"),
            Value::Time { hour, minute } => format!("{hour}:{minute:02}"),
            other => format!("{other:?}"),
        };
        let readings = literal(&tokens, 0, convention).readings;
        readings
            .iter()
            .map(|reading| reading.iter().map(show).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn groups_of_three_are_one_number() {
        assert!(readings("7 154 адам", Convention::Cyrillic).contains(&"7154".to_owned()));
        assert_eq!(readings("7,154 people", Convention::English), ["7154"]);
        assert!(readings("1,234,567", Convention::English).contains(&"1234567".to_owned()));
        assert!(readings("1.234.567", Convention::Cyrillic).contains(&"1234567".to_owned()));
    }

    #[test]
    fn dates_name_their_month() {
        for text in [
            "29.08.2023",
            "2023.08.29",
            "2023-08-29",
            "29/08/2023",
            "08/29/2023",
        ] {
            let readings = readings(text, Convention::Cyrillic);
            assert!(
                readings.contains(&"29 month 8 2023".to_owned()),
                "{text}: {readings:?}"
            );
        }
    }

    #[test]
    fn times_are_read_on_either_clock() {
        assert!(readings("22:30", Convention::Cyrillic).contains(&"10:30".to_owned()));
        assert!(readings("15:00", Convention::Cyrillic).contains(&"3".to_owned()));
        assert!(readings("3 p.m.", Convention::English).contains(&"15".to_owned()));
        assert!(readings("7.55am", Convention::English).contains(&"7:55".to_owned()));
        assert_eq!(readings("3 am", Convention::English), ["3"]);
    }
}
