//! Times of the day: time stamps with an offset, and lines that say when something was published.

use super::{days_of, find, is_next_to_dates, is_only_date, iso};

/// Minutes by which Kazakhstan's clocks are ahead of UTC: since 1 March 2024, and before. The western
/// regions had the first all the time; a time stamp does not tell the region.
const OFFSET: i32 = 5 * 60;
const OFFSET_BEFORE: i32 = 6 * 60;
/// When the clocks were put back: midnight before 1 March 2024, in UTC.
const CHANGE: (u32, u32, u32, i32) = (2024, 2, 29, 18 * 60);

const MINUTES_OF_A_DAY: i32 = 24 * 60;
/// Days that need no date on the page itself.
#[rustfmt::skip]
const RELATIVE: &[&str] = &[
    "бүгін", "кеше", "búgin", "bügin", "keshe", "keşe", "сегодня", "вчера", "today", "yesterday",
];
/// Units of `2 сағат бұрын`, by how they begin.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "секунд", "минут", "мин", "сағат", "күн", "апта", "ай", "час", "день", "дня", "дней", "недел",
    "месяц", "second", "min", "hour", "day", "week", "month",
];
const AGO: &[&str] = &["бұрын", "назад", "ago"];

/// The day in Kazakhstan on which a time stamp falls, as `YYYY-MM-DD`: that of
/// `2024-01-27T20:30:00Z` is 28 January. Without a time and an offset it is the day as written, and
/// so it is at midnight sharp, which is how programs write a day without a time.
pub fn day_in_kazakhstan(stamp: &str) -> Option<String> {
    if let Some(spelt) = of_digits(stamp) {
        return day_in_kazakhstan(&spelt);
    }
    let day = find(stamp)?;
    Some(moved(&day, stamp).unwrap_or(day))
}

/// The day of a date that a line states: that of a program's time stamp in Kazakhstan, else as written.
pub(crate) fn stated(value: &str) -> Option<String> {
    let is_stamp = value.trim_start().split('-').next().is_some_and(is_year);
    if is_stamp {
        day_in_kazakhstan(value)
    } else {
        find(value)
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A time stamp without signs (`20240127`, `20240127T203000Z`, `20240127203000`) with them.
fn of_digits(stamp: &str) -> Option<String> {
    let stamp = stamp.trim();
    let end = stamp.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = stamp.split_at_checked(end.unwrap_or(stamp.len()))?;
    let (day, time, zone) = match digits.len() {
        8 => match rest.strip_prefix(['T', ' ']) {
            Some(time) if !time.contains(':') => {
                let end = time.find(|c: char| !c.is_ascii_digit());
                let (time, zone) = time.split_at_checked(end.unwrap_or(time.len()))?;
                (digits, time, zone)
            }
            Some(time) => (digits, "", time),
            None => (digits, "", rest),
        },
        12 | 14 => (digits.get(..8)?, digits.get(8..)?, rest),
        _ => return None,
    };
    let [year, month, date] = [day.get(..4)?, day.get(4..6)?, day.get(6..)?];
    iso(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?)?;
    let time = match (time.get(..2), time.get(2..4)) {
        (Some(hour), Some(minute)) => format!("T{hour}:{minute}"),
        _ if zone.contains(':') => "T".to_owned(),
        _ => String::new(),
    };
    Some(format!("{year}-{month}-{date}{time}{zone}"))
}

/// The day that `day` becomes by the time and offset of its time stamp; `None` without them.
fn moved(day: &str, stamp: &str) -> Option<String> {
    let (minutes, after) = clock(stamp)?;
    let offset = offset(after)?;
    if minutes == 0 {
        return None;
    }
    let (year, month, date) = parts(day)?;
    let (year, month, date, minutes) = normal(year, month, date, minutes - offset);
    let ahead = if (year, month, date, minutes) < CHANGE {
        OFFSET_BEFORE
    } else {
        OFFSET
    };
    let (year, month, date, _) = normal(year, month, date, minutes + ahead);
    iso(year, month, date)
}

/// The day before a day, both as `YYYY-MM-DD`.
pub fn day_before(day: &str) -> Option<String> {
    let (year, month, date) = parts(day)?;
    let (year, month, date, _) = normal(year, month, date, -1);
    iso(year, month, date)
}

/// Whether two days, as `YYYY-MM-DD`, are the same or follow one another.
pub fn are_neighbours(one: &str, other: &str) -> bool {
    let is_before = |day: &str, next: &str| day_before(next).is_some_and(|before| before == day);
    one == other || is_before(one, other) || is_before(other, one)
}

/// Year, month and day of `YYYY-MM-DD`.
fn parts(day: &str) -> Option<(u32, u32, u32)> {
    let mut parts = day.split('-').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// A day and minutes that may be less than none or more than a day has, at most by one day.
fn normal(year: u32, month: u32, day: u32, minutes: i32) -> (u32, u32, u32, i32) {
    if minutes < 0 {
        let (year, month, day) = match (month, day) {
            (1, 1) => (year.saturating_sub(1), 12, 31),
            (_, 1) => (year, month - 1, days_of(year, month - 1)),
            _ => (year, month, day - 1),
        };
        return (year, month, day, minutes + MINUTES_OF_A_DAY);
    }
    if minutes < MINUTES_OF_A_DAY {
        return (year, month, day, minutes);
    }
    let (year, month, day) = match (month, day) {
        (12, 31) => (year + 1, 1, 1),
        _ if day >= days_of(year, month) => (year, month + 1, 1),
        _ => (year, month, day + 1),
    };
    (year, month, day, minutes - MINUTES_OF_A_DAY)
}

/// The first time of the day in `text`, in minutes, and what follows it; seconds are dropped.
fn clock(text: &str) -> Option<(i32, &str)> {
    let (before, after) = text.split_once(':')?;
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let hour: i32 = before.get(before.len() - digits..)?.parse().ok()?;
    let minute: i32 = after.get(..2)?.parse().ok()?;
    if !((1..=2).contains(&digits) && (0..24).contains(&hour) && (0..60).contains(&minute)) {
        return None;
    }
    let mut rest = after.get(2..)?;
    for separator in [':', '.'] {
        if let Some(seconds) = rest.strip_prefix(separator) {
            rest = seconds.trim_start_matches(|digit: char| digit.is_ascii_digit());
        }
    }
    Some((hour * 60 + minute, rest))
}

/// The offset from UTC, in minutes, that stands at the beginning of `text`: `Z`, `+06:00`, `+0600`,
/// `GMT`, `GMT+6`.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim_start();
    let named = ["Z", "GMT", "UTC"]
        .iter()
        .find_map(|name| text.strip_prefix(name));
    let after = named.unwrap_or(text).trim_start();
    let Some((sign, digits)) = after.strip_prefix('+').map_or_else(
        || Some((-1, after.strip_prefix(['-', '−'])?)),
        |digits| Some((1, digits)),
    ) else {
        return named.map(|_| 0);
    };
    let end = digits
        .find(|digit: char| !(digit.is_ascii_digit() || digit == ':'))
        .unwrap_or(digits.len());
    let digits = digits[..end].replace(':', "");
    let number: i32 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => number * 60,
        3 | 4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    (minutes <= 14 * 60).then_some(sign * minutes)
}

/// Whether `text` says when something was published, and nothing else: a date, a time of the day, a
/// time zone, `Бүгін, 12:30`, `2 сағат бұрын`, `27 қаңтар, 12:30`. Which day the last three mean is known
/// only to who saw the page.
pub fn is_timestamp(text: &str) -> bool {
    is_only_date(text) || is_relative(text) || is_time(text) || is_day_of_a_year(text)
}

/// Whether a text is a word for a day that needs no date.
pub(super) fn is_day(text: &str) -> bool {
    RELATIVE.contains(&text.trim().to_lowercase().as_str())
}

/// A day without its year, and a time.
fn is_day_of_a_year(text: &str) -> bool {
    clock(text).is_some() && is_only_date(&format!("{text} 2000"))
}

/// Words of letters and numbers, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

fn is_number(word: &str) -> bool {
    word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_relative(text: &str) -> bool {
    let all = || words(text);
    let today = all().any(|word| RELATIVE.contains(&word.as_str()));
    if today {
        return clock(text).is_some()
            && all().all(|word| {
                let word = word.as_str();
                RELATIVE.contains(&word) || is_number(word) || is_next_to_dates(word)
            });
    }
    let is_unit = |word: &str| UNITS.iter().any(|unit| word.starts_with(unit));
    let mut rest = all();
    let first = rest.next().is_some_and(|word| is_number(&word));
    let unit = rest.next().is_some_and(|word| is_unit(&word));
    let ago = rest.next().is_some_and(|word| AGO.contains(&word.as_str()));
    first && unit && ago && rest.next().is_none()
}

/// `10:15`, `10:15:30`, `сағат 10:15`, `GMT +5`, `10:15 (UTC+5)`.
fn is_time(text: &str) -> bool {
    let has_clock = clock(text).is_some();
    let zone = text.trim_matches(|c: char| c == '(' || c == ')' || c.is_whitespace());
    let is_zone =
        zone.starts_with(char::is_alphabetic) && zone.contains(|c: char| c.is_ascii_digit());
    (has_clock || is_zone && offset(zone).is_some())
        && words(text).all(|word| is_number(&word) || is_next_to_dates(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stamp_falls_on_a_day_in_kazakhstan() {
        for (stamp, day) in [
            ("2024-01-27T17:59:00Z", "2024-01-27"),
            ("2024-01-27T18:00:00Z", "2024-01-28"),
            ("2024-01-27T20:30:00+00:00", "2024-01-28"),
            ("2024-01-27T20:30:00.000Z", "2024-01-28"),
            ("2024-01-27T23:30:00+06:00", "2024-01-27"),
            ("2023-12-31T23:10:00+0300", "2024-01-01"),
            ("2024-05-01T01:00:00+09:00", "2024-04-30"),
            ("Sun, 31 Mar 2024 19:30:00 GMT", "2024-04-01"),
            ("Sat, 27 Jan 2024 18:30:00 +0000", "2024-01-28"),
            // The clocks were put back by an hour at the end of 29 February 2024.
            ("2024-02-28T18:30:00Z", "2024-02-29"),
            ("2024-02-29T17:59:00Z", "2024-02-29"),
            ("2024-02-29T18:30:00Z", "2024-02-29"),
            ("2024-02-29T19:00:00Z", "2024-03-01"),
            ("2024-06-30T18:59:00Z", "2024-06-30"),
            ("2024-06-30T19:00:00Z", "2024-07-01"),
        ] {
            assert_eq!(day_in_kazakhstan(stamp).as_deref(), Some(day), "{stamp}");
        }
    }

    #[test]
    fn without_a_time_or_an_offset_the_day_is_as_written() {
        for stamp in [
            "2024-06-10",
            "2024-06-10T23:50:00",
            "10.06.2024 23:50",
            "2024-06-10T00:00:00+06:00",
            "2024-06-10T00:00:00Z",
            "2024-06-10T99:99:00Z",
            "2024-06-10T1111111111:22:00Z",
        ] {
            assert_eq!(
                day_in_kazakhstan(stamp).as_deref(),
                Some("2024-06-10"),
                "{stamp}"
            );
        }
        assert_eq!(day_in_kazakhstan("20:30:00Z"), None);
    }

    #[test]
    fn time_stamps_without_signs_are_read() {
        for (stamp, day) in [
            ("20240127", Some("2024-01-27")),
            ("20240127203000", Some("2024-01-27")),
            ("20240127T203000Z", Some("2024-01-28")),
            ("20240127T20:30:00Z", Some("2024-01-28")),
            ("20241327", None),
            ("87012345678", None),
            ("2024012", None),
        ] {
            assert_eq!(day_in_kazakhstan(stamp).as_deref(), day, "{stamp}");
        }
    }

    #[test]
    fn lines_that_say_when_are_time_stamps() {
        for line in [
            "18:11, 27 Қаңтар 2024",
            "18:11, 27 Қаңтар 2024 (GMT +5)",
            "GMT +5",
            "UTC+05:00",
            "18:11",
            "10:15:30",
            "сағат 10:15",
            "Бүгін, 12:30",
            "Кеше, сағат 18:05",
            "Сегодня в 12:30",
            "2 сағат бұрын",
            "5 минут назад",
        ] {
            assert!(is_timestamp(line), "{line}");
        }
        for line in [
            "Бүгін",
            "Бүгін 12 мектеп ашылды",
            "Бүгін 12:30 жиын басталды",
            "Екі сағат бұрын",
            "GMT",
            "+5",
            "3:2",
            "2024",
            "",
        ] {
            assert!(!is_timestamp(line), "{line}");
        }
    }

    #[test]
    fn days_follow_one_another_across_months_and_years() {
        for (one, other, near) in [
            ("2024-01-27", "2024-01-27", true),
            ("2023-12-31", "2024-01-01", true),
            ("2024-02-28", "2024-03-01", false),
            ("2024-02-29", "2024-03-01", true),
            ("2023-02-28", "2023-03-01", true),
            ("2024-01-27", "2024-01-29", false),
        ] {
            assert_eq!(are_neighbours(one, other), near, "{one} {other}");
            assert_eq!(are_neighbours(other, one), near, "{other} {one}");
        }
    }
}
