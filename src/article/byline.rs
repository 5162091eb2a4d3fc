//! Lines that name who wrote an article: `Айнұр ҚАСЫМОВА, Ақтөбе`.
//!
//! Policy: a line is a byline by its place (the caller's) and its form: two or three words in
//! capitals, of which the surname shows by its ending or by being all in capitals.

use crate::language::{KNOWN, Language, NameKind, names};
use crate::text::is_cyrillic;

/// Maximum characters of a byline.
const MAX_BYLINE: usize = 80;
/// Maximum words after the name: the place, or the paper.
const MAX_WORDS_AFTER: usize = 4;
/// What names of places end in.
const PLACES: [&str; 8] = [
    "облысы",
    "ауданы",
    "қаласы",
    "ауылы",
    "область",
    "области",
    "район",
    "района",
];
/// Minimum letters of a surname.
const MIN_SURNAME: usize = 4;
/// What organisations are, as the last word of their names.
#[rustfmt::skip]
const ORGANISATIONS: &[&str] = &[
    "радиосы", "радио", "телеарнасы", "телерадиокомпаниясы", "агенттігі", "газеті", "журналы", "порталы", "портал", "сайты", "сайт", "редакциясы", "редакция",
    "министрлігі", "басқармасы", "әкімдігі", "әкімшілігі", "департаменті", "комитеті", "қызметі", "орталығы", "университеті", "академиясы", "компаниясы",
    "қоры", "партиясы", "палатасы", "мұражайы", "кітапханасы", "студиясы", "жаңалықтары", "ақпарат", "баспасөзі",
    "министерство", "агентство", "акимат", "газета", "служба", "новости",
    "news", "media", "press", "radio", "tv", "agency", "team", "online", "info", "times", "today",
];
/// Capitalised words of sections and campaigns.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "жаңа", "таза", "ұлы", "рухани", "бас", "басты", "ел", "туған", "үлкен", "қазақ", "халық", "дала", "алаш", "отан", "әлем", "тіл", "ана", "бүгін", "кеше",
    "газет", "журнал", "архив", "мұрағат", "нөмір", "новый", "новая", "большой", "наш", "наша",
];

/// Words before the name of who wrote, which nothing parts from it (`Жазған Айнұр Қасымова`).
#[rustfmt::skip]
const BEFORE_NAMES: &[&str] = &[
    "жазған", "дайындаған", "әзірлеген", "автор", "авторы", "мәтін авторы", "мақала авторы", "мақаланы жазған", "мақаланы дайындаған", "материалды дайындаған",
    "сұхбаттасқан", "сұхбат алған", "сұхбатты жүргізген", "әңгімелескен", "беседовал", "беседовала",
    "подготовил", "подготовила", "автор статьи", "by", "written by", "posted by",
];
/// Names of places that sites have sections for.
const SECTIONS_OF_PLACES: &[&str] = &[
    "қазақстан",
    "казахстан",
    "qazaqstan",
    "kazakhstan",
    "азия",
    "орталық азия",
    "еуропа",
    "европа",
    "ресей",
    "россия",
    "қытай",
    "китай",
    "ақш",
    "сша",
    "украина",
    "америка",
    "африка",
];

/// The persons whom a line names behind a word that says they wrote it.
fn after_word(line: &str) -> Option<&str> {
    BEFORE_NAMES.iter().find_map(|word| {
        let spaces = word.matches(' ').count();
        let (at, _) = line.match_indices(' ').nth(spaces)?;
        let (before, name) = line.split_at_checked(at)?;
        (before.to_lowercase() == *word)
            .then(|| persons(name))
            .flatten()
    })
}

/// As [`persons`], of a line that says with a word before the name who wrote: `Жазған Айнұр Қасымова`.
pub(super) fn named_by_word(line: &str) -> Option<&str> {
    let line = line.trim();
    (line.chars().nth(MAX_BYLINE).is_none() && !line.contains(':'))
        .then(|| after_word(line))
        .flatten()
}

/// Whether a name is that of a place and of no section: `Қостанай облысы`, `Астана`.
pub(super) fn is_place_name(name: &str) -> bool {
    let name = name.trim();
    let lower = name.to_lowercase();
    let is_known = || names::find(&lower).is_some_and(|entry| entry.kind == NameKind::Place);
    is_place(name) || is_known() && !SECTIONS_OF_PLACES.contains(&lower.as_str())
}

/// The author whom a line names and nothing else says, but for a place or a paper after a comma.
pub(super) fn author(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(name) = named_by_word(line) {
        return Some(name);
    }
    if line.chars().nth(MAX_BYLINE).is_some() || line.ends_with(['.', '!', '?', ':']) {
        return None;
    }
    // The place before the name: `Ақтөбе, Айнұр ҚАСЫМОВА`.
    if let Some((place, name)) = line.split_once(", ")
        && is_place_name(place)
        && is_person(name)
    {
        return Some(name);
    }
    let (name, after) = line.split_once(',').unwrap_or((line, ""));
    let fits = after.split_whitespace().count() <= MAX_WORDS_AFTER
        && after
            .split(',')
            .all(|part| part.trim().is_empty() || is_place_or_paper(part.trim()));
    // Of a paper nobody but who writes for it is named before its name.
    let is_name = is_persons_name(name.trim()) || is_paper(after.trim()) && are_names(name.trim());
    (fits && is_name).then(|| name.trim())
}

/// The author whom two lines name, the place, the paper or another author in the second: after a comma, or as
/// the name of a place or a paper by its form.
pub(super) fn author_of_two(line: &str, next: &str) -> Option<String> {
    let (line, next) = (line.trim(), next.trim());
    let both = match line.strip_suffix(',') {
        Some(name) => format!("{name}, {next}"),
        None if is_paper(next) || is_place(next) => format!("{line}, {next}"),
        None => return None,
    };
    let name = author(&both).filter(|_| !next.is_empty())?;
    let second = author(next).filter(|second| line.ends_with(',') && !is_of_place(second));
    Some(match second {
        Some(second) => format!("{name}, {second}"),
        None => name.to_owned(),
    })
}

/// Whether a name in the form of a person's is that of a place or of a paper (`Егемен ҚАЗАҚСТАН`).
fn is_of_place(name: &str) -> bool {
    let is_other = |word: &str| {
        let found = names::find(&word.to_lowercase());
        found.is_some_and(|entry| entry.kind != NameKind::Person)
    };
    is_place(name) || is_organisation(name) || name.split_whitespace().any(is_other)
}

/// `«Egemen Qazaqstan»`.
fn is_paper(part: &str) -> bool {
    part.starts_with(['«', '“', '"']) && part.ends_with(['»', '”', '"'])
}

/// `Ақтөбе облысы`.
fn is_place(part: &str) -> bool {
    let last = part.split_whitespace().next_back().unwrap_or_default();
    part.contains(' ') && PLACES.contains(&last.to_lowercase().as_str()) && is_place_or_paper(part)
}

/// The persons whom a part of a line beside a date names: `Ерлан Оспан`, `Ерлан Оспан, Айнұр Қасым`.
///
/// There, two capitalised words are a person: sections have a capital at their beginning only.
pub(super) fn persons(part: &str) -> Option<&str> {
    let part = part.trim();
    if let Some(name) = named_by_word(part) {
        return Some(name);
    }
    let all = || part.split(',').map(str::trim);
    if part.chars().nth(MAX_BYLINE).is_none() && all().all(is_person) {
        return Some(part);
    }
    author(part)
}

/// Whether a name is that of a paper, a site or an office, and not of a person.
pub(super) fn is_organisation(name: &str) -> bool {
    let last = name.split_whitespace().next_back().unwrap_or_default();
    let last = last.trim_matches(|sign: char| !sign.is_alphanumeric());
    name.contains(['«', '"', '“']) || ORGANISATIONS.contains(&last.to_lowercase().as_str())
}

fn is_person(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    if !(2..=3).contains(&words.len())
        || !words.iter().all(|word| is_capitalised(word))
        || is_organisation(name)
    {
        return false;
    }
    let small: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    if small.iter().any(|word| names::given(word).is_some()) || is_persons_name(name) {
        return true;
    }
    let is_in_capitals = |word: &&str| !word.contains(char::is_lowercase);
    let is_other = |word: &String| {
        let place = names::find(word).is_some_and(|entry| entry.kind != NameKind::Person);
        place || NO_NAMES.contains(&word.as_str())
    };
    let is_initial = |word: &&str| word.ends_with('.');
    words.len() == 2
        && words.iter().all(|word| word.starts_with(is_cyrillic))
        && (words.iter().any(is_initial) || !words.iter().any(is_in_capitals))
        && !small.iter().any(is_other)
}

/// `Ақтөбе`, `Ақтөбе облысы`, `«Egemen Qazaqstan»`.
fn is_place_or_paper(part: &str) -> bool {
    part.starts_with(|first: char| first.is_uppercase() || first == '«')
        && !part.contains(|c: char| c.is_ascii_digit())
}

fn is_persons_name(name: &str) -> bool {
    are_names(name) && name.split_whitespace().any(is_surname)
}

/// Whether words can be those of a person's name.
fn are_names(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    (2..=3).contains(&words.len())
        && words.iter().all(|word| is_capitalised(word))
        // All in capitals it is a headline.
        && words.iter().any(|word| word.contains(char::is_lowercase) || word.ends_with('.'))
}

/// `Айнұр`, `ҚАСЫМОВА`, `А.`, `Сейіт-Омар`.
fn is_capitalised(word: &str) -> bool {
    let letters = word.strip_suffix('.').unwrap_or(word);
    let parts = || letters.split('-');
    let one = letters.chars().nth(1).is_none();
    (letters.len() == word.len() || one)
        && parts().all(|part| part.starts_with(char::is_uppercase))
        && parts().all(|part| part.chars().all(char::is_alphabetic))
}

/// Whether a word is a surname for sure: all in capitals, or with the ending of one.
fn is_surname(word: &str) -> bool {
    let letters = word.chars().count();
    let capitals = letters >= MIN_SURNAME && word.chars().all(|c| c.is_uppercase() || c == '-');
    let small = word.to_lowercase();
    let endings = |language: &'static Language| language.sentences.surname_endings.iter();
    let ends = |ending: &str| {
        small.ends_with(ending) && letters >= MIN_SURNAME.max(ending.chars().count() + 2)
    };
    capitals || (word.starts_with(is_cyrillic) && KNOWN.iter().copied().flat_map(endings).any(ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_name_an_author() {
        for (line, name) in [
            ("Айнұр ҚАСЫМОВА, Ақтөбе", "Айнұр ҚАСЫМОВА"),
            ("Айнұр ҚАСЫМОВА,", "Айнұр ҚАСЫМОВА"),
            ("Айнұр Қасымова", "Айнұр Қасымова"),
            ("Серік ӘБДІБЕК, «Egemen Qazaqstan»", "Серік ӘБДІБЕК"),
            ("А. Серікұлы, Шымкент қаласы", "А. Серікұлы"),
            ("Ерлан Сейіт-Омаров", "Ерлан Сейіт-Омаров"),
            ("Мөлдір Айтбай, «Алтын дала»", "Мөлдір Айтбай"),
            ("Жазған Айнұр Қасымова", "Айнұр Қасымова"),
            ("Сұхбаттасқан Айнұр ҚАСЫМОВА", "Айнұр ҚАСЫМОВА"),
            ("Талдықорған, Айнұр Қасымова", "Айнұр Қасымова"),
            ("Мәтін авторы Айнұр ҚАСЫМОВА", "Айнұр ҚАСЫМОВА"),
        ] {
            assert_eq!(author(line), Some(name), "{line}");
        }
    }

    #[test]
    fn bylines_of_two_lines_name_an_author() {
        for (line, next) in [
            ("Асқар МҰРАТБЕК,", "Ақмола облысы"),
            ("Асқар Мұратбек", "«Алтын дала»"),
            ("Асқар Мұратбеков", "Ақмола облысы"),
        ] {
            let name = line.trim_end_matches(',');
            assert_eq!(
                author_of_two(line, next).as_deref(),
                Some(name),
                "{line} {next}"
            );
        }
        for (next, names) in [
            ("Болат СЕРІКОВ", "Асқар ОМАРОВ, Болат СЕРІКОВ"),
            ("Болат СЕРІКОВ, Ақтөбе", "Асқар ОМАРОВ, Болат СЕРІКОВ"),
            ("Егемен ҚАЗАҚСТАН", "Асқар ОМАРОВ"),
            ("Ақмола ОБЛЫСЫ", "Асқар ОМАРОВ"),
            ("Ақтөбе", "Асқар ОМАРОВ"),
        ] {
            assert_eq!(author_of_two("Асқар ОМАРОВ,", next).as_deref(), Some(names));
        }
        for (line, next) in [
            ("Асқар Мұратбеков", "Жаңа мектеп ашылды"),
            ("Асқар Мұратбек", "Ақмола облысы"),
            ("Жаңа мектеп ашылды", "«Алтын дала»"),
            ("Асқар МҰРАТБЕК,", ""),
        ] {
            assert_eq!(author_of_two(line, next), None, "{line} {next}");
        }
    }

    #[test]
    fn beside_a_date_capitalised_words_are_persons_and_sections_are_not() {
        for part in [
            "Ерлан Оспан",
            "Мөлдір Жақып",
            "Б. Сейіт",
            "Ерлан Оспан, Мөлдір Жақып",
            "Айнұр Қасымова",
        ] {
            assert_eq!(persons(part), Some(part), "{part}");
        }
        for part in [
            "Ел тынысы",
            "Жаңа Қазақстан",
            "ҚОҒАМ",
            "Ауыл шаруашылығы",
            "Азаттық Радиосы",
            "«Дала Таңы»",
            "Астана",
        ] {
            assert_eq!(persons(part), None, "{part}");
        }
    }

    #[test]
    fn headlines_places_and_sentences_are_no_bylines() {
        for line in [
            "Жаңа көпір ашылды",
            "Ақтөбе облысы",
            "ЖАҢА КӨПІР АШЫЛДЫ",
            "Айнұр Қасымова жеңіске жетті",
            "Айнұр Қасымова.",
            "Назарбаев Университеті 2024",
            "Айнұр ҚАСЫМОВА, ол бүгін келді",
            "Қасымова",
            "Жаңа мектеп, «Алтын дала»",
            "",
        ] {
            assert_eq!(author(line), None, "{line}");
        }
    }
}
