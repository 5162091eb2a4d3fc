//! Names of authors: without their role, the word before them and what is no person.

use std::ops::Range;

use super::blocks;
use super::headline::letters;
use super::page::{Content, Page};
use crate::article::byline::{named_by_word, persons};
use crate::article::{date, metadata};
use crate::text::{has_labels, squeeze};

/// Maximum words of a byline; several authors are among them.
const MAX_WORDS: usize = 8;
/// Maximum bytes of one, with what is around it.
const MAX_BYTES: usize = 500;
/// Maximum texts of an element that are looked at.
const MAX_PARTS: usize = 30;
/// Parts of words about a change.
const CHANGES: &[&str] = &[
    "жаңартыл",
    "өзгертіл",
    "өңделді",
    "обновлен",
    "изменен",
    "updated",
    "modified",
];
/// Maximum words after a name in a signature.
const MAX_WORDS_AFTER: usize = 4;
/// Words before a name.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "автор", "авторы", "авторлар", "авторлары", "мақала авторы", "мәтін авторы", "мәтін", "дайындаған", "әзірлеген", "жазған", "тілші", "тілшісі", "журналист",
    "автор статьи", "текст", "подготовил", "подготовила", "by", "author", "written by", "posted by", "жариялаған", "avtor", "avtory", "добавил", "добавила",
];
/// Words before a date.
const PUBLISHED: &[&str] = &[
    "жарияланды",
    "жарияланған",
    "жарияланған уақыты",
    "жарияланған күні",
    "уақыты",
    "күні",
    "опубликовано",
    "дата",
    "дата публикации",
    "published",
    "published on",
    "posted",
    "posted on",
];
/// What an author is, alone on a line or after a comma.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "автор", "авторы", "авторлар", "журналист", "тілші", "тілшісі", "тілшіміз", "меншікті тілші", "меншікті тілшіміз", "арнайы тілші", "арнайы тілшіміз", "арнаулы тілші", "арнаулы тілшіміз", "редактор", "бас редактор", "шеф-редактор",
    "корреспондент", "корреспонденті", "колумнист", "блогер", "сарапшы", "шолушы", "author", "editor", "reporter", "journalist", "staff writer", "correspondent",
];
/// Accounts and other names that are no person's.
#[rustfmt::skip]
const ACCOUNTS: &[&str] = &[
    "admin", "administrator", "админ", "әкімші", "администратор", "root", "user", "superuser", "super user", "moderator", "модератор", "editor", "redaktor", "redactor",
    "redakcia", "redaktsiya", "redaksiya", "редакция", "редакциясы", "webmaster", "site", "сайт", "news", "guest", "test", "wpadmin", "content manager", "contentmanager",
    "pressservice", "пресс служба", "unknown", "anonymous", "автор", "author", "тілші", "журналист", "none", "null",
];

/// The name in an element that holds the author: without role and date.
pub(super) fn name(page: &Page, at: usize, sites: &[String]) -> Option<String> {
    let parts = parts(page, page.range(at));
    let mut names: Vec<String> = parts.iter().filter_map(|part| clean(part, sites)).collect();
    // Microdata that the page does not show.
    if names.is_empty() {
        let hidden = page
            .elements_in(at)
            .take(MAX_PARTS)
            .filter(|(_, element)| element.name == "meta" && element.has_value("itemprop", "name"));
        names.extend(hidden.filter_map(|(_, element)| clean(element.attribute("content")?, sites)));
    }
    match &names[..] {
        [] => None,
        // A name in two elements.
        [first, second, ..] if is_word(first) && is_word(second) => {
            Some(format!("{first} {second}"))
        }
        [first, ..] if persons(first).is_none() => Some(first.clone()),
        names => {
            let mut all: Vec<&str> = Vec::new();
            for name in names.iter().filter(|name| persons(name).is_some()) {
                if !all.contains(&name.as_str()) {
                    all.push(name);
                }
            }
            Some(all.join(", "))
        }
    }
}

fn is_word(name: &str) -> bool {
    !name.contains(' ')
}

/// A name without the words around it; `None` if it is an account, a site, a role or no name at all.
pub(super) fn clean(text: &str, sites: &[String]) -> Option<String> {
    let mut name = squeeze(text);
    if name.len() > MAX_BYTES {
        return None;
    }
    if name.contains(':')
        && let Some(author) = metadata::statement(&name).and_then(|stated| stated.author)
    {
        // Other statements may follow: `Мәтін: Ерлан Оспан. Фото: Айгүл Сейіт`.
        name = author;
    } else if let Some((key, value)) = name.split_once(':')
        && BEFORE.contains(&key.trim().to_lowercase().as_str())
    {
        name = squeeze(value);
    } else if let Some((key, value)) = [" – ", " — ", " - "]
        .iter()
        .find_map(|dash| name.split_once(dash))
        && BEFORE.contains(&key.trim().to_lowercase().as_str())
    {
        name = squeeze(value);
    }
    for (separator, is_role) in [
        (",", true),
        (" – ", true),
        (" - ", true),
        (" — ", true),
        ("|", false),
        ("•", false),
    ] {
        while let Some((before, after)) = name.rsplit_once(separator) {
            let after = after.trim().to_lowercase();
            let last = after.split_whitespace().next_back().unwrap_or_default();
            let is_small = |word: &str| word.starts_with(char::is_lowercase);
            // The paper or the place after a person's name, of whose words one is small.
            let is_other = |text: &str| {
                is_role
                    && persons(before).is_some()
                    && text.split_whitespace().skip(1).any(is_small)
            };
            if ROLES.contains(&after.as_str())
                || is_role && ROLES.contains(&last)
                || is_other(
                    name.get(before.len() + separator.len()..)
                        .unwrap_or_default(),
                )
                || date::find(&after).is_some()
                || !is_role && after.chars().all(|next| !next.is_alphabetic())
            {
                name = squeeze(before);
            } else {
                break;
            }
        }
    }
    for before in ["by ", "автор ", "авторы "] {
        let has = name.to_lowercase().starts_with(before);
        if has && let Some(rest) = name.get(before.len()..) {
            name = squeeze(rest);
        }
    }
    if let Some(rest) = named_by_word(&name) {
        name = rest.to_owned();
    }
    if let Some((first, second)) = [" және ", " мен ", " пен ", " и ", " and "]
        .iter()
        .find_map(|and| name.split_once(and))
        && persons(first).is_some()
        && persons(second).is_some()
    {
        name = format!("{first}, {second}");
    }
    let lower = name.to_lowercase();
    let plain = letters(&name);
    // Accounts are of one small word.
    let is_login = is_word(&name) && name == lower && name.is_ascii();
    let is_account =
        is_login || ACCOUNTS.contains(&lower.as_str()) || ACCOUNTS.contains(&plain.as_str());
    let is_site = sites.iter().any(|site| letters(site) == plain) || has_labels(&lower);
    let fits = name.chars().filter(|next| next.is_alphabetic()).count() >= 3
        && name.split_whitespace().count() <= MAX_WORDS
        && !name.contains("://")
        && !name.contains('@')
        && date::find(&name).is_none()
        && !ROLES.contains(&lower.as_str())
        && !BEFORE.contains(&lower.as_str())
        && !name.ends_with(['?', '!'])
        && !is_account
        && !is_site;
    fits.then(|| name.trim_end_matches([',', ';']).to_owned())
}

/// The author whom a line at the end of a text names, with a role or a place after a comma at most.
pub(super) fn signature(line: &str) -> Option<&str> {
    let line = line.trim();
    // A stop after the name, which is none of an initial.
    let line = match line.strip_suffix('.') {
        Some(name) if name.chars().rev().nth(2).is_some_and(char::is_alphabetic) => name,
        _ => line,
    };
    let (name, after) = line.split_once(',').unwrap_or((line, ""));
    let is_short = after.split_whitespace().count() <= MAX_WORDS_AFTER
        && !after.contains(|next: char| next.is_ascii_digit());
    (is_short && !line.ends_with(['.', '!', '?', ':']))
        .then(|| persons(name))
        .flatten()
}

/// The author whom a line names with a role after a comma (`Еділ МАМЫТ, арнайы тілшіміз`).
pub(super) fn with_role(line: &str) -> Option<&str> {
    let (name, role) = line.split_once(',')?;
    let role = role.trim().to_lowercase();
    ROLES
        .contains(&role.as_str())
        .then(|| persons(name))
        .flatten()
}

/// Whether a text says only what the statement after it is (`Авторы`, `Жарияланды`).
pub(super) fn is_before_statement(text: &str) -> bool {
    let word = text.trim_matches(|sign: char| !sign.is_alphanumeric());
    let word = word.to_lowercase();
    BEFORE.contains(&word.as_str()) || PUBLISHED.contains(&word.as_str())
}

/// Whether a statement is about a change, not about publication.
pub(super) fn is_change(text: &str) -> bool {
    let lower = text.to_lowercase();
    CHANGES.iter().any(|word| lower.contains(word))
}

/// What a statement says before it tells of a change, where that has a date of its own.
pub(super) fn before_change(text: &str) -> Option<&str> {
    let at = CHANGES
        .iter()
        .filter_map(|word| text.to_lowercase().find(word))
        .min()?;
    let (before, after) = text.split_at_checked(at)?;
    date::find(after).map(|_| before)
}

/// The texts of nodes, parted where another element begins or ends, but for emphasis.
pub(super) fn parts(page: &Page, range: Range<usize>) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut ends: Vec<usize> = Vec::new();
    let flush = |text: &mut String, parts: &mut Vec<String>| {
        let part = squeeze(&std::mem::take(text));
        if !part.is_empty() && parts.len() < MAX_PARTS {
            parts.push(part);
        }
    };
    let start = range.start;
    let mut skip = 0;
    for (offset, node) in page.nodes.get(range).unwrap_or_default().iter().enumerate() {
        let here = start + offset;
        while ends.last().is_some_and(|&end| end <= here) {
            ends.pop();
            flush(&mut text, &mut parts);
        }
        if here < skip {
            continue;
        }
        match &node.content {
            Content::Text(more) if text.len() < 1_000 => text.push_str(more),
            Content::Element(element) => {
                if super::roles::has_no_text(element) {
                    skip = node.end;
                } else if blocks::is_block(&element.name)
                    || matches!(element.name.as_str(), "span" | "a" | "time" | "br" | "i")
                {
                    flush(&mut text, &mut parts);
                    ends.push(node.end);
                }
            }
            _ => {}
        }
        if parts.len() == MAX_PARTS {
            break;
        }
    }
    flush(&mut text, &mut parts);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_roles_and_dates() {
        for (text, name) in [
            ("Автор: Назерке Әлімова", Some("Назерке Әлімова")),
            ("Жазған Назерке Әлімова", Some("Назерке Әлімова")),
            ("Posted by Назерке Әлімова", Some("Назерке Әлімова")),
            ("Назерке Әлімова, тілші", Some("Назерке Әлімова")),
            ("Назерке Әлімова | 12 мамыр 2023", Some("Назерке Әлімова")),
            ("А. Оспан, Б. Серік", Some("А. Оспан, Б. Серік")),
            ("Мәтін: Мөлдір Жақып. Сурет: Б. Серік", Some("Мөлдір Жақып")),
            ("Назерке Әлімова, арнаулы тілші", Some("Назерке Әлімова")),
            (
                "Назерке Әлімова, Дала үні, 12 мамыр 2023",
                Some("Назерке Әлімова"),
            ),
            (
                "Назерке Әлімова және Ерлан Оспан",
                Some("Назерке Әлімова, Ерлан Оспан"),
            ),
            ("Мәтін авторы – Мөлдір Жақып", Some("Мөлдір Жақып")),
            ("syrboyi", None),
            ("admin", None),
            ("Дала таңы", None),
            ("dala.example", None),
            ("Тілші", None),
            ("12.05.2023", None),
        ] {
            let sites = ["Дала таңы".to_owned()];
            assert_eq!(clean(text, &sites).as_deref(), name, "{text}");
        }
    }
}
