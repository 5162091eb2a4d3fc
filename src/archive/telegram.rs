//! Messages of a chat that Telegram exported, as JSON or as a page: an article a message that has text,
//! with its day, and the channel as its origin.
//!
//! Policy: the page is the work of one program, whose markup is searched for its marks; it is not
//! parsed as a page is. Messages without text, and what the service says (who joined), are no articles.

use std::ops::ControlFlow;

use serde_json::Value;

use super::input_file::{InputFile, Sink};
use super::json_line::{self, LineFields};
use super::limits::too_many;
use super::record::{Content, Fault, FaultKind, Record, line_fault};
use super::record_fields::of_unix_time;
use crate::article::{Given, Metadata, date};
use crate::document::RecordFields;
use crate::text::squeeze;

/// The article of a message in JSON; `None` if it has no text.
pub(super) fn message(
    json: &[u8],
    input: &InputFile,
    channel: Option<&str>,
) -> Option<Result<Record, Fault>> {
    let LineFields {
        id,
        mut others,
        written,
    } = match json_line::fields(json) {
        Ok(fields) => fields,
        Err(error) => return Some(Err(line_fault(&error, Some(input.id)))),
    };
    if others.get("type").and_then(Value::as_str) == Some("service") {
        return None;
    }
    let text = match others.shift_remove("text")? {
        Value::String(text) => text,
        Value::Array(parts) => parts.iter().filter_map(part).collect(),
        _ => return None,
    };
    others.shift_remove("text_entities");
    if text.trim().is_empty() {
        return None;
    }
    let string = |name: &str| others.get(name).and_then(Value::as_str);
    let day = string("date_unixtime")
        .and_then(|seconds| of_unix_time(seconds.parse().ok()?))
        .or_else(|| date::find(string("date")?));
    let given = given(channel, string("from"), day);
    let id = id.filter(|id| id.bytes().all(|digit| digit.is_ascii_digit()));
    Some(Ok(Record {
        id: match id {
            Some(id) => format!("{}:{id}", input.id),
            None => input.id.to_owned(),
        },
        path: input.id.to_owned(),
        place: None,
        content: Content::Text(text),
        given,
        fields: RecordFields::new(others, written),
    }))
}

/// A part of a message: a text, or one with a mark (a link, bold letters).
fn part(part: &Value) -> Option<&str> {
    part.as_str().or_else(|| part.get("text")?.as_str())
}

fn given(channel: Option<&str>, from: Option<&str>, date: Option<String>) -> Given {
    let name = |name: &str| Some(squeeze(name)).filter(|name| !name.is_empty());
    let channel = channel.and_then(name);
    Given {
        title: None,
        metadata: Metadata {
            date,
            author: from
                .and_then(name)
                .filter(|from| Some(from) != channel.as_ref()),
            origin: channel,
            ..Metadata::default()
        },
    }
}

/// Reads the page of an export.
pub(super) fn read_page(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let record = match input.article() {
        Ok(record) => record,
        Err(fault) => return sink(Err(fault), 0),
    };
    let Content::Bytes(bytes) = record.content else {
        return ControlFlow::Continue(());
    };
    let size = bytes.len() as u64;
    let Ok(page) = str::from_utf8(&bytes) else {
        let message = "the page of the export is not UTF-8";
        return sink(Err(Fault::new(input.id, FaultKind::Record, message)), size);
    };
    let mut messages = page.split("<div class=\"message ");
    let head = messages.next().unwrap_or_default();
    let channel = inside(head, "<div class=\"text bold\">", "</div>").map(plain);
    let mut from = None;
    let mut count = 0;
    for message in messages {
        // What is forwarded has the name of its own author, and a message that follows one of the same
        // sender has none.
        let own = message.split("<div class=\"forwarded body\">").next();
        let own = own.and_then(|own| inside(own, "<div class=\"from_name\">", "</div>"));
        from = own.map(plain).or(from);
        let Some(text) = inside(message, "<div class=\"text\">", "</div>").map(plain) else {
            continue;
        };
        if message.starts_with("service") || text.trim().is_empty() {
            continue;
        }
        count += 1;
        if count > input.limits.entries {
            return sink(Err(too_many(input.id, &input.limits)), size);
        }
        let id = inside(message, "id=\"message", "\"");
        let id = id.filter(|id| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit()));
        let id = id.map_or_else(|| count.to_string(), str::to_owned);
        let day =
            inside(message, "date details\" title=\"", "\"").and_then(date::day_in_kazakhstan);
        let record = Record {
            id: format!("{}:{id}", input.id),
            path: input.id.to_owned(),
            place: None,
            content: Content::Text(text),
            given: given(channel.as_deref(), from.as_deref(), day),
            fields: Default::default(),
        };
        sink(Ok(record), size)?;
    }
    ControlFlow::Continue(())
}

/// What is between the first two of these marks.
fn inside<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

/// The text of a message's markup, which knows lines, links and kinds of letters.
fn plain(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    // Lines of the source say nothing.
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(&before.replace(['\r', '\n'], " "));
        let Some((tag, after)) = tag.split_once('>') else {
            rest = "";
            break;
        };
        if tag.starts_with("br") || matches!(tag, "blockquote" | "/blockquote" | "pre" | "/pre") {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(&rest.replace(['\r', '\n'], " "));
    let lines = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    html_escape::decode_html_entities(lines.trim()).into_owned()
}
