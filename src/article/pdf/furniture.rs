//! What a page has around its text: page numbers, running heads, and the head and foot that a browser
//! prints.

use std::collections::{HashMap, HashSet};

use super::layout::Line;
use super::page_numbers::is_page_number;
use crate::text::squeeze;

/// Lines at the top and at the bottom of a page that may be its head or foot.
const OUTERMOST: usize = 2;
/// A head or foot is on this many pages at least, at the same height within this distance in points. On fewer
/// than are sure, it has to be further from the text than lines are from each other, and nothing of any page
/// is beyond it.
const MIN_PAGES: usize = 2;
const SURE_PAGES: usize = 3;
const SAME_HEIGHT: f64 = 3.0;
/// How far it is from the text at least, as a multiple of its size.
const MIN_DISTANCE: f64 = 1.6;

/// What a browser prints above and below a page.
#[derive(Debug, Default)]
pub(super) struct Print {
    /// The page's title, with the site's name if it has it.
    pub title: Option<String>,
    pub url: Option<String>,
    /// The day it was printed, as `YYYY-MM-DD`.
    pub day: Option<String>,
}

/// Takes the heads and feet out of the lines; what a browser printed there is returned.
pub(super) fn take(lines: &mut Vec<Line>) -> Print {
    let mut print = Print::default();
    let outermost = outermost(lines);
    let is_outer = |at: &usize| outermost.contains(at);
    let is_print = lines
        .iter()
        .enumerate()
        .any(|(at, line)| is_outer(&at) && foot_address(&line.text).is_some());
    let repeated = repeated(lines, &outermost);
    let mut at = 0;
    lines.retain(|line| {
        let outer = outermost.contains(&at);
        let is_repeated = repeated.contains(&at);
        at += 1;
        if is_print && outer {
            if let Some(address) = foot_address(&line.text) {
                print.url.get_or_insert_with(|| address.to_owned());
                return false;
            }
            if let Some((day, title)) = print_head(&line.text) {
                print.day = print.day.take().or(day);
                print.title.get_or_insert_with(|| squeeze(title));
                return false;
            }
        }
        !(is_repeated || outer && is_page_number(&line.text))
    });
    print
}

/// The positions of the lines that are the first or last of their page by height.
fn outermost(lines: &[Line]) -> HashSet<usize> {
    let mut pages: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        pages.entry(line.page).or_default().push(at);
    }
    let height = |at: &usize| lines.get(*at).map_or(0.0, |line| line.y);
    let mut outermost = HashSet::new();
    for mut page in pages.into_values() {
        page.sort_by(|one, other| height(one).total_cmp(&height(other)));
        outermost.extend(page.iter().take(OUTERMOST));
        outermost.extend(page.iter().rev().take(OUTERMOST));
    }
    outermost
}

/// Outermost lines that are on several pages with the same words, whatever their numbers; without words, with
/// the same numbers.
fn repeated(lines: &[Line], outermost: &HashSet<usize>) -> HashSet<usize> {
    let mut alike: HashMap<(String, i64), Vec<usize>> = HashMap::new();
    let mut ordered: Vec<usize> = outermost.iter().copied().collect();
    ordered.sort_unstable();
    for at in ordered {
        let Some(line) = lines.get(at) else { continue };
        let letters: String = line.text.chars().filter(|c| c.is_alphabetic()).collect();
        let words = if letters.is_empty() {
            squeeze(&line.text)
        } else {
            letters
        };
        let height = (line.y / SAME_HEIGHT).round() as i64;
        alike.entry((words, height)).or_default().push(at);
    }
    let pages = |places: &Vec<usize>| {
        let pages = places.iter().filter_map(|&at| lines.get(at));
        pages.map(|line| line.page).collect::<HashSet<_>>().len()
    };
    let margins = Margins::of(lines);
    let is_in_margin = |at: &usize| lines.get(*at).is_some_and(|line| margins.have(line));
    let heads = alike.into_values().filter(|places| {
        let pages = pages(places);
        pages >= SURE_PAGES || pages >= MIN_PAGES && places.iter().all(is_in_margin)
    });
    heads.flatten().collect()
}

/// The heights of a document's lines.
struct Margins {
    /// Of each page, from below.
    pages: HashMap<u32, Vec<f64>>,
    lowest: f64,
    highest: f64,
}

impl Margins {
    fn of(lines: &[Line]) -> Self {
        let mut pages: HashMap<u32, Vec<f64>> = HashMap::new();
        for line in lines {
            pages.entry(line.page).or_default().push(line.y);
        }
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for heights in pages.values_mut() {
            heights.sort_by(f64::total_cmp);
            // Above and below a head or foot there may be another one.
            let (low, high) = (heights.get(1), heights.iter().rev().nth(1));
            lowest = low.map_or(lowest, |&low| low.min(lowest));
            highest = high.map_or(highest, |&high| high.max(highest));
        }
        Self {
            pages,
            lowest,
            highest,
        }
    }

    /// Whether a line is beyond the text of all pages and away from that of its own.
    fn have(&self, line: &Line) -> bool {
        let Some(heights) = self.pages.get(&line.page) else {
            return false;
        };
        let distance = MIN_DISTANCE * line.size();
        let is_away =
            |next: Option<&f64>| next.is_some_and(|next| (next - line.y).abs() > distance);
        let below = heights.partition_point(|&height| height < line.y - SAME_HEIGHT);
        let above = heights.partition_point(|&height| height <= line.y + SAME_HEIGHT);
        let is_head = line.y + SAME_HEIGHT > self.highest
            && is_away(below.checked_sub(1).and_then(|below| heights.get(below)));
        let is_foot = line.y - SAME_HEIGHT < self.lowest && is_away(heights.get(above));
        is_head || is_foot
    }
}

/// `https://egemen.kz/article/1 1/2`: the address, and which of how many pages it is.
fn foot_address(text: &str) -> Option<&str> {
    let (address, pages) = text.trim().rsplit_once(char::is_whitespace)?;
    let (page, of) = pages.split_once('/')?;
    let is_number = |part: &str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let address = address.trim();
    let is_address = ["http://", "https://", "file://", "ﬁle://"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
        && !address.contains(char::is_whitespace);
    (is_number(page) && is_number(of) && is_address).then_some(address)
}

/// `11/28/26, 10:24 PM The title`: the day, if it is clear, and the title.
fn print_head(text: &str) -> Option<(Option<String>, &str)> {
    let (date, rest) = text.trim().split_once([',', ' '])?;
    let rest = rest.trim_start();
    let (time, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (hour, minute) = time.split_once(':')?;
    let is_digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = date.split(['/', '.']);
    let [first, second, year] = [parts.next()?, parts.next()?, parts.next()?];
    let is_date = is_digits(first) && is_digits(second) && matches!(year.len(), 2 | 4);
    if !(is_date && is_digits(hour) && is_digits(minute)) {
        return None;
    }
    let after = after.trim_start();
    let american = ["AM", "PM"]
        .iter()
        .find_map(|half| after.strip_prefix(half));
    // Only the clock of twelve hours shows that the month comes first.
    let day = match american {
        Some(_) => crate::article::date::find(&format!("{second}.{first}.{year}")),
        None if date.contains('.') => crate::article::date::find(date),
        None => None,
    };
    Some((day, american.unwrap_or(after).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_and_foot_of_a_print_are_known() {
        assert_eq!(
            print_head("11/28/26, 10:24 PM Көпір ашылды — Хабар"),
            Some((Some("2026-11-28".to_owned()), "Көпір ашылды — Хабар"))
        );
        assert_eq!(
            print_head("28.11.2026, 22:24 Көпір ашылды"),
            Some((Some("2026-11-28".to_owned()), "Көпір ашылды"))
        );
        assert_eq!(print_head("Жиын сағат 10:24 басталды"), None);
        assert_eq!(
            foot_address("https://a.example/b 1/2"),
            Some("https://a.example/b")
        );
        assert_eq!(foot_address("Барлығы 1/2"), None);
    }
}
