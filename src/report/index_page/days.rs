//! Days and months as the pages name them, and the strip that leads to them.

use std::collections::BTreeMap;

use super::Day;
use crate::language::english_month;

/// With more days than this, the strip has months.
const MAX_DAYS: usize = 31;

/// What is known of the articles of a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayCount {
    pub articles: usize,
    /// The part that has its first article, if that is not on the first page.
    pub part: Option<usize>,
}

/// An entry of the strip: a day or a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub name: String,
    pub articles: usize,
    /// Its newest and its oldest day.
    pub newest: Day,
    pub oldest: Day,
    /// The part that has its first article, if that is not on the first page.
    pub part: Option<usize>,
}

/// The entries of the strip, the newest first: each day or, if there are too many, each month; at its
/// end what has no date.
pub(super) fn places(days: &BTreeMap<Day, DayCount>) -> Vec<Place> {
    let by_month = days.len() > MAX_DAYS;
    let dated = days.iter().rev().filter(|(day, _)| day.is_some());
    let mut places: Vec<Place> = Vec::new();
    for (&day, count) in dated.chain(days.get_key_value(&None)) {
        let name = match day {
            Some(day) if by_month => month_written_out(day),
            Some(day) => written_out(day),
            None => String::from("no date"),
        };
        match places.last_mut() {
            Some(last) if last.name == name => {
                last.articles += count.articles;
                last.oldest = day;
            }
            _ => places.push(Place {
                name,
                articles: count.articles,
                newest: day,
                oldest: day,
                part: count.part,
            }),
        }
    }
    places
}

/// From the first day to the last.
pub(super) fn span(days: &BTreeMap<Day, DayCount>) -> Option<(u32, u32)> {
    let mut dated = days.keys().flatten();
    let first = *dated.next()?;
    Some((first, dated.next_back().copied().unwrap_or(first)))
}

/// The `id` of a day's section.
pub(super) fn section_id(day: Day) -> String {
    day.map_or_else(|| String::from("no-date"), |day| format!("d-{}", iso(day)))
}

/// 2023-08-29.
pub(super) fn iso(day: u32) -> String {
    format!("{}-{:02}", iso_month(day), day % 100)
}

/// 2023-08.
pub(super) fn iso_month(day: u32) -> String {
    format!("{:04}-{:02}", day / 10_000, day / 100 % 100)
}

/// 29 August 2023.
pub(super) fn written_out(day: u32) -> String {
    match month_name(day) {
        Some(month) => format!("{} {month} {}", day % 100, day / 10_000),
        None => iso(day),
    }
}

/// August 2023.
pub(super) fn month_written_out(day: u32) -> String {
    match month_name(day) {
        Some(month) => format!("{month} {}", day / 10_000),
        None => iso_month(day),
    }
}

fn month_name(day: u32) -> Option<&'static str> {
    u8::try_from(day / 100 % 100).ok().and_then(english_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_days_are_listed_as_months() {
        let count = |part| DayCount { articles: 1, part };
        let mut days: BTreeMap<Day, DayCount> = (1..=28)
            .flat_map(|day| {
                [
                    (Some(20_230_700 + day), Some(1)),
                    (Some(20_230_800 + day), None),
                ]
            })
            .map(|(day, part)| (day, count(part)))
            .collect();
        days.insert(None, count(Some(2)));
        let names: Vec<(String, usize, Day, Day, Option<usize>)> = places(&days)
            .into_iter()
            .map(|place| {
                (
                    place.name,
                    place.articles,
                    place.newest,
                    place.oldest,
                    place.part,
                )
            })
            .collect();
        let month = |name: &str, first: u32, part| {
            (name.to_owned(), 28, Some(first + 27), Some(first), part)
        };
        assert_eq!(
            names,
            [
                month("August 2023", 20_230_801, None),
                month("July 2023", 20_230_701, Some(1)),
                (String::from("no date"), 1, None, None, Some(2)),
            ]
        );
        assert_eq!(span(&days), Some((20_230_701, 20_230_828)));
    }

    #[test]
    fn a_day_that_no_calendar_has_is_written_in_digits() {
        assert_eq!(written_out(20_230_829), "29 August 2023");
        assert_eq!(written_out(20_239_901), "2023-99-01");
        assert_eq!(month_written_out(20_239_901), "2023-99");
    }
}
