//! Names of authors: without their role, the word before them and what is no person.

use std::ops::Range;

use super::blocks;
use super::headline::letters;
use super::page::{Content, Page};
use crate::article::{date, metadata};
use crate::text::{has_labels, squeeze};

/// Maximum words of a byline; several authors are among them.
const MAX_WORDS: usize = 8;
/// Maximum bytes of one, with what is around it.
const MAX_BYTES: usize = 500;
/// Maximum texts of an element that are looked at.
const MAX_PARTS: usize = 30;
/// Words before a name.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "автор", "авторы", "авторлар", "авторлары", "мақала авторы", "мәтін авторы", "мәтін", "дайындаған", "әзірлеген", "жазған", "тілші", "тілшісі", "журналист",
    "автор статьи", "текст", "подготовил", "подготовила", "by", "author", "written by", "posted by", "жариялаған", "avtor", "avtory",
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
    "автор", "авторы", "авторлар", "журналист", "тілші", "тілшісі", "тілшіміз", "меншікті тілші", "меншікті тілшіміз", "арнайы тілші", "редактор", "бас редактор", "шеф-редактор",
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
    let names: Vec<String> = parts.iter().filter_map(|part| clean(part, sites)).collect();
    match &names[..] {
        [] => None,
        // A name in two elements.
        [first, second, ..] if is_word(first) && is_word(second) => {
            Some(format!("{first} {second}"))
        }
        [first, ..] => Some(first.clone()),
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
            if ROLES.contains(&after.as_str())
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
    let lower = name.to_lowercase();
    let plain = letters(&name);
    let is_account = ACCOUNTS.contains(&lower.as_str()) || ACCOUNTS.contains(&plain.as_str());
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

/// Whether a text says only what the statement after it is (`Авторы`, `Жарияланды`).
pub(super) fn is_before_statement(text: &str) -> bool {
    let word = text.trim_matches(|sign: char| !sign.is_alphanumeric());
    let word = word.to_lowercase();
    BEFORE.contains(&word.as_str()) || PUBLISHED.contains(&word.as_str())
}

/// Whether a statement is about a change, not about publication.
pub(super) fn is_change(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "жаңартыл",
        "өзгертіл",
        "өңделді",
        "обновлен",
        "изменен",
        "updated",
        "modified",
    ]
    .iter()
    .any(|word| lower.contains(word))
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
            ("Назерке Әлімова, тілші", Some("Назерке Әлімова")),
            ("Назерке Әлімова | 12 мамыр 2023", Some("Назерке Әлімова")),
            ("А. Оспан, Б. Серік", Some("А. Оспан, Б. Серік")),
            ("Мәтін: Мөлдір Жақып. Сурет: Б. Серік", Some("Мөлдір Жақып")),
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
