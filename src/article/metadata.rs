//! The lines around an article in which a news site says something about it: `Оқылды: 580`.
//!
//! Policy: only known keys count, with a value that fits the key, and only before or after the
//! body; everything else is the article's own text. Lines are kept verbatim.

mod counts;

use super::Metadata;
use super::{byline, date, letterhead};
use crate::language::{KNOWN, MetadataKey as Key};
pub(super) use counts::count;
use counts::scale;

/// Maximum words of a key.
const MAX_KEY: usize = 3;
/// Maximum letters and signs before a colon in which a key is looked for; the longest has about twenty.
const MAX_KEY_LETTERS: usize = 100;
/// Maximum length of a value in words, in characters and in words; a longer one is a sentence of
/// the body.
const MAX_VALUE: usize = 120;
const MAX_VALUE_WORDS: usize = 14;
/// Maximum words and characters of a section's or an author's name beside a date.
const MAX_NAME_WORDS: usize = 4;
const MAX_NAME: usize = 40;
/// What programs write where they found nothing.
const NOTHING: [&str; 5] = ["None", "null", "NULL", "NaN", "undefined"];
/// Words for one comment that name sections of opinions, too.
const OPINIONS: [&str; 2] = ["пікір", "комментарий"];
/// Maximum length of a metadata line, in bytes.
const MAX_LINE: usize = 1200;
/// Pictures that stand for a key, and those that say nothing besides a date or a time.
#[rustfmt::skip]
const ICONS: &[(Option<Key>, &[char])] = &[
    (Some(Key::Views), &['👁', '👀']),
    (Some(Key::Author), &['👤', '✍', '🖊', '🖋', '👨', '👩']),
    (Some(Key::Other), &['💬', '🗨', '👍', '👎', '❤', '♥', '🔗', '🏷', '🔖', '📤']),
    (None, &['📅', '📆', '🗓', '🕐', '🕑', '🕒', '🕓', '🕔', '🕕', '🕖', '🕗', '🕘', '🕙', '🕚', '🕛', '⏰', '⏱', '⌚', '📌', '📍', '📂', '📁']),
];
/// Maximum digits of a count in brackets.
const MAX_COUNT_DIGITS: usize = 9;

/// One statement of a metadata line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field<'a> {
    key: Key,
    value: &'a str,
}

/// Whether the whole line is metadata: every statement in it has a known key and a fitting value,
/// or is a date.
pub(super) fn is_metadata(line: &str) -> bool {
    fields(line).is_some()
}

/// What a line states, if it is metadata.
pub(super) fn statement(line: &str) -> Option<Metadata> {
    fields(line)?;
    let mut metadata = Metadata::default();
    add_line(&mut metadata, line);
    Some(metadata)
}

/// Whether the line credits a picture (`Фото: Ақорда`).
pub(super) fn is_photo_credit(line: &str) -> bool {
    fields(line).is_some_and(|fields| fields.iter().all(|field| field.key == Key::Photo))
}

/// Adds a metadata line, verbatim, and what it states. What was stated first stays.
pub(super) fn add_line(metadata: &mut Metadata, line: &str) {
    add_statement(metadata, line, line);
}

/// Adds a metadata line, verbatim, and what `statement` says, which is the line without the marks
/// of its format.
pub(super) fn add_statement(metadata: &mut Metadata, line: &str, statement: &str) {
    for Field { key, value } in fields(statement).unwrap_or_default() {
        let text = || Some(value.to_owned()).filter(|text| !text.is_empty());
        match key {
            Key::Date => metadata.date = metadata.date.take().or_else(|| date::stated(value)),
            Key::Views => metadata.views = metadata.views.or_else(|| count(value)),
            Key::Section => metadata.section = metadata.section.take().or_else(text),
            Key::Origin => metadata.origin = metadata.origin.take().or_else(text),
            Key::Author => {
                let name = || text().map(|name| without_stop(&name).to_owned());
                metadata.author = metadata.author.take().or_else(name);
            }
            Key::Changed | Key::Photo | Key::Count | Key::Other => {}
        }
    }
    metadata.lines.push(line.trim().to_owned());
}

/// A name without the full stop of its sentence; that of an initial stays.
fn without_stop(name: &str) -> &str {
    let last = name.split_whitespace().next_back().unwrap_or_default();
    match name.strip_suffix('.') {
        Some(name_alone) if last.chars().nth(2).is_some() && !last.contains("..") => name_alone,
        _ => name,
    }
}

/// The parts of a line between signs and pictures, with the key that a picture before one stands for.
fn parts(line: &str) -> impl Iterator<Item = (Option<Key>, &str)> {
    let is_separator = |next: char| matches!(next, '|' | '\t' | '•' | '·' | '\u{fe0f}');
    let icon = |next: char| ICONS.iter().find(|(_, signs)| signs.contains(&next));
    let mut rest = Some(line);
    let mut key = None;
    std::iter::from_fn(move || {
        let text = rest?;
        let found = text.find(|next| is_separator(next) || icon(next).is_some());
        let part = (key, text.get(..found.unwrap_or(text.len())).unwrap_or(text));
        rest = found.and_then(|at| {
            let sign = text.get(at..)?.chars().next()?;
            // The variation selector belongs to the picture before it.
            key = if sign == '\u{fe0f}' {
                key
            } else {
                icon(sign).and_then(|(key, _)| *key)
            };
            text.get(at + sign.len_utf8()..)
        });
        Some((part.0, part.1.trim()))
    })
    .filter(|(_, part)| !part.is_empty())
}

/// What a part says of the key that a picture stands for.
fn of_icon(key: Key, part: &str) -> Option<Field<'_>> {
    let fits = match key {
        Key::Views | Key::Other => {
            count(part).is_some() && part.split_whitespace().count() <= MAX_NAME_WORDS
        }
        Key::Author => is_name(part),
        _ => false,
    };
    fits.then_some(Field { key, value: part })
}

/// The statements of a line; `None` if any part of it is not a statement.
fn fields(line: &str) -> Option<Vec<Field<'_>>> {
    if line.len() > MAX_LINE {
        return None;
    }
    let mut fields = Vec::new();
    let mut names = Vec::new();
    for (icon, part) in parts(line) {
        if let Some(field) = icon.and_then(|key| of_icon(key, part)) {
            fields.push(field);
            continue;
        }
        // `Қоғам • 27 қаңтар 2024`: what a name is of shows only beside a date.
        if is_name(part) && keyless(part).is_none() && key_starts(part).is_empty() {
            names.push(part);
            continue;
        }
        let starts = key_starts(part);
        let first = starts.first().map_or(part.len(), |&(start, ..)| start);
        if let Some(lead) = Some(part[..first].trim()).filter(|lead| !lead.is_empty()) {
            fields.push(keyless(lead)?);
        }
        for (index, &(_, value_start, key)) in starts.iter().enumerate() {
            let end = starts
                .get(index + 1)
                .map_or(part.len(), |&(start, ..)| start);
            let value = part[value_start..end].trim().trim_end_matches([',', ';']);
            fields.push(fits(key, value).then_some(Field { key, value })?);
        }
    }
    let says_when = |field: &Field| field.key == Key::Date || date::is_timestamp(field.value);
    if !names.is_empty() && !fields.iter().any(says_when) {
        return None;
    }
    fields.extend(names.into_iter().map(|name| {
        let key = match byline::persons(name) {
            Some(_) => Key::Author,
            None if is_counter(name) || byline::is_place_name(name) => Key::Other,
            None => Key::Section,
        };
        Field { key, value: name }
    }));
    (!fields.is_empty()).then_some(fields)
}

/// Whether a part of a line can be the name of a section or an author.
fn is_name(part: &str) -> bool {
    part.starts_with(|first: char| first.is_alphabetic() && !first.is_lowercase())
        && part.chars().nth(MAX_NAME).is_none()
        && part.split(' ').count() <= MAX_NAME_WORDS
        && !part.contains([':', '?', '!'])
        && !part.ends_with('.')
        && !part.contains(|c: char| c.is_ascii_digit())
}

/// Whether a line holds only what a program writes where it found nothing (`None`).
pub(super) fn is_nothing(line: &str) -> bool {
    NOTHING.contains(&line.trim())
}

/// Where a known key followed by a colon begins in `part`, where its value begins, and the key.
fn key_starts(part: &str) -> Vec<(usize, usize, Key)> {
    let mut starts: Vec<(usize, usize, Key)> = Vec::new();
    for (colon, separator) in part.match_indices([':', '：']) {
        let from = starts.last().map_or(0, |&(_, value_start, _)| value_start);
        let before = part.get(from..colon).unwrap_or_default();
        if let Some((start, key)) = key_at_the_end_of(before) {
            starts.push((from + start, colon + separator.len(), key));
        }
    }
    starts
}

/// The key of a name in lower case.
fn key_named(name: &str) -> Option<Key> {
    let mut keys = KNOWN.iter().flat_map(|language| language.metadata.keys);
    let found = keys.find(|(_, names)| names.contains(&name));
    found.map(|(key, _)| *key)
}

/// Whether a name is that of a count, parted from its number, and of no section.
pub(super) fn is_counter(name: &str) -> bool {
    let name = name.trim_end_matches([':', ' ']).to_lowercase();
    let key = key_named(&name).filter(|_| !OPINIONS.contains(&name.as_str()));
    matches!(key, Some(Key::Views | Key::Count))
}

/// A word for "times" before "read".
fn is_times(word: &str) -> bool {
    let mut languages = KNOWN.iter();
    languages.any(|language| language.metadata.times == Some(word))
}

/// The longest known key that `text` ends in, and where it begins.
fn key_at_the_end_of(text: &str) -> Option<(usize, Key)> {
    let text = text.trim_end();
    if !text.ends_with(char::is_alphanumeric) {
        return None;
    }
    let mut starts = Vec::new();
    let mut backwards = text.char_indices().rev().take(MAX_KEY_LETTERS).peekable();
    while let Some((at, character)) = backwards.next() {
        let before = backwards.peek().map(|&(_, before)| before);
        if character.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric) {
            starts.push(at);
            if starts.len() == MAX_KEY {
                break;
            }
        }
    }
    starts.into_iter().rev().find_map(|start| {
        let words: Vec<&str> = text[start..].split_whitespace().collect();
        let name = words.join(" ").to_lowercase();
        let key = key_named(&name)?;
        Some((start, key))
    })
}

/// A key with its count in brackets: `Пікірлер (3)`.
fn bracketed_count(text: &str) -> Option<Field<'_>> {
    let (name, value) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_count = (1..=MAX_COUNT_DIGITS).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = name.chars().nth(MAX_NAME).is_none();
    let key = Some(name).filter(|_| is_count && is_short);
    let key = key_named(&key?.trim().to_lowercase())?;
    matches!(key, Key::Views | Key::Count).then_some(Field { key, value })
}

/// A statement without a key: a date, a time, a section's name, tags, or a count (`580 рет оқылды`, `23
/// пікір`, `3 минут оқу`). Of `Бүгін, 12:30` the day is not known.
fn keyless(text: &str) -> Option<Field<'_>> {
    if date::is_only_date(text) {
        return Some(Field {
            key: Key::Date,
            value: text,
        });
    }
    if let Some(field) = bracketed_count(text) {
        return Some(field);
    }
    if date::is_timestamp(text) {
        return Some(Field {
            key: Key::Other,
            value: text,
        });
    }
    let other = Some(Field {
        key: Key::Other,
        value: text,
    });
    if is_nothing(text) || text.split_whitespace().all(is_tag) {
        return other;
    }
    if is_section(text) {
        return Some(Field {
            key: Key::Section,
            value: text,
        });
    }
    if let Some(value) = letterhead::section_of_path(text) {
        return Some(Field {
            key: Key::Section,
            value,
        });
    }
    match letterhead::date_of_issue(text) {
        Some("") => return other,
        Some(value) => {
            return Some(Field {
                key: Key::Date,
                value,
            });
        }
        None => {}
    }
    let (mut numbers, mut views, mut others, mut minutes, mut scales) = (0, 0, 0, 0, 0);
    for word in text.split_whitespace().map(str::to_lowercase) {
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            let is_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
            // `1,2K`.
            let number = word.strip_suffix(['k', 'к']).unwrap_or(&word);
            numbers += usize::from(number.chars().all(is_number));
            continue;
        }
        match key_named(&word) {
            _ if is_times(&word) => {}
            _ if scale(&word).is_some() => scales += 1,
            _ if is_of_reading_time(&word) => minutes += 1,
            Some(Key::Views) => views += 1,
            Some(Key::Count) => others += 1,
            _ => return None,
        }
    }
    let start = text.find(|first: char| first.is_ascii_digit())?;
    if scales > views {
        return None;
    }
    match (views, others, minutes) {
        (1, 0, 0) => Some(Field {
            key: Key::Views,
            value: &text[start..],
        }),
        // A number alone is a count, or the identifier of a page.
        (0, 0 | 1, 0) | (0, 0, 2..) => other.filter(|_| numbers == 1),
        _ => None,
    }
}

/// `#тег`.
fn is_tag(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|tag| {
        tag.starts_with(char::is_alphanumeric) && !tag.ends_with(['.', '!', '?'])
    })
}

/// Whether a text is the name of a section that sites have.
pub(super) fn is_section(text: &str) -> bool {
    let name = text.to_lowercase();
    let mut languages = KNOWN.iter();
    text.chars().nth(MAX_NAME).is_none()
        && languages.any(|language| language.metadata.sections.contains(&name.as_str()))
}

fn is_of_reading_time(word: &str) -> bool {
    let mut languages = KNOWN.iter();
    languages.any(|language| language.metadata.reading_time.contains(&word))
}

/// Whether a value can belong to its key: a date to a date, a number to a count, a few words to
/// a name.
fn fits(key: Key, value: &str) -> bool {
    match key {
        Key::Date | Key::Changed => {
            value.chars().count() <= MAX_VALUE
                && (date::find(value).is_some() || date::is_timestamp(value))
        }
        Key::Views => count(value).is_some() && value.split_whitespace().count() <= 4,
        Key::Section | Key::Origin | Key::Author | Key::Photo | Key::Count | Key::Other => {
            value.chars().count() <= MAX_VALUE
                && value.split_whitespace().count() <= MAX_VALUE_WORDS
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Metadata {
        let mut metadata = Metadata::default();
        for line in lines {
            assert!(is_metadata(line), "{line}");
            add_line(&mut metadata, line);
        }
        metadata
    }

    #[test]
    fn the_four_lines_of_a_kazakh_site_become_fields_and_stay_verbatim() {
        let lines = [
            "Уақыты: 29.08.2023",
            "Оқылды: 580",
            "Бөлім: ӘЛЕУМЕТ",
            "Дереккөз: turkystan.kz",
        ];
        let metadata = read(&lines);
        assert_eq!(metadata.date.as_deref(), Some("2023-08-29"));
        assert_eq!(metadata.views, Some(580));
        assert_eq!(metadata.section.as_deref(), Some("ӘЛЕУМЕТ"));
        assert_eq!(metadata.origin.as_deref(), Some("turkystan.kz"));
        assert_eq!(metadata.lines, lines);
    }

    #[test]
    fn russian_keys_and_keyless_statements_are_read() {
        let metadata = read(&[
            "Опубликовано: 29 августа 2023 г. в 10:15",
            "Просмотров: 1 580",
            "Рубрика: Общество",
            "Автор: Қ. Иванов",
            "Источник: https://example.kz/news/1?a=b",
        ]);
        assert_eq!(metadata.date.as_deref(), Some("2023-08-29"));
        assert_eq!(metadata.views, Some(1580));
        assert_eq!(metadata.author.as_deref(), Some("Қ. Иванов"));
        assert_eq!(
            metadata.origin.as_deref(),
            Some("https://example.kz/news/1?a=b")
        );
        assert_eq!(
            read(&["29 тамыз, 2023 жыл, 10:15"]).date.as_deref(),
            Some("2023-08-29")
        );
        assert_eq!(read(&["580 рет оқылды"]).views, Some(580));
    }

    #[test]
    fn several_statements_may_share_a_line() {
        for line in [
            "Уақыты: 29.08.2023 | Оқылды: 580 | Бөлім: ӘЛЕУМЕТ",
            "Уақыты: 29.08.2023 Оқылды: 580 Бөлім: ӘЛЕУМЕТ",
            "29.08.2023, 10:15 | Қаралды: 580 | Бөлім: ӘЛЕУМЕТ",
        ] {
            let metadata = read(&[line]);
            assert_eq!(metadata.date.as_deref(), Some("2023-08-29"), "{line}");
            assert_eq!(metadata.views, Some(580), "{line}");
            assert_eq!(metadata.section.as_deref(), Some("ӘЛЕУМЕТ"), "{line}");
            assert_eq!(metadata.lines, [line]);
        }
    }

    #[test]
    fn a_time_with_its_zone_and_a_day_without_a_date_are_metadata() {
        let metadata = read(&["18:11, 27 Қаңтар 2024 | GMT +5"]);
        assert_eq!(metadata.date.as_deref(), Some("2024-01-27"));
        assert_eq!(read(&["Бүгін, 12:30"]).date, None);
    }

    #[test]
    fn what_scrapers_leave_around_an_article_is_metadata() {
        let metadata = read(&[
            "Қоғам • 27 Қаңтар, 2024",
            "4236 рет көрсетілді",
            "23 пікір",
            "3 минут оқу",
            "#жол #құрылыс",
            "1477",
            "None",
            "СПОРТ",
            "Басты бет / Жаңалықтар / Спорт",
            "№ 43 (2211)",
        ]);
        assert_eq!(metadata.section.as_deref(), Some("Қоғам"));
        assert_eq!(metadata.date.as_deref(), Some("2024-01-27"));
        assert_eq!(metadata.views, Some(4236));
        let metadata = read(&["Айнұр Қасымова | 27.01.2024, 10:15 | Ел тынысы"]);
        assert_eq!(metadata.author.as_deref(), Some("Айнұр Қасымова"));
        assert_eq!(metadata.section.as_deref(), Some("Ел тынысы"));
    }

    #[test]
    fn an_issue_of_a_paper_has_a_date_and_a_time_stamp_falls_on_a_day_in_kazakhstan() {
        let metadata = read(&["№ 43 (2211) 27 қазан 2025 жыл"]);
        assert_eq!(metadata.date.as_deref(), Some("2025-10-27"));
        let metadata = read(&["Date: 2025-10-27T22:30:00Z"]);
        assert_eq!(metadata.date.as_deref(), Some("2025-10-28"));
    }

    #[test]
    fn persons_counts_and_pictures_beside_a_date_keep_their_meaning() {
        let metadata = read(&["05 Желтоқсан, 2022 15:45 | Мөлдір Жақып | Қоғам"]);
        assert_eq!(metadata.author.as_deref(), Some("Мөлдір Жақып"));
        assert_eq!(metadata.section.as_deref(), Some("Қоғам"));
        let metadata = read(&["📅 05.12.2022 👁 1845 💬 3 ✍️ Ерлан Оспан"]);
        assert_eq!(metadata.date.as_deref(), Some("2022-12-05"));
        assert_eq!(metadata.views, Some(1845));
        assert_eq!(metadata.author.as_deref(), Some("Ерлан Оспан"));
        let metadata = read(&["Мәтін: Ерлан Оспан. Фото: Айгүл Сейіт"]);
        assert_eq!(metadata.author.as_deref(), Some("Ерлан Оспан"));
        let metadata = read(&["Спорт | Бүгін, 12:30"]);
        assert_eq!(metadata.section.as_deref(), Some("Спорт"));
        assert_eq!(metadata.date, None);
    }

    #[test]
    fn a_date_of_change_is_not_the_date_of_publication() {
        let metadata = read(&["Жаңартылды: 30.08.2023", "Жарияланды: 29.08.2023"]);
        assert_eq!(metadata.date.as_deref(), Some("2023-08-29"));
    }

    #[test]
    fn sentences_of_the_body_are_no_metadata() {
        for line in [
            "Министр былай деді: барлық мектеп ашылады.",
            "Уақыты: кешке, барлығы жұмыстан қайтқан соң",
            "Оқылды: дұға мен хат",
            "Автор: бұл кітап туралы көп ойланғанын, оны жазуға он жыл кеткенін, ал оқырман оны бір \
             күнде оқып шыққанын айтып, күліп жіберді",
            "2023 жылғы 29 тамыз күні жиын өтті",
            "Осы жобада фото: таңғажайып",
            "7 154 адам",
            "3 минут",
            "Қасымова | Ел тынысы",
            "Жиын өтті | 27.01.2024 күні бәрі келді",
            "2 : 1",
            "",
            "Рейтинг 2024",
            "Перевод 2024",
            "Редактор 2024",
            "Рейтинг (2024)",
            "Нөмірі 5",
        ] {
            assert!(!is_metadata(line), "{line}");
        }
        for line in [
            "Рейтинг: 5",
            "Редактор: Қ. Иванов",
            "23 пікір",
            "Комментарии (3)",
        ] {
            assert!(is_metadata(line), "{line}");
        }
    }

    #[test]
    fn the_name_of_a_count_is_no_section() {
        for (line, section) in [
            ("27 қаңтар 2024 | Комментарии | 12", None),
            ("27 қаңтар 2024 | Пікірлер | 12", None),
            ("27 қаңтар 2024 | Қаралды | 12", None),
            ("27 қаңтар 2024 | Пікір", Some("Пікір")),
            ("27 қаңтар 2024 | Рейтинг", Some("Рейтинг")),
        ] {
            assert_eq!(read(&[line]).section.as_deref(), section, "{line}");
        }
    }
}
