//! The scripts that hold data: a call with JSON, in which nothing acts.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Day, Item, MAX_PART_ARTICLES, MAX_PART_BYTES};
use crate::checks::Check;
use crate::report::{escape, flags, language::Language};

/// How a part's script begins, and that of the list of parts.
pub(super) const PART_START: &str = "audarmaPart(";
pub(super) const PARTS_START: &str = "audarmaParts(";
/// How much of a title another article's page shows of it, in bytes.
const MAX_TITLE_BYTES: usize = 160;

/// The end of a part: what the page of the article next to it links to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Neighbour {
    file: String,
    title: String,
}

impl Neighbour {
    fn of(item: &Item) -> Self {
        let title = item.title.unwrap_or(item.id);
        let mut end = title.len().min(MAX_TITLE_BYTES);
        while !title.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            file: item.file.to_owned(),
            title: title.get(..end).unwrap_or_default().to_owned(),
        }
    }
}

/// A part: articles of one month that follow one another.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Part {
    pub name: String,
    pub articles: usize,
    pub newest: Day,
    pub oldest: Day,
    pub first: Neighbour,
    pub last: Neighbour,
    #[serde(skip)]
    pub has_page: bool,
}

impl Part {
    /// A part that begins with `item`, which is not in it yet.
    pub(super) fn begin(name: String, item: &Item, has_page: bool) -> Self {
        Self {
            name,
            articles: 0,
            newest: item.day,
            oldest: item.day,
            first: Neighbour::of(item),
            last: Neighbour::of(item),
            has_page,
        }
    }

    pub(super) fn add(&mut self, item: &Item) {
        self.articles += 1;
        self.oldest = item.day;
        self.last = Neighbour::of(item);
    }

    /// Whether an article of this day is of the part's month.
    pub(super) fn holds(&self, day: Day) -> bool {
        day.map(|day| day / 100) == self.newest.map(|day| day / 100)
    }
}

/// An article as the scripts know it; what is missing is left out.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rtl: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    /// In the article's language, and in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<(&'a str, &'a str)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// Name, sentences, reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<(&'a str, usize, &'a [String])>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    names: &'a [String],
}

/// The articles of a part as JSON.
#[derive(Default)]
pub(super) struct PartData {
    articles: usize,
    json: String,
}

impl PartData {
    pub(super) fn add(&mut self, item: &Item) {
        let language = item.language.map(Language::of);
        let flags = item.flags.iter();
        let record = Record {
            id: item.id,
            file: item.file,
            day: item.day,
            title: item.title,
            original: item.original,
            rtl: language.as_ref().is_some_and(|known| known.right_to_left),
            lang: language.map(|known| known.tag),
            summary: item.summary,
            section: item.section,
            outlet: item.outlet,
            url: item.url,
            flags: flags
                .map(|flag| (flag.check.name(), flag.sentences, flag.reasons))
                .collect(),
            names: item.names,
        };
        if self.articles > 0 {
            self.json.push_str(",\n");
        }
        self.articles += 1;
        self.json.push_str(&in_script(&record));
    }

    pub(super) fn is_full(&self) -> bool {
        self.articles >= MAX_PART_ARTICLES || self.json.len() >= MAX_PART_BYTES
    }

    pub(super) fn script(&self, name: &str) -> String {
        format!("{PART_START}{},[\n{}\n]);\n", in_script(&name), self.json)
    }
}

/// The script that lists the parts, for the pages of articles.
pub(super) fn parts_script(parts: &[Part]) -> String {
    format!("{PARTS_START}{});\n", in_script(&parts))
}

/// What the first page's script has to know, as JSON for an element of the page.
pub(super) fn of_first_page(parts: &[Part]) -> String {
    let checks = Check::ALL.into_iter().map(|check| {
        let known = json!([flags::class(check), flags::meaning(check).words]);
        (check.name().to_owned(), known)
    });
    let checks: Map<String, Value> = checks.collect();
    in_script(&json!({"parts": parts, "checks": checks}))
}

/// JSON as it may be within a script and within its element: `<` is escaped, so that no text ends
/// the element, and whatever acts or breaks a line.
fn in_script(value: &impl Serialize) -> String {
    // These values have no keys but text, and nothing that fails.
    let json = serde_json::to_string(value).unwrap_or_default();
    escape::json(&json).replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_script_acts_and_the_values_stay() {
        let text = "</script><!--\u{2028}\u{2029}\u{202e}\u{0}\"'\\ Ә`${x}";
        let script = in_script(&text);
        for acts in ["<", "\u{2028}", "\u{2029}", "\u{202e}", "\u{0}"] {
            assert!(!script.contains(acts), "{script}");
        }
        assert_eq!(serde_json::from_str::<String>(&script).unwrap(), text);
    }
}
