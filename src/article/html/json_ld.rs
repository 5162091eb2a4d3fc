//! What a page says about its article in JSON-LD (schema.org).

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::evidence::{MAX_SITES, MAX_STATEMENT, beginning};
use super::page::Page;
use crate::text::squeeze;

/// Maximum depth to which nested lists and graphs are followed.
const MAX_DEPTH: usize = 6;
/// Maximum bytes of what a page says about itself in one script; longer ones are left out.
const MAX_BYTES: usize = 1 << 20;
/// Maximum objects of all scripts that are looked at.
const MAX_OBJECTS: usize = 10_000;
/// Maximum authors of an article.
const MAX_AUTHORS: usize = 5;

/// What JSON-LD says.
#[derive(Debug, Default)]
pub(super) struct JsonLd {
    pub headline: Option<String>,
    /// A time stamp, as it is written.
    pub published: Option<String>,
    pub section: Option<String>,
    pub author: Option<String>,
    /// The text of the article.
    pub body: Option<String>,
    pub url: Option<String>,
    /// The names of the site.
    pub sites: Vec<String>,
    /// Names on the way to the article, the site's first.
    pub breadcrumbs: Vec<String>,
}

/// Reads all scripts; what the first article says goes first.
pub(super) fn read(page: &Page) -> JsonLd {
    let mut found = JsonLd::default();
    let mut objects = 0;
    for (at, element) in page.elements() {
        let kind = element.attribute("type").unwrap_or_default();
        if element.name != "script" || !kind.trim().eq_ignore_ascii_case("application/ld+json") {
            continue;
        }
        let text = page.raw_text(at);
        if text.len() > MAX_BYTES || objects > MAX_OBJECTS {
            continue;
        }
        let Some(value) = parse(&text) else { continue };
        let mut all = Vec::new();
        collect(&value, MAX_DEPTH, &mut all);
        all.truncate(MAX_OBJECTS.saturating_sub(objects));
        objects += all.len();
        let names = names(&all);
        for object in &all {
            found.take(object, &names);
        }
    }
    found
}

/// The value of a script: in CDATA or a comment, with a semicolon after it, with line breaks in strings.
fn parse(text: &str) -> Option<Value> {
    let start = text.find(['{', '['])?;
    // `[` is in `<![CDATA[` too.
    let start = match text.find("<![CDATA[") {
        Some(at) if at < start => {
            let after = at + "<![CDATA[".len();
            after + text.get(after..)?.find(['{', '['])?
        }
        _ => start,
    };
    let end = text.rfind(['}', ']'])?;
    // The end of CDATA has brackets, too.
    let end = match text.rfind("]]>") {
        Some(at) if at + 1 >= end.saturating_sub(1) && at > start => {
            text.get(..at)?.rfind(['}', ']'])?
        }
        _ => end,
    };
    let json = text.get(start..=end)?;
    if let Ok(value) = serde_json::from_str(json) {
        return Some(value);
    }
    let plain: String = json
        .chars()
        .map(|next| if next.is_control() { ' ' } else { next })
        .collect();
    serde_json::from_str(&plain)
        .or_else(|_| serde_json::from_str(&without_last_commas(&plain)))
        .ok()
}

/// JSON without the commas that programs leave before a closing bracket.
fn without_last_commas(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    // Where the last comma outside of strings is, if only white space comes after it.
    let mut comma: Option<usize> = None;
    let (mut in_string, mut is_escaped) = (false, false);
    for next in json.chars() {
        if in_string {
            in_string = is_escaped || next != '"';
            is_escaped = !is_escaped && next == '\\';
        } else {
            match next {
                '}' | ']' => {
                    if let Some(at) = comma.take() {
                        plain.truncate(at);
                    }
                }
                ',' => comma = Some(plain.len()),
                _ if next.is_whitespace() => {}
                _ => {
                    comma = None;
                    in_string = next == '"';
                }
            }
        }
        plain.push(next);
    }
    plain
}

/// All objects with a type, in lists and graphs and in what they are about.
fn collect<'v>(value: &'v Value, depth: usize, all: &mut Vec<&'v Map<String, Value>>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth, all)),
        Value::Object(fields) => {
            all.push(fields);
            for name in [
                "@graph",
                "mainEntity",
                "mainEntityOfPage",
                "hasPart",
                "about",
            ] {
                if let Some(value) = fields.get(name) {
                    collect(value, depth, all);
                }
            }
            for name in ["author", "publisher", "breadcrumb"] {
                if let Some(value @ (Value::Object(_) | Value::Array(_))) = fields.get(name) {
                    collect(value, depth, all);
                }
            }
        }
        _ => {}
    }
}

fn is_of_kind(fields: &Map<String, Value>, is_kind: impl Fn(&str) -> bool) -> bool {
    match fields.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind.as_str().is_some_and(&is_kind)),
        Some(Value::String(kind)) => is_kind(kind),
        _ => false,
    }
}

impl JsonLd {
    fn take(&mut self, object: &Map<String, Value>, names: &Names) {
        let is_article = |kind: &str| {
            kind.ends_with("Article")
                || matches!(
                    kind,
                    "BlogPosting" | "Report" | "SocialMediaPosting" | "LiveBlogPosting"
                )
        };
        let is_site = |kind: &str| kind.ends_with("Organization") || kind == "WebSite";
        if is_of_kind(object, is_article) {
            let field = |name: &str| object.get(name).and_then(words);
            let or = |old: &mut Option<String>, new: &dyn Fn() -> Option<String>| {
                if old.is_none() {
                    *old = new();
                }
            };
            or(&mut self.headline, &|| {
                field("headline").or_else(|| field("name"))
            });
            or(&mut self.published, &|| {
                field("datePublished").or_else(|| field("dateCreated"))
            });
            or(&mut self.section, &|| field("articleSection"));
            or(&mut self.author, &|| authors(object, names));
            or(&mut self.body, &|| body(object));
            or(&mut self.url, &|| field("url").or_else(|| address(object)));
            if self.sites.len() < MAX_SITES {
                let site = object.get("publisher").and_then(|one| named(one, names));
                self.sites.extend(site);
            }
        } else if is_of_kind(object, is_site) {
            if self.sites.len() < MAX_SITES {
                self.sites.extend(object.get("name").and_then(words));
            }
        } else if is_of_kind(object, |kind| kind == "BreadcrumbList") && self.breadcrumbs.is_empty()
        {
            let items = object.get("itemListElement").and_then(Value::as_array);
            let names = items.into_iter().flatten().filter_map(|item| {
                item.get("name")
                    .and_then(words)
                    .or_else(|| item.get("item")?.get("name").and_then(words))
            });
            self.breadcrumbs = names.take(10).collect();
        }
    }
}

/// The text of an article, its lines kept.
fn body(object: &Map<String, Value>) -> Option<String> {
    let text = object.get("articleBody")?.as_str()?;
    Some(html_escape::decode_html_entities(text).into_owned())
}

fn address(object: &Map<String, Value>) -> Option<String> {
    match object.get("mainEntityOfPage")? {
        Value::String(address) => Some(address.clone()),
        Value::Object(page) => page.get("@id").and_then(words),
        _ => None,
    }
}

/// The names of the authors.
fn authors(object: &Map<String, Value>, known: &Names) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let values = match object.get("author")? {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let is = |value: &Value, kind: &str| {
        value
            .as_object()
            .is_some_and(|fields| is_of_kind(fields, |one| one.ends_with(kind)))
    };
    // The paper stands beside who wrote for it.
    let has_person = values.iter().any(|value| is(value, "Person"));
    let persons = values
        .iter()
        .filter(|value| !has_person || !is(value, "Organization"));
    for value in persons.take(MAX_AUTHORS) {
        if let Some(name) = named(value, known)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// The name of a person or an organisation: itself, or that of the object with its id.
fn named(value: &Value, names: &Names) -> Option<String> {
    words(value).or_else(|| names.get(value.get("@id")?.as_str()?).cloned())
}

/// The names of objects by their ids.
type Names<'v> = HashMap<&'v str, String>;

fn names<'v>(all: &[&'v Map<String, Value>]) -> Names<'v> {
    let mut names = Names::new();
    for object in all {
        let id = object.get("@id").and_then(Value::as_str);
        let name = object.get("name").and_then(words);
        if let Some((id, name)) = id.zip(name) {
            names.entry(id).or_insert(name);
        }
    }
    names
}

/// A text, the name of an object, or the first of a list of these.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => Some(squeeze(&html_escape::decode_html_entities(text))),
        Value::Object(fields) => fields.get("name").and_then(Value::as_str).map(squeeze),
        Value::Array(values) => values
            .first()
            .filter(|first| !first.is_array())
            .and_then(words),
        _ => None,
    };
    let text = text.map(|text| beginning(&text, MAX_STATEMENT).trim_end().to_owned());
    text.filter(|text| !text.is_empty())
}
