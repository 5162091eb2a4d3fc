//! Lines above a headline that name who publishes: a letterhead, an issue of a paper, where in a site the
//! article is.

use super::{byline, date, metadata};

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

/// The date beside the number of a paper's issue (`№ 43 (2211) 27 қазан 2025 жыл`), empty where there is
/// the number alone.
pub(super) fn date_of_issue(text: &str) -> Option<&str> {
    let (before, after) = text.split_once('№')?;
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = after.trim_start();
    let number = digits(after);
    let mut rest = after.get(number..)?;
    // `№ 43-44`, `№ 43 (2211)`.
    if let Some(second) = rest.strip_prefix(['-', '–', '/']) {
        rest = second.get(digits(second)..)?;
    }
    if let Some(total) = rest.trim_start().strip_prefix('(') {
        let end = total.get(digits(total)..)?;
        rest = end.strip_prefix(')')?;
    }
    let signs = |c: char| c.is_whitespace() || ",.;|•·-–—".contains(c);
    let (before, rest) = (before.trim_matches(signs), rest.trim_matches(signs));
    if !(1..=6).contains(&number) {
        return None;
    }
    match (before, rest) {
        ("", "") => Some(""),
        ("", date) | (date, "") => Some(date).filter(|date| date::is_only_date(date)),
        _ => None,
    }
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
            ("№ 43 қаулы қабылданды", None),
            ("2025 жылғы 27 қазандағы № 43 қаулы", None),
            ("№", None),
        ] {
            assert_eq!(date_of_issue(line), date, "{line}");
        }
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
