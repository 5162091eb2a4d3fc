//! Which fields of a record say what: its text, its headline, its date and so on.
//!
//! Policy: fields are known by the names that scrapers, feeds and content systems give them, whatever
//! the case and the signs between words (`publishedAt`, `published_at`). Of several for one thing the
//! first of the list counts. A value that cannot be what the name says (a date that is none) is
//! passed over. What is used stays among the record's fields as well, apart from the text.

use serde_json::{Map, Value};

use super::member_name::shown;
use super::record::Content;
use crate::article::{Charset, Given, Metadata, date, without_tags};
use crate::text::{is_web_address, squeeze};

/// How records are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordOptions {
    /// The field or column that holds the text; if `None`, the first with a usual name.
    pub text_field: Option<String>,
    /// The charset of tables of text, if it is not UTF-8.
    pub encoding: Option<Charset>,
    /// Whether U+FFFD replaces what is not in the charset of a table.
    pub lossy: bool,
}

// The names are written as `plain` leaves them.

/// Names of the text itself. A page may be given beside the text that was taken from it, so it comes last of
/// the usual ones.
const TEXT: &[&str] = &[
    "text",
    "body",
    "content",
    "article",
    "html",
    "articlebody",
    "articletext",
    "articlecontent",
    "fulltext",
    "maintext",
    "bodytext",
    "contenthtml",
    "contenttext",
    "contentencoded",
    "htmlbody",
    "bodyhtml",
    "textcontent",
    "мәтін",
    "мәтіні",
    "текст",
    "мазмұны",
];
const TITLE: &[&str] = &[
    "title",
    "headline",
    "heading",
    "header",
    "subject",
    "articletitle",
    "newstitle",
    "тақырып",
    "тақырыбы",
    "атауы",
    "заголовок",
    "название",
];
const DATE: &[&str] = &[
    "date",
    "published",
    "pubdate",
    "datepublished",
    "publishedat",
    "publisheddate",
    "publishdate",
    "publicationdate",
    "publishedon",
    "publishedtime",
    "publishtime",
    "datetime",
    "posted",
    "postedat",
    "postdate",
    "created",
    "createdat",
    "createddate",
    "timestamp",
    "time",
    "issued",
    "dcdate",
    "күні",
    "уақыты",
    "мерзімі",
    "жарияланғанкүні",
    "дата",
    "датапубликации",
];
const AUTHOR: &[&str] = &[
    "author",
    "authors",
    "byline",
    "creator",
    "dccreator",
    "writer",
    "authorname",
    "journalist",
    "автор",
    "авторы",
    "авторлар",
];
const URL: &[&str] = &[
    "url",
    "link",
    "articleurl",
    "pageurl",
    "sourceurl",
    "canonicalurl",
    "permalink",
    "href",
    "uri",
    "address",
    "source",
    "сілтеме",
    "ссылка",
];
const SECTION: &[&str] = &[
    "section",
    "category",
    "rubric",
    "categories",
    "sections",
    "topic",
    "айдар",
    "айдары",
    "бөлім",
    "бөлімі",
    "санат",
    "рубрика",
    "раздел",
    "категория",
];
const ORIGIN: &[&str] = &[
    "sitename",
    "sourcename",
    "sourcehostname",
    "hostname",
    "site",
    "website",
    "domain",
    "publisher",
    "outlet",
    "channel",
    "newspaper",
    "source",
    "дереккөз",
    "дереккөзі",
    "сайт",
    "источник",
];
const VIEWS: &[&str] = &[
    "views",
    "viewcount",
    "viewscount",
    "hits",
    "қаралым",
    "просмотры",
];

const ALL: [&[&str]; 8] = [TEXT, TITLE, DATE, AUTHOR, URL, SECTION, ORIGIN, VIEWS];

/// Maximum bytes of a name that can be one of these.
const MAX_NAME_BYTES: usize = 64;
/// Maximum characters of a headline, and of a name of a person, a section or a site.
const MAX_TITLE: usize = 500;
const MAX_VALUE: usize = 200;
/// Maximum bytes of an address.
const MAX_URL_BYTES: usize = 2000;
/// Maximum values of a list that are read.
const MAX_LISTED: usize = 20;

const NO_TEXT: &str = "it has neither text nor html";

/// A field's name in lower case, its letters and digits alone; `None` if it is too long for a known
/// one.
fn plain(name: &str) -> Option<String> {
    let is_part = |c: &char| c.is_alphanumeric();
    (name.len() <= MAX_NAME_BYTES).then(|| {
        name.chars()
            .filter(is_part)
            .flat_map(char::to_lowercase)
            .collect()
    })
}

/// Whether a field of this name is read as text, so that bytes in it have to be UTF-8.
pub(super) fn is_known(name: &str, options: &RecordOptions) -> bool {
    let is_known =
        |plain: String| plain == "id" || ALL.iter().any(|names| names.contains(&plain.as_str()));
    options.text_field.as_deref() == Some(name) || plain(name).is_some_and(is_known)
}

/// Whether a field of this name may hold the text.
pub(super) fn may_be_text(name: &str, options: &RecordOptions) -> bool {
    match &options.text_field {
        Some(field) => field == name,
        None => plain(name).is_some_and(|plain| TEXT.contains(&plain.as_str())),
    }
}

/// Takes the text out of a record's fields.
///
/// # Errors
/// Why there is none, or more than one.
pub(super) fn take_content(
    fields: &mut Map<String, Value>,
    options: &RecordOptions,
) -> Result<Content, String> {
    let name = match &options.text_field {
        Some(name) => name.clone(),
        None => text_field(fields)?,
    };
    let is_text = |value: &Value| !value.is_null();
    let Some(value) = fields.shift_remove(&name).filter(is_text) else {
        return Err(match options.text_field {
            Some(_) => format!("it has no field named \"{}\"", shown(&name)),
            None => String::from(NO_TEXT),
        });
    };
    if options.text_field.is_none() {
        for other in ["text", "html"] {
            if fields.get(other).is_some_and(Value::is_null) {
                fields.shift_remove(other);
            }
        }
    }
    let text = match value {
        Value::String(text) => text,
        Value::Array(parts) => {
            let texts: Option<Vec<&str>> = parts.iter().map(paragraph).collect();
            texts
                .ok_or_else(|| format!("its {} is no string", shown(&name)))?
                .join("\n\n")
        }
        // A content system's `{"rendered": …}`.
        Value::Object(mut parts) => match parts.remove("rendered") {
            Some(Value::String(html)) => return Ok(Content::Html(html)),
            _ => return Err(format!("its {} is no string", shown(&name))),
        },
        _ => return Err(format!("its {} is no string", shown(&name))),
    };
    Ok(match name.as_str() {
        "text" if options.text_field.is_none() => Content::Text(text),
        "html" => Content::Html(text),
        _ if is_markup(&text) => Content::Html(text),
        _ => Content::Text(text),
    })
}

/// The name of the field that holds the text: the first that has one; else the first that should have.
fn text_field(fields: &Map<String, Value>) -> Result<String, String> {
    let is_text = |value: &Value| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Object(parts) => parts.get("rendered").is_some_and(Value::is_string),
        Value::Array(parts) => {
            let text = |part: &Value| paragraph(part).map(|text| !text.trim().is_empty());
            let texts: Option<Vec<bool>> = parts.iter().map(text).collect();
            texts.is_some_and(|texts| texts.contains(&true))
        }
        _ => false,
    };
    let known = KnownFields::of(fields);
    let mut texts = known.named(TEXT).filter(|(_, value)| is_text(value));
    let text = texts.next().map(|(name, _)| name.as_str());
    let is_given = |name: &&str| fields.get(*name).is_some_and(|value| !value.is_null());
    let given = || ["text", "html"].into_iter().find(is_given);
    let name = text.or_else(given);
    name.map(str::to_owned).ok_or_else(|| String::from(NO_TEXT))
}

/// A paragraph of a text that is a list of them: a string, or an object with one.
fn paragraph(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(fields) => fields.get("text").and_then(Value::as_str),
        _ => None,
    }
}

/// The fields with a known name.
struct KnownFields<'a>(Vec<(String, &'a String, &'a Value)>);

impl<'a> KnownFields<'a> {
    fn of(fields: &'a Map<String, Value>) -> Self {
        let known = fields.iter().filter_map(|(name, value)| {
            let plain = plain(name)?;
            let is_known = ALL.iter().any(|names| names.contains(&plain.as_str()));
            is_known.then_some((plain, name, value))
        });
        Self(known.collect())
    }

    /// Those with one of these names, in the order of the names.
    fn named(&self, names: &[&str]) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let with = |name: &&str| {
            let found = self.0.iter().filter(|(plain, ..)| plain == name);
            found
                .map(|&(_, name, value)| (name, value))
                .collect::<Vec<_>>()
        };
        let found: Vec<_> = names.iter().flat_map(with).collect();
        found.into_iter()
    }

    /// The first of these that can be read.
    fn first<T>(&self, names: &[&str], read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        self.named(names).find_map(|(_, value)| read(value))
    }
}

/// Whether a text is HTML: it has a tag that texts are marked up with.
pub(super) fn is_markup(text: &str) -> bool {
    const TAGS: &[&str] = &[
        "p", "div", "br", "article", "html", "body", "span", "h1", "h2", "ul", "!doctype",
    ];
    let mut places = text.match_indices('<').take(MAX_LISTED);
    places.any(|(place, _)| {
        let tag = text.get(place + 1..).unwrap_or_default();
        let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '!'));
        let Some((name, rest)) = end.and_then(|end| tag.split_at_checked(end)) else {
            return false;
        };
        let closes = rest.starts_with(['>', ' ', '/', '\n', '\r', '\t']);
        closes && TAGS.iter().any(|known| known.eq_ignore_ascii_case(name))
    })
}

/// What a record's fields say of the article.
pub(super) fn given(fields: &Map<String, Value>) -> Given {
    let fields = KnownFields::of(fields);
    let name =
        |value: &Value| said(value).filter(|text| is_short(text, MAX_VALUE) && !is_address(text));
    let url = fields.first(URL, |value| said(value).filter(|text| is_address(text)));
    Given {
        title: fields.first(TITLE, |value| title(&said(value)?)),
        metadata: Metadata {
            date: fields.first(DATE, day),
            views: fields.first(VIEWS, Value::as_u64),
            section: fields.first(SECTION, name),
            origin: fields.first(ORIGIN, name),
            author: fields.first(AUTHOR, name),
            url,
            ..Metadata::default()
        },
    }
}

/// A headline without the marks of HTML, where it has any.
pub(super) fn title(text: &str) -> Option<String> {
    let plain = without_tags(text);
    let title = squeeze(&html_escape::decode_html_entities(&plain));
    (!title.is_empty() && is_short(&title, MAX_TITLE)).then_some(title)
}

fn is_short(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_none()
}

fn is_address(text: &str) -> bool {
    is_web_address(text) && text.len() <= MAX_URL_BYTES && !text.contains(char::is_whitespace)
}

/// The text that a value is: a string, the name of an object, or those of a list.
fn said(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => squeeze(text),
        Value::Object(fields) => {
            let names = ["name", "rendered", "title", "text"];
            let text = names.iter().find_map(|name| fields.get(*name)?.as_str());
            squeeze(text?)
        }
        Value::Array(values) => {
            let texts = values
                .iter()
                .take(MAX_LISTED)
                .filter(|value| !value.is_array());
            texts.filter_map(said).collect::<Vec<_>>().join(", ")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The day that a value names: a date in any form, or seconds or milliseconds since 1970.
fn day(value: &Value) -> Option<String> {
    let seconds = |number: i64| {
        const MILLISECONDS_FROM: i64 = 100_000_000_000;
        const YEAR_1990: i64 = 631_152_000;
        let seconds = if number >= MILLISECONDS_FROM {
            number / 1000
        } else {
            number
        };
        (seconds >= YEAR_1990)
            .then(|| of_unix_time(seconds))
            .flatten()
    };
    match value {
        Value::String(text) if !is_short(text, MAX_VALUE) => None,
        Value::String(text) => match text.trim().parse() {
            Ok(number) => date::day_in_kazakhstan(text).or_else(|| seconds(number)),
            Err(_) => date::day_in_kazakhstan(text),
        },
        Value::Number(number) if date::day_in_kazakhstan(&number.to_string()).is_some() => {
            date::day_in_kazakhstan(&number.to_string())
        }
        Value::Number(number) => {
            let number = number
                .as_i64()
                .or_else(|| number.as_f64().map(|number| number as i64));
            seconds(number?)
        }
        _ => None,
    }
}

/// The day in Kazakhstan of a time in seconds since 1970.
pub(super) fn of_unix_time(seconds: i64) -> Option<String> {
    const DAY: i64 = 86_400;
    let (mut days, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    loop {
        let length = 365 + i64::from(is_leap(year));
        if days < length {
            break;
        }
        (days, year) = (days - length, year + 1);
        if year > 2200 {
            return None;
        }
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        (days, month) = (days - length, month + 1);
    }
    let (hour, minute, day) = (time / 3600, time / 60 % 60, days + 1);
    date::day_in_kazakhstan(&format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"
    ))
}
