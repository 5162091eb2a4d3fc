//! Lines above a headline that name who publishes: a letterhead, an issue of a paper, where in a site the
//! article is.

use super::{byline, date, metadata};
use crate::text::has_only_addresses;

/// Signs between the parts of a path through a site.
const PATH_SIGNS: [char; 6] = ['/', '›', '»', '>', '→', '\\'];
/// What such a path begins with.
#[rustfmt::skip]
const HOMES: &[&str] = &[
    "басты бет", "басты", "бастапқы бет", "главная", "главная страница", "home",
];
/// Maximum characters and words of a part of it.
const MAX_PART: usize = 40;
const MAX_PART_WORDS: usize = 4;
const MAX_PARTS: usize = 8;
/// Minimum letters of a line of a letterhead.
const MIN_LETTERHEAD: usize = 12;

/// The section at the end of a path through a site (`Басты бет / Жаңалықтар / Қоғам`).
pub(super) fn section_of_path(text: &str) -> Option<&str> {
    let parts = || {
        text.split(PATH_SIGNS)
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    let count = parts().take(MAX_PARTS + 1).count();
    let is_home = |part: &str| HOMES.contains(&part.to_lowercase().as_str());
    let is_name = |part: &str| {
        part.starts_with(char::is_alphabetic)
            && part.chars().nth(MAX_PART).is_none()
            && part.split(' ').count() <= MAX_PART_WORDS
            && !part.contains([':', '?', '!', '.', ',', '«'])
    };
    let (first, last) = (parts().next()?, parts().next_back()?);
    let is_path = (2..=MAX_PARTS).contains(&count)
        && (is_home(first) && parts().all(is_name) || parts().all(metadata::is_section));
    is_path.then_some(last).filter(|last| !is_home(last))
}

/// The date in the line that names a paper's issue, by its number or beside a page or an address (`№ 43 (2211)
/// 27 қазан 2025 жыл`, `Айқын  27 қазан 2025 жыл  №43`, `ЕГЕМЕН ҚАЗАҚСТАН  27.10.2025  3-бет`); empty where
/// there is the number alone.
pub(super) fn date_of_issue(text: &str) -> Option<&str> {
    issue(text).map(|(date, _)| date)
}

/// Whether a line names a paper with its issue; a headline with a date and a number has that form, too.
pub(super) fn is_issue_of_paper(text: &str) -> bool {
    issue(text).is_some_and(|(_, has_name)| has_name)
}

/// The date of an issue, and whether a paper's name is beside it.
fn issue(text: &str) -> Option<(&str, bool)> {
    if text.len() > MAX_ISSUE_BYTES {
        return None;
    }
    let (before, after) = match text.split_once('№') {
        Some((before, after)) => (before, Some(without_number(after)?)),
        None => (text, None),
    };
    let mut mark = after.map(|_| Mark::Sure);
    let mut parts = Vec::new();
    for part in [before, after.unwrap_or_default()] {
        let (rest, found) = without_mark(part.trim_matches(is_sign));
        mark = mark.max(found);
        parts.extend(Some(rest.trim_matches(is_sign)).filter(|rest| !rest.is_empty()));
    }
    match parts.as_slice() {
        [] => after.map(|_| ("", false)),
        // A site beside a date can be what a headline is about.
        [one] if is_day(one) => Some((*one, false)).filter(|_| mark == Some(Mark::Sure)),
        [one] => dated_name(one).map(|date| (date, true)),
        [one, other] if is_paper(one) && is_day(other) => Some((*other, true)),
        [one, other] if is_paper(other) && is_day(one) => Some((*one, true)),
        _ => None,
    }
    .filter(|_| mark.is_some())
}

/// What tells the line of an issue from other lines with a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// An address as sentences have it, too (`egemen.kz`).
    Address,
    /// A number, a page, an address in capitals or with `www.`.
    Sure,
}

/// Maximum bytes of a line that names an issue, and words of a paper's name.
const MAX_ISSUE_BYTES: usize = 200;
const MAX_PAPER_WORDS: usize = 3;
/// What is numbered and dated, too, and no paper.
#[rustfmt::skip]
const ACTS: &[&str] = &[
    "заң", "заңы", "қаулы", "қаулысы", "бұйрық", "бұйрығы", "шешім", "шешімі", "жарлық", "жарлығы", "өкім", "өкімі", "үкім", "үкімі", "қарар", "қарары",
    "хаттама", "хаттамасы", "келісім", "келісімі", "шарт", "шарты", "ереже", "ережесі", "кодекс", "кодексі", "қосымша", "құжат", "құжаты",
    "закон", "указ", "приказ", "постановление", "решение", "распоряжение", "протокол", "договор", "соглашение", "приложение", "приговор", "law", "order", "decree",
];

fn is_sign(c: char) -> bool {
    c.is_whitespace() || ",.;|•·-–—".contains(c)
}

/// What follows the number of an issue: `43`, `43-44`, `43 (2211)`.
fn without_number(text: &str) -> Option<&str> {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = text.trim_start();
    let number = digits(after);
    let mut rest = after.get(number..)?;
    if let Some(second) = rest.strip_prefix(['-', '–', '/']) {
        rest = second.get(digits(second)..)?;
    }
    if let Some(total) = rest.trim_start().strip_prefix('(') {
        let (total, after) = total.split_once(')')?;
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}');
        rest = Some(after).filter(|_| total.chars().all(is_number))?;
    }
    (1..=6).contains(&number).then_some(rest)
}

/// A text without a page's number or the paper's address at its ends, and what it has of these.
fn without_mark(text: &str) -> (&str, Option<Mark>) {
    let (mut rest, mut found) = (text, None);
    for _ in 0..2 {
        let words = rest.split_whitespace();
        let (first, last) = (words.clone().next(), words.clone().next_back());
        let end = last.and_then(|last| Some((rest.strip_suffix(last)?, mark(last)?)));
        let start = || first.and_then(|first| Some((rest.strip_prefix(first)?, mark(first)?)));
        let Some((without, one)) = end.or_else(start) else {
            break;
        };
        rest = without.trim_matches(is_sign);
        found = found.max(Some(one));
    }
    (rest, found)
}

/// `3-бет`, `www.egemen.kz`.
fn mark(word: &str) -> Option<Mark> {
    let page = ["-бет", "-bet"]
        .iter()
        .find_map(|page| word.strip_suffix(page));
    let is_page = page.is_some_and(|number| {
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_sure = is_page || word.starts_with("www.") || !word.contains(char::is_lowercase);
    let mark = if is_sure { Mark::Sure } else { Mark::Address };
    (is_page || word.contains('.') && has_only_addresses(word)).then_some(mark)
}

/// A date with the name of a paper before or after it.
fn dated_name(text: &str) -> Option<&str> {
    let gaps = || {
        text.char_indices()
            .filter(|(_, c)| c.is_whitespace())
            .map(|(at, _)| at)
    };
    let parted = |at: usize| {
        let (one, other) = text.split_at_checked(at)?;
        let (one, other) = (one.trim_matches(is_sign), other.trim_matches(is_sign));
        match (is_paper(one), is_paper(other)) {
            (true, _) => Some(other).filter(|date| is_day(date)),
            (_, true) => Some(one).filter(|date| is_day(date)),
            _ => None,
        }
    };
    let last = gaps().rev().take(MAX_PAPER_WORDS);
    gaps().take(MAX_PAPER_WORDS).chain(last).find_map(parted)
}

/// Whether a text is a date, and not that of an act (`2024 жылғы 27 қаңтардағы`).
fn is_day(text: &str) -> bool {
    date::is_only_date(text)
        && !["ғы", "гі"]
            .iter()
            .any(|ending| text.trim_end().ends_with(ending))
}

/// Whether a text can be the name of a paper.
fn is_paper(text: &str) -> bool {
    let name = text.trim_matches(['«', '»', '"', '“', '”']);
    let last = name.split_whitespace().next_back().unwrap_or_default();
    !ACTS.contains(&last.to_lowercase().as_str())
        && name.starts_with(char::is_uppercase)
        && name.split_whitespace().count() <= MAX_PAPER_WORDS
        && name
            .chars()
            .all(|c| c.is_alphabetic() || c.is_whitespace() || c == '-')
}

/// Whether a line is that of a letterhead: an office's or a paper's name in capitals.
pub(super) fn is_letterhead(line: &str) -> bool {
    let line = line.trim();
    line.chars().nth(MIN_LETTERHEAD - 1).is_some()
        && line.contains(char::is_uppercase)
        && !line.contains(char::is_lowercase)
        && !line.contains(['«', '"', '“'])
        && byline::is_organisation(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_through_a_site_end_in_a_section() {
        for (line, section) in [
            ("Басты бет / Жаңалықтар / Қоғам", Some("Қоғам")),
            ("Главная > Новости > Общество", Some("Общество")),
            ("Басты бет » Ауыл тынысы", Some("Ауыл тынысы")),
            ("Жаңалықтар/Спорт", Some("Спорт")),
            ("Басты бет", None),
            ("Әкімдік / Полиция", None),
            (
                "Басты бет / Павлодарда Ертіс көпірі жабылды, жүргізушілер не дейді",
                None,
            ),
            ("2023/24 оқу жылы", None),
        ] {
            assert_eq!(section_of_path(line), section, "{line}");
        }
    }

    #[test]
    fn issues_of_papers_have_a_date() {
        for (line, date) in [
            ("№ 43 (2211) 27 қазан 2025 жыл", Some("27 қазан 2025 жыл")),
            ("№43, 27.10.2025", Some("27.10.2025")),
            (
                "27 қазан 2025 жыл, бейсенбі № 43-44 (2211)",
                Some("27 қазан 2025 жыл, бейсенбі"),
            ),
            ("№ 43 (2211)", Some("")),
            (
                "Егемен Қазақстан  27 қаңтар 2024  №12",
                Some("27 қаңтар 2024"),
            ),
            (
                "№ 43 (2 211)  27 қазан 2025 жыл   Айқын",
                Some("27 қазан 2025 жыл"),
            ),
            ("«Жетісу». 27.01.2024. №12 (19345)", Some("27.01.2024")),
            (
                "ЕГЕМЕН ҚАЗАҚСТАН 27 қаңтар 2024 жыл 3-бет",
                Some("27 қаңтар 2024 жыл"),
            ),
            (
                "www.egemen.kz 27 қаңтар 2024 жыл",
                Some("27 қаңтар 2024 жыл"),
            ),
            ("EGEMEN.KZ 27 қаңтар 2024", Some("27 қаңтар 2024")),
            (
                "egemen.kz Егемен Қазақстан 27 қаңтар 2024",
                Some("27 қаңтар 2024"),
            ),
            ("Заң газеті 27 қаңтар 2024 № 12", Some("27 қаңтар 2024")),
            ("Kaspi.kz 27 қаңтар 2024", None),
            ("27 қаңтар 2024 kaspi.kz", None),
            (
                "Қазақстан Республикасының Заңы 2024 жылғы 27 қаңтар № 12",
                None,
            ),
            ("Үкімет қаулысы 2024 жылғы 27 қаңтар № 12", None),
            ("Заң 27 қаңтар 2024 жыл № 12", None),
            ("№ 12 Приказ 27 января 2024 года", None),
            ("Егемен Қазақстан 27 қаңтар 2024", None),
            ("Үкімет 27 қаңтар 2024 №12 қаулы қабылдады", None),
            ("Ақын 27 қаңтар 2024 жылы туған №12", None),
            (
                "Қазақстан Республикасы Үкіметінің 2024 жылғы 27 қаңтардағы № 12",
                None,
            ),
            ("№ 43 қаулы қабылданды", None),
            ("2025 жылғы 27 қазандағы № 43 қаулы", None),
            ("№", None),
        ] {
            assert_eq!(date_of_issue(line), date, "{line}");
        }
    }

    #[test]
    fn an_issue_with_a_papers_name_can_be_a_headline() {
        assert!(is_issue_of_paper("Айқын 27 қаңтар 2024 №12"));
        assert!(is_issue_of_paper("Жаңа жыл 1 қаңтар 2024 №1"));
        assert!(!is_issue_of_paper("№ 43 (2211) 27 қазан 2025 жыл"));
        assert!(!is_issue_of_paper("www.egemen.kz 27 қаңтар 2024"));
        assert!(!is_issue_of_paper("№ 43"));
    }

    #[test]
    fn letterheads_name_an_office_in_capitals() {
        for (line, is) in [
            ("ПАВЛОДАР ОБЛЫСЫ ӘКІМДІГІНІҢ БАСПАСӨЗ ҚЫЗМЕТІ", true),
            ("ІШКІ ІСТЕР МИНИСТРЛІГІ", true),
            ("Ішкі істер министрлігі", false),
            ("ПАВЛОДАРДА ЕРТІС КӨПІРІ ЖАБЫЛДЫ", false),
            ("ҚОРЫ", false),
        ] {
            assert_eq!(is_letterhead(line), is, "{line}");
        }
    }
}
