//! Plain text: each line by itself, unless the next goes on with a small letter.

use std::borrow::Cow;

use crate::language::Language;
use crate::markup::flow::{Event, Role, Skeleton};

pub(super) fn read(text: &str, language: &Language) -> Skeleton {
    let mut events = Vec::new();
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let mut paragraph = line.to_owned();
        while !line.trim().is_empty() && lines.peek().is_some_and(|next| goes_on(next)) {
            paragraph.push_str(lines.next().unwrap_or_default());
        }
        events.push(Event::Start {
            open: String::new(),
            close: String::new(),
            role: Role::Flow,
        });
        events.push(Event::Text(paragraph, None));
        events.push(Event::End);
    }
    Skeleton::read(events, escaped, language)
}

/// Whether a line continues the sentence of the line before it.
fn goes_on(line: &str) -> bool {
    line.chars().next().is_some_and(char::is_lowercase)
}

pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
