//! The words of the page, in the languages of the server's page.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};

use crate::checks::Check;

/// The languages: code, name, what this page says, and what the server's page says of checks.
const LANGUAGES: [(&str, &str, &str, &str); 3] = [
    (
        "kk",
        "Қазақша",
        include_str!("texts/kk.json"),
        include_str!("../page/texts/kk.json"),
    ),
    (
        "ru",
        "Русский",
        include_str!("texts/ru.json"),
        include_str!("../page/texts/ru.json"),
    ),
    (
        "en",
        "English",
        include_str!("texts/en.json"),
        include_str!("../page/texts/en.json"),
    ),
];

static ALL: LazyLock<Vec<Texts>> = LazyLock::new(|| {
    let texts = LANGUAGES.iter().map(|(code, name, own, shared)| {
        let parsed = |json: &str| -> HashMap<String, serde_json::Value> {
            serde_json::from_str(json).unwrap_or_default()
        };
        let words = parsed(shared).into_iter().chain(parsed(own));
        let words = words.filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())));
        Texts {
            code,
            name,
            words: words.collect(),
        }
    });
    texts.collect()
});

/// The words of one language.
pub(super) struct Texts {
    pub code: &'static str,
    pub name: &'static str,
    words: HashMap<String, String>,
}

impl Texts {
    /// All languages.
    pub(super) fn all() -> &'static [Texts] {
        &ALL
    }

    /// The language that was chosen, or the first of the browser's that there is; else English.
    pub(super) fn wanted(chosen: Option<&str>, headers: &HeaderMap) -> &'static Texts {
        let find = |code: &str| ALL.iter().find(|texts| texts.code == code);
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted
            .and_then(|list| list.to_str().ok())
            .unwrap_or_default();
        // Browsers list the languages in the order of their weights.
        let accepted = accepted.split(',').filter_map(|range| {
            let tag = range.split([';', '-']).next()?;
            find(tag.trim())
        });
        let chosen = chosen.and_then(find);
        let usual = ALL.iter().find(|texts| texts.code == "en");
        static NONE: LazyLock<Texts> = LazyLock::new(|| Texts {
            code: "en",
            name: "English",
            words: HashMap::new(),
        });
        chosen
            .or_else(|| accepted.into_iter().next())
            .or(usual)
            .unwrap_or(&NONE)
    }

    /// What is said at this place; its key, where a language lacks it.
    pub(super) fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The same with a number, or another word, in the place of `{n}`.
    pub(super) fn say_of(&self, key: &str, word: impl ToString) -> String {
        self.say(key).replace("{n}", &word.to_string())
    }

    /// The name of a check.
    pub(super) fn check(&self, check: Check) -> String {
        self.say(&format!("check.{}", check.name())).to_owned()
    }

    /// What its failure means.
    pub(super) fn meaning(&self, check: Check) -> String {
        self.say(&format!("meaning.{}", check.name())).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_the_same_things() {
        let keys = |json: &str| {
            let words: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(json).unwrap();
            words.keys().cloned().collect::<Vec<_>>()
        };
        let english = keys(LANGUAGES[2].2);
        for (code, _, own, _) in LANGUAGES {
            assert_eq!(keys(own), english, "{code}");
        }
        for texts in Texts::all() {
            for check in Check::ALL {
                assert!(!texts.check(check).contains('.'), "{}", check.name());
                assert!(texts.meaning(check).contains(' '), "{}", check.name());
            }
        }
    }

    #[test]
    fn the_language_is_chosen_or_the_browsers() {
        let wanted = |chosen: Option<&str>, accepted: &'static str| {
            let headers = [(header::ACCEPT_LANGUAGE, accepted.parse().unwrap())];
            Texts::wanted(chosen, &headers.into_iter().collect()).code
        };
        assert_eq!(wanted(None, "de-DE,de;q=0.9,ru-RU;q=0.8,en;q=0.7"), "ru");
        assert_eq!(wanted(Some("kk"), "ru"), "kk");
        assert_eq!(wanted(Some("xx"), "de"), "en");
        assert_eq!(wanted(None, ""), "en");
    }
}
