//! Addresses of pages: an archive's copy has the address of its original, and dates are in many.

use crate::article::date;
use crate::text::host;

/// The hosts of archives of the web, and what in an address begins the time of capture.
const ARCHIVES: &[&str] = &[
    "web.archive.org/web/",
    "archive.org/web/",
    "web.archive.org.ru/web/",
];
const TODAY_ARCHIVES: &[&str] = &[
    "archive.ph/",
    "archive.is/",
    "archive.today/",
    "archive.li/",
    "archive.md/",
    "archive.vn/",
    "archive.fo/",
];

/// An address, and when an archive captured it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub url: String,
    /// `YYYY-MM-DD`.
    pub captured: Option<String>,
}

/// An address on the web: the original's if it is of an archive's copy. `None` if it is not complete.
pub(super) fn original(address: &str) -> Option<Address> {
    let address = address.trim();
    let plain = |url: &str| {
        host(url).map(|_| Address {
            url: url.to_owned(),
            captured: None,
        })
    };
    let (_, rest) = address.split_once("//")?;
    let archived = ARCHIVES
        .iter()
        .find_map(|archive| rest.strip_prefix(archive));
    let today = || {
        TODAY_ARCHIVES
            .iter()
            .find_map(|archive| rest.strip_prefix(archive))
    };
    let Some(copy) = archived.or_else(today) else {
        return plain(address);
    };
    let (time, url) = copy.split_once('/')?;
    let captured = digits_day(time);
    if captured.is_none() || host(url).is_none() {
        return None;
    }
    Some(Address {
        url: url.to_owned(),
        captured,
    })
}

/// The day of `20240127101112`, `20240127101112id_` or `2024.01.27-101112`.
pub(super) fn digits_day(time: &str) -> Option<String> {
    let digits: String = time
        .chars()
        .filter(|next| !matches!(next, '.' | '-'))
        .take_while(char::is_ascii_digit)
        .take(8)
        .collect();
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    date::find(&format!("{year}-{month}-{day}"))
}

/// The date in the path of an address: `/2024/01/27/`, `/2024-01-27-…`, `/20240127/`.
pub(super) fn day(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split(['/', '-', '_', '.']).collect();
    let has = |part: &str, digits: usize| {
        part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_year = |part: &str| part.starts_with("19") || part.starts_with("20");
    parts
        .windows(3)
        .find_map(|window| match window {
            [year, month, day] if has(year, 4) && is_year(year) && has(month, 2) && has(day, 2) => {
                date::find(&format!("{year}-{month}-{day}"))
            }
            [day, month, year] if has(year, 4) && is_year(year) && has(month, 2) && has(day, 2) => {
                date::find(&format!("{year}-{month}-{day}"))
            }
            _ => None,
        })
        .or_else(|| {
            let mut parts = path
                .split('/')
                .filter_map(|part| part.split(['-', '_', '.']).next());
            parts.find_map(|part| {
                (has(part, 8) && is_year(part))
                    .then(|| digits_day(part))
                    .flatten()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archives_copy_has_the_address_of_its_original() {
        let with = |url: &str, captured: Option<&str>| {
            Some(Address {
                url: url.to_owned(),
                captured: captured.map(str::to_owned),
            })
        };
        for (address, expected) in [
            (
                "http://web.archive.org/web/20240127101112/https://habar.example/a?b=1",
                with("https://habar.example/a?b=1", Some("2024-01-27")),
            ),
            (
                "https://web.archive.org/web/20190301000000id_/http://habar.example/",
                with("http://habar.example/", Some("2019-03-01")),
            ),
            (
                "https://archive.ph/2024.01.27-101112/https://habar.example/a",
                with("https://habar.example/a", Some("2024-01-27")),
            ),
            (
                "https://habar.example/a",
                with("https://habar.example/a", None),
            ),
            ("/a", None),
            ("https://archive.ph/AbCdE", None),
            ("javascript://x", None),
        ] {
            assert_eq!(original(address), expected, "{address}");
        }
    }

    #[test]
    fn dates_in_addresses_are_read() {
        for (address, expected) in [
            ("https://a.kz/2024/01/27/su-joq/", Some("2024-01-27")),
            ("https://a.kz/news/2024-01-27-su", Some("2024-01-27")),
            ("https://a.kz/kz/27-01-2024/su", Some("2024-01-27")),
            ("https://a.kz/20240127/su", Some("2024-01-27")),
            ("https://a.kz/news/20240127-su-joq", Some("2024-01-27")),
            ("https://a.kz/news/12345678", None),
            ("https://a.kz/2024/13/45/x", None),
            ("https://a.kz/2024-jyl", None),
        ] {
            assert_eq!(day(address).as_deref(), expected, "{address}");
        }
    }
}
