use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::checks::Check;
use crate::report::flags;

fn text(path: &str) -> &'static str {
    let file = FILES.iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("{path} is not served")).text
}

fn scripts() -> impl Iterator<Item = &'static File> {
    FILES.iter().filter(|file| file.media_type == SCRIPT)
}

/// The texts of a language, each with its forms.
fn texts(language: &str) -> BTreeMap<String, Vec<String>> {
    let all: BTreeMap<String, Value> =
        serde_json::from_str(text(&format!("/page/{language}.json"))).unwrap();
    let forms = |value: Value| match value {
        Value::String(text) => vec![text],
        Value::Object(forms) => {
            assert!(forms.contains_key("other"), "{forms:?}");
            forms
                .into_iter()
                .map(|(_, form)| form.as_str().unwrap().to_owned())
                .collect()
        }
        other => panic!("{other} is no text"),
    };
    all.into_iter()
        .map(|(key, value)| (key, forms(value)))
        .collect()
}

/// What is between `before` and the next `after`, wherever it occurs.
fn between<'a>(text: &'a str, before: &'a str, after: char) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .filter_map(move |rest| Some(rest.split_once(after)?.0))
}

#[test]
fn the_languages_have_the_same_texts_with_the_same_gaps() {
    let english = texts("en");
    for language in ["kk", "ru"] {
        let other = texts(language);
        assert!(english.keys().eq(other.keys()), "{language}");
        for (key, forms) in &english {
            let gaps = |form: &str| -> BTreeSet<String> {
                between(form, "{", '}').map(str::to_owned).collect()
            };
            let wanted = gaps(&forms[0]);
            for form in forms.iter().chain(&other[key]) {
                assert_eq!(gaps(form), wanted, "{language}: {key}");
                assert!(!form.trim().is_empty(), "{language}: {key}");
            }
        }
    }
}

#[test]
fn the_page_asks_for_the_texts_that_exist() {
    let english = texts("en");
    let areas: BTreeSet<&str> = english
        .keys()
        .filter_map(|key| key.split_once('.'))
        .map(|key| key.0)
        .collect();
    let asking = || scripts().map(|file| file.text).chain([text("/")]);
    let asked: BTreeSet<&str> = asking()
        .flat_map(|text| text.split(['\'', '"']))
        .filter(|word| {
            word.split_once('.').is_some_and(|(area, name)| {
                areas.contains(area) && name.bytes().all(|byte| byte.is_ascii_lowercase())
            })
        })
        .collect();
    assert!(asked.len() > 60, "{asked:?}");
    for key in &asked {
        assert!(english.contains_key(*key), "{key} is no text");
    }
    for key in english.keys() {
        let area = key.split_once('.').map_or("", |key| key.0);
        let by_area = format!("`{area}.${{");
        let is_asked = asked.contains(key.as_str())
            || asking().any(|text| {
                text.contains(&by_area) || text.contains(&format!("data-text=\"{key}\""))
            });
        assert!(is_asked, "{key} is never shown");
    }
}

#[test]
fn checks_are_shown_as_in_reports() {
    let english = texts("en");
    for check in Check::ALL {
        let name = check.name();
        assert_eq!(english[&format!("check.{name}")], [name]);
        let meaning = flags::meaning(check).words;
        assert_eq!(english[&format!("meaning.{name}")], [meaning]);
        let tone = format!("\n  {name}: '{}',\n", flags::class(check));
        assert!(text("/page/checks.js").contains(&tone), "{tone}");
    }
}

#[test]
fn the_page_is_made_of_files_that_are_served() {
    let page = text("/");
    for reference in between(page, " src=\"", '"').chain(between(page, "<link rel=\"", '>')) {
        let path = between(reference, "href=\"", '"')
            .next()
            .unwrap_or(reference);
        text(&format!("/{path}"));
    }
    for file in scripts() {
        for module in between(file.text, " from './", '\'') {
            text(&format!("/page/{module}"));
        }
    }
}

#[test]
fn nothing_is_inline_and_no_text_becomes_markup() {
    let page = text("/");
    assert_eq!(page.matches("<script").count(), 1);
    for inline in ["<style", " style=", " onclick=", "javascript:", "http:"] {
        assert!(!page.contains(inline), "{inline}");
    }
    let sinks = [
        "innerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "eval(",
    ];
    for file in scripts() {
        for sink in sinks {
            assert!(!file.text.contains(sink), "{}: {sink}", file.path);
        }
    }
    for file in FILES.iter().filter(|file| file.media_type == CSS) {
        for outside in ["@import", "url("] {
            assert!(!file.text.contains(outside), "{}: {outside}", file.path);
        }
    }
}

fn ask(path: &str, known: Option<&str>) -> Response {
    let file = FILES.iter().find(|file| file.path == path).unwrap();
    let mut asked = HeaderMap::new();
    if let Some(tag) = known {
        asked.insert(header::IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap());
    }
    answer(file, &entity_tag(file), &asked)
}

#[test]
fn a_file_is_sent_again_only_where_it_is_not_known() {
    let first = ask("/", None);
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[header::CONTENT_TYPE], HTML);
    let policy = first.headers()[header::CONTENT_SECURITY_POLICY].to_str();
    assert!(!policy.unwrap().contains("unsafe"));
    let tag = first.headers()[header::ETAG].to_str().unwrap();
    for known in [tag, &format!("W/{tag}"), &format!("\"x\", {tag}"), "*"] {
        assert_eq!(ask("/", Some(known)).status(), StatusCode::NOT_MODIFIED);
    }
    assert_eq!(ask("/", Some("\"x\"")).status(), StatusCode::OK);
    let script = ask("/page/main.js", Some(tag));
    assert_eq!(script.headers()[header::CONTENT_TYPE], SCRIPT);
}
