//! Lines of their own near the headline that state when an article was published, by whom, in which section,
//! and how often it was read.

use super::{Facts, Region, number};
use crate::article::html::byline;
use crate::article::{Metadata, ParagraphKind, byline as article_byline, date, metadata};

/// Blocks at the beginning of the text among which a date may be.
const HEAD_BLOCKS: usize = 3;
/// Maximum words of a key that is parted from its value.
const MAX_KEY: usize = 3;

impl Region<'_> {
    /// Statements in lines of their own near the headline: a date, a section beside it.
    pub(super) fn lines(&self, facts: &mut Facts) -> (Option<String>, Option<String>) {
        let (mut day, mut section) = (None, None);
        let first = self.chosen.first().copied().unwrap_or(self.around.start);
        let last = self.chosen.last().map_or(self.around.end, |last| last + 1);
        let headline = self.headline.map_or(first, |at| {
            self.blocks.partition_point(|block| block.nodes.start < at)
        });
        let head = headline.min(first)..(first + HEAD_BLOCKS).min(self.around.end);
        let above = self.around.start..headline.min(first);
        let below = last.saturating_sub(2).max(head.end)..self.around.end;
        for at in head.chain(above.rev().take(4)).chain(below) {
            let Some(block) = self.blocks.get(at) else {
                continue;
            };
            let place = block.nodes.start;
            if block.letters > 120
                || !(self.is_inside(place) || self.is_beside(self.page.parent(place)))
            {
                continue;
            }
            let texts = if block.is_prose() {
                vec![block.text.clone()]
            } else {
                with_keys(byline::parts(self.page, block.nodes.clone()))
            };
            let parts: Vec<&str> = texts
                .iter()
                .flat_map(|text| statements(text))
                .flat_map(with_section)
                .map(|part| without_place(part.trim()))
                .flat_map(with_name)
                .filter(|part| !part.is_empty() && !byline::is_before_statement(part))
                .collect();
            // A name with a role right below the headline, and one after a word that says who wrote.
            let is_between = at < first && headline <= at;
            let with_role = |part| Some(byline::with_role(part)?).filter(|_| is_between);
            if let [part] = parts[..]
                && facts.author.is_none()
                && !block.is_prose()
                && let Some(name) = article_byline::named_by_word(part).or_else(|| with_role(part))
            {
                facts.author = Some(name.to_owned());
                facts.stated.push(block.nodes.clone());
                continue;
            }
            if let [part] = parts[..]
                && section.is_none()
                && metadata::is_section(part)
                && self.is_beside_statement(at)
            {
                section = self.section(part);
                facts.stated.push(block.nodes.clone());
                continue;
            }
            if let Some(stated) = self.stated_by(&parts, facts.author.as_deref()) {
                let is_change = byline::is_change(&block.text);
                let found = stated.date.filter(|_| !is_change);
                let found = found.or_else(|| self.day(&block.text));
                let is_new = day.is_none()
                    || section.is_none() && stated.section.is_some()
                    || facts.author.is_none() && stated.author.is_some()
                    || facts.views.is_none() && stated.views.is_some();
                if !is_new {
                    continue;
                }
                day = day.or(found);
                section = section.or(stated.section);
                let named = stated.author.as_deref();
                let named = named.and_then(|name| byline::clean(name, &self.evidence.sites));
                facts.author = facts.author.take().or(named);
                facts.views = facts.views.or(stated.views).or_else(|| bare_count(&parts));
                facts.stated.push(block.nodes.clone());
                if !self.chosen.contains(&at) {
                    facts.lines.push(block.text.clone());
                }
                continue;
            }
            // One part that is neither known nor a number: a section or an author.
            let is_known = |part: &str| {
                date::is_only_date(part)
                    || metadata::is_metadata(part) && !metadata::is_section(part)
                    || is_count(part)
            };
            let mut others = parts
                .iter()
                .filter(|part| !is_known(part) && !is_number(part));
            let other = others.next();
            let has_moment = parts.iter().any(|part| says_when(part));
            if !has_moment {
                continue;
            }
            if others.next().is_some() {
                // What the others are is not known.
                let found = parts.iter().find_map(|part| date::find(part));
                let is_above = !self.chosen.contains(&at);
                if found.is_some() && is_above && !byline::is_change(&block.text) {
                    day = day.or(found);
                    let known = parts.iter().find(|part| metadata::is_section(part));
                    section = section.or_else(|| self.section(known?));
                    facts.lines.push(block.text.clone());
                }
                continue;
            }
            let count = parts.iter().find(|part| is_count(part));
            facts.views = facts.views.or_else(|| number(count?));
            let found = parts.iter().find_map(|part| date::find(part));
            let found = found.filter(|_| !byline::is_change(&block.text));
            let found = found.or_else(|| self.day(&block.text));
            if found.is_none() && !self.chosen.contains(&at) {
                // The day is not known; the words are kept.
                facts.lines.push(block.text.clone());
            }
            day = day.or(found);
            let Some(name) = other else {
                facts.stated.push(block.nodes.clone());
                continue;
            };
            if let Some(name) = article_byline::persons(name) {
                facts.author.get_or_insert_with(|| name.to_owned());
                facts.stated.push(block.nodes.clone());
            } else if article_byline::is_place_name(name) {
                facts.stated.push(block.nodes.clone());
            } else if let Some(name) = self.section(name) {
                section.get_or_insert(name);
                facts.stated.push(block.nodes.clone());
            }
        }
        (day, section)
    }

    /// Whether the item before or after a block, in one list with it, says when or how often read.
    fn is_beside_statement(&self, at: usize) -> bool {
        let list = |at: usize| {
            let block = self.blocks.get(at)?;
            let is_item = block.kind == Some(ParagraphKind::List);
            is_item.then(|| self.page.parent(block.element))
        };
        let beside = [at.checked_sub(1), at.checked_add(1)];
        let mut beside = beside.into_iter().flatten();
        list(at).is_some()
            && beside.any(|near| {
                let text = self.blocks.get(near).map_or("", |block| &block.text);
                list(near) == list(at)
                    && (date::is_timestamp(text)
                        || says_when(text)
                        || is_count(text)
                        || date::is_only_date(&format!("{text} 2000")))
            })
    }

    /// What the parts of a line state, if all of them are statements of which one says when, or whose, or
    /// how often read; a picture's credit alone states nothing of the article.
    fn stated_by(&self, parts: &[&str], author: Option<&str>) -> Option<Metadata> {
        let others: Vec<&str> = parts
            .iter()
            .copied()
            .filter(|part| Some(*part) != author)
            .collect();
        let mut stated = metadata::statement(&others.join(" | "))?;
        let when = parts.iter().any(|part| says_when(part));
        stated.section = stated.section.and_then(|name| self.section(&name));
        let has_key = |part: &&str| part.contains(':');
        let is_keyed = stated.section.is_some() && parts.iter().all(has_key);
        let is_sure = when || stated.author.is_some() || stated.views.is_some() || is_keyed;
        is_sure.then_some(stated)
    }
}

/// The parts of a line, a key with its value.
fn with_keys(parts: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(key) if ends_in_key(key) => {
                key.push(' ');
                key.push_str(&part);
            }
            _ => joined.push(part),
        }
    }
    joined
}

/// Whether a part of a line ends in a key, which can be behind other statements (`Оқылды: 5 | Қосқан:`).
fn ends_in_key(part: &str) -> bool {
    let last = part.rsplit(['|', '•', '·']).next().unwrap_or_default();
    last.ends_with(':') && last.split_whitespace().count() <= MAX_KEY
}

/// The parts of a line between signs; a slash between digits is a date's.
fn statements(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    let mut rest = text.char_indices().peekable();
    while let Some((at, sign)) = rest.next() {
        let after = rest.peek().map_or(' ', |&(_, after)| after);
        let in_date = sign == '/' && before.is_ascii_digit() && after.is_ascii_digit();
        if matches!(sign, '|' | '•' | '·' | '/' | '—' | '●') && !in_date {
            parts.extend(text.get(start..at));
            start = at + sign.len_utf8();
        }
        before = sign;
    }
    parts.extend(text.get(start..));
    parts
}

/// Whether a part of a line is a date, with or without a time, or a moment whose day it does not tell
/// (`Бүгін, 12:30`); a time alone can be a score.
fn says_when(part: &str) -> bool {
    date::is_timestamp(part) && part.contains(char::is_alphabetic)
        || metadata::statement(part).is_some_and(|said| said.date.is_some())
}

/// A date and the section after it, which nothing parts (`27.01.2024 09:15 Қоғам`).
fn with_section(part: &str) -> Vec<&str> {
    let part = part.trim();
    let gaps = part.char_indices().rev().filter(|(_, c)| c.is_whitespace());
    let mut pairs = gaps
        .take(MAX_KEY)
        .filter_map(|(at, _)| part.split_at_checked(at));
    let found =
        pairs.find(|(day, name)| metadata::is_section(name.trim()) && date::is_only_date(day));
    found.map_or(vec![part], |(day, name)| vec![day, name])
}

/// A date without the place after it (`27 қаңтар 2024, Қарағанды`).
fn without_place(part: &str) -> &str {
    match part.rsplit_once(", ") {
        Some((day, place))
            if date::is_only_date(day)
                && place.starts_with(char::is_uppercase)
                && place.split_whitespace().count() <= 2 =>
        {
            day
        }
        _ => part,
    }
}

/// A name and the date after it, which a comma parts (`Қоғам, 27 қаңтар 2024`); one that is no section that sites have
/// and no person is a place, of which the date is left (`Үржар, 27 қаңтар 2024`).
fn with_name(part: &str) -> Vec<&str> {
    let is_name = |name: &str| {
        name.starts_with(char::is_uppercase)
            && name.split_whitespace().count() <= MAX_KEY
            && !name.contains(|next: char| next.is_ascii_digit() || next == ':')
            && !date::is_timestamp(&format!("{name} 12:00"))
    };
    match part.split_once(", ") {
        Some((name, day))
            if is_name(name) && date::is_only_date(day) && !date::is_only_date(part) =>
        {
            if metadata::is_section(name) || article_byline::persons(name).is_some() {
                vec![name, day]
            } else {
                vec![day]
            }
        }
        _ => vec![part],
    }
}

/// Whether a part of a line is a number, as an issue's, or a count cut short (`2,5 мың`).
fn is_number(part: &str) -> bool {
    !part.contains(char::is_alphabetic)
        || part.split_whitespace().count() <= 2
            && part.starts_with(|first: char| first.is_ascii_digit())
            && metadata::count(part).is_some_and(|value| value >= 1_000)
}

/// The number of readers in a line that names it by nothing: the only number by itself beside a day and a
/// count of comments (`Билік 7611 29 пікір 2 мамыр 2024`), and no number of a date. A word for comments that has
/// no number is that of the one by itself.
fn bare_count(parts: &[&str]) -> Option<u64> {
    let is_bare = |part: &&&str| {
        part.chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace())
    };
    let mut numbers = parts.iter().filter(is_bare);
    let (first, others) = (numbers.next()?, numbers.next());
    let counts_comments = |part: &&str| {
        let lower = part.to_lowercase();
        let is_of_comments = ["пікір", "комментари"]
            .iter()
            .any(|word| lower.contains(word));
        is_of_comments && part.contains(|next: char| next.is_ascii_digit())
    };
    let count = metadata::count(first).filter(|count| !(1900..=2100).contains(count))?;
    let mut days = parts.iter().filter(|part| says_when(part));
    let is_of_day = |part: &&str| {
        let mut numbers = part.split(|next: char| !next.is_ascii_digit());
        numbers.any(|number| number.parse() == Ok(count))
    };
    let is_of_readers = others.is_none()
        && parts.iter().any(counts_comments)
        && days.clone().next().is_some()
        && !days.any(is_of_day);
    is_of_readers.then_some(count)
}

/// Whether a part of a line counts readers (`456 рет көрсетілді`).
fn is_count(part: &str) -> bool {
    let lower = part.to_lowercase();
    let words = [
        "рет",
        "көрсетілді",
        "қаралды",
        "қаралым",
        "оқылды",
        "оқылым",
        "просмотр",
        "views",
    ];
    part.starts_with(|first: char| first.is_ascii_digit())
        && lower.split_whitespace().count() <= 4
        && lower
            .split_whitespace()
            .any(|word| words.iter().any(|known| word.starts_with(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_by_itself_is_of_readers_only_beside_a_count_of_comments() {
        for (line, count) in [
            ("7611 | 29 пікір | 2 мамыр 2024", Some(7611)),
            ("Билік | 7611 | Пікірлер: 3 | 2 мамыр 2024", Some(7611)),
            ("27 қаңтар 2024 | Комментарии | 12", None),
            ("27 қаңтар 2024 | Пікірлер | 12", None),
            ("27 | 27.01.2024 | 3 пікір", None),
            ("7 | 3 комментария | 07.01.2024", None),
            ("2024 | 3 пікір | 27.01.2024", None),
            ("7611 | 29 пікір", None),
            ("7611 | 12 | 3 пікір | 27.01.2024", None),
        ] {
            let parts: Vec<&str> = line.split(" | ").collect();
            assert_eq!(bare_count(&parts), count, "{line}");
        }
    }
}
