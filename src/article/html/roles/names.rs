//! The words of classes that say what an element is, without those that say what it has or lacks.

use crate::article::html::page::{self, Element};

/// Words before what an element has, lacks or is hooked to (`no-sidebar`, `has-footer`, `js-share-root`).
const BEFORE: &[&str] = &[
    "no", "not", "non", "without", "has", "have", "with", "js", "hide",
];
/// Words after what an element allows or lacks (`comments-open`, `sponsored-no`).
const AFTER: &[&str] = &[
    "no", "off", "false", "none", "open", "closed", "enabled", "disabled",
];
/// Words before the terms of an article that systems write into its classes (`category-popular`), and what
/// follows the same words where they name a list of terms.
const TERMS: &[&str] = &[
    "category", "tag", "term", "taxonomy", "format", "status", "type",
];
const LISTS: &[&str] = &["list", "cloud", "links", "box", "block"];
/// What an article can be besides (`node-promoted`).
const STATES: &[&str] = &["promoted", "sticky", "published", "featured"];
/// Words of which the class of a text is made: one of the first beside any of the others.
#[rustfmt::skip]
const BODY: &[&str] = &[
    "article", "body", "content", "detail", "details", "entry", "fulltext", "maqala", "makala", "material", "matin", "node", "post", "story", "text", "txt",
];
#[rustfmt::skip]
const BESIDE_BODY: &[&str] = &[
    "area", "block", "full", "inner", "main", "news", "page", "single", "the", "view", "wrap", "wrapper", "td",
];
/// Whether a class or the id of an element has one of these words and says that the element is such a thing.
pub(super) fn is_of(element: &Element, words: &[&str]) -> bool {
    // Most elements have none of the words, and are known at once.
    element.has_name(words) && has_words(&of_kind(element, &[]), words)
}

/// Whether the classes of an element have one of `words` besides the words of `but`.
pub(super) fn is_of_others(element: &Element, words: &[&str], but: &[&str]) -> bool {
    has_words(&of_kind(element, but), words)
}

/// Whether a class of an element is one of a text and has none of `others`.
pub(super) fn has_body_class(element: &Element, others: &[&str]) -> bool {
    let value = element.attribute("class").unwrap_or_default();
    value.split_whitespace().any(|class| {
        let words = words(class);
        let mut all = words.split_whitespace();
        let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        has_words(&words, BODY)
            && all
                .all(|word| BODY.contains(&word) || BESIDE_BODY.contains(&word) || is_number(word))
            && !has_words(&words, others)
    })
}

/// The words of an element's classes and its id that say what it is, each between spaces, without those of
/// `but`.
fn of_kind(element: &Element, but: &[&str]) -> String {
    let values = ["class", "id"]
        .into_iter()
        .filter_map(|name| element.attribute(name));
    let mut names = String::from(" ");
    for class in values.flat_map(str::split_whitespace) {
        for word in kinds(class).iter().flat_map(|part| part.split_whitespace()) {
            if !but.contains(&word) {
                names.push_str(word);
                names.push(' ');
            }
        }
    }
    names
}

/// The words of a class and those of its modifiers (`node--promoted`), but for those that say what the
/// element has, lacks or is filed under.
fn kinds(class: &str) -> Vec<String> {
    let mut parts = class.split("--").map(words);
    let base = parts.next().unwrap_or_default();
    let is_of_text = base
        .split_whitespace()
        .next()
        .is_some_and(|first| BODY.contains(&first));
    let is_state_of_text =
        |part: &String| is_of_text && STATES.iter().any(|state| part.trim() == *state);
    let modifiers: Vec<String> = parts.filter(|part| !is_state_of_text(part)).collect();
    let mut kinds = vec![base];
    kinds.extend(modifiers);
    kinds.retain(|part| !is_state(part));
    kinds
}

fn words(class: &str) -> String {
    let mut words = String::new();
    page::push_words(&mut words, class);
    words
}

/// Whether the words of a class say what an element has, lacks or is filed under.
fn is_state(words: &str) -> bool {
    let all: Vec<&str> = words.split_whitespace().collect();
    let [first, .., last] = all[..] else {
        return false;
    };
    BEFORE.contains(&first)
        || AFTER.contains(&last)
        || TERMS.contains(&first) && !all.get(1).is_some_and(|second| LISTS.contains(second))
        || BODY.contains(&first) && STATES.contains(&last)
}

fn has_words(names: &str, words: &[&str]) -> bool {
    words.iter().any(|words| page::has_words(names, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_say_what_an_element_has_or_lacks_are_known() {
        for class in [
            "no-sidebar",
            "without-banner",
            "has-footer",
            "with_comments",
            "noComments",
            "js-share-root",
            "comments-open",
            "comments-closed",
            "sponsored-no",
            "category-popular",
            "tag-reklama",
            "node-promoted",
        ] {
            assert_eq!(kinds(class), Vec::<String>::new(), "{class}");
        }
        for class in [
            "sidebar",
            "share-block",
            "comments-list",
            "tag-cloud",
            "promoted",
        ] {
            assert_eq!(kinds(class).len(), 1, "{class}");
        }
        for (class, base) in [
            ("node--promoted", " node "),
            ("article__content--with-ad", " article content "),
        ] {
            assert_eq!(kinds(class), [base], "{class}");
        }
        assert_eq!(kinds("block--related"), [" block ", " related "]);
    }
}
