//! Plain text: metadata lines at the head and foot, the title, and the body between them.

use crate::text::squeeze;

use super::contents::{Contents, MAX_TITLE, is_blank, reads_as_title};
use super::{Metadata, byline, captions, metadata, paragraphs};

/// Minimum words of a title that no blank line follows.
const MIN_TITLE_WORDS: usize = 2;
/// Minimum length, in characters, of what such a title is the title of.
const MIN_BODY: usize = 60;

/// Reads the text of an article.
pub(super) fn read(text: &str) -> Contents {
    let lines: Vec<&str> = lines(text).collect();
    let mut metadata = Metadata::default();
    let (title, start) = read_head(&lines, &mut metadata);
    let (body, foot) = split_off_foot(lines.get(start..).unwrap_or_default());

    let mut texts = Vec::with_capacity(body.len());
    for line in body.iter().copied() {
        if metadata::is_nothing(line) {
            metadata::add_line(&mut metadata, line);
            texts.push("");
        } else {
            texts.push(line);
        }
    }
    for line in foot.iter().filter(|line| !is_blank(line)) {
        if metadata::is_metadata(line) || !add_byline(&mut metadata, line) {
            metadata::add_line(&mut metadata, line);
        }
    }

    let body = paragraphs::from_lines(&texts);
    let paragraphs = captions::split_off(body, title.as_deref());
    Contents {
        title,
        metadata,
        paragraphs,
    }
}

/// The title, and where the body begins.
fn read_head(lines: &[&str], metadata: &mut Metadata) -> (Option<String>, usize) {
    let mut title = None;
    let mut start = 0;
    while let Some(&line) = lines.get(start) {
        let rest = lines.get(start + 1..).unwrap_or_default();
        if is_blank(line) {
        } else if metadata::is_metadata(line) {
            metadata::add_line(metadata, line);
        } else if title.is_some() {
            if metadata.author.is_some() || !add_byline(metadata, line) {
                break;
            }
        } else if byline::author(line).is_some() && title_follows(rest) {
            add_byline(metadata, line);
        } else if let Some(lines) = title_lines(line, rest) {
            let wrapped = rest.get(..lines - 1).unwrap_or_default();
            let parts = [line].into_iter().chain(wrapped.iter().copied());
            title = Some(squeeze(&parts.collect::<Vec<_>>().join(" ")));
            start += lines - 1;
        } else {
            break;
        }
        start += 1;
    }
    (title, start)
}

/// How many lines make the title that begins with `line`; `None` if none does.
fn title_lines(line: &str, rest: &[&str]) -> Option<usize> {
    let next = rest.first().copied();
    let byline_follows = next.is_some_and(|next| byline::author(next).is_some());
    if reads_as_title(
        line,
        next.map(|next| if byline_follows { "" } else { next }),
    ) || stands_over_text(line, rest)
    {
        return Some(1);
    }
    let next = next.filter(|next| next.starts_with(char::is_lowercase))?;
    let both = line.trim().chars().count() + next.trim().chars().count();
    (is_open(line)
        && both <= MAX_TITLE
        && reads_as_title(next, rest.get(1).copied())
        && !paragraphs::ends_sentence(next))
    .then_some(2)
}

/// Whether a title is the next line that is no metadata.
fn title_follows(lines: &[&str]) -> bool {
    let is_text = |line: &&str| !is_blank(line) && !metadata::is_metadata(line);
    let at = lines.iter().position(is_text);
    let rest = at.and_then(|at| lines.get(at..)?.split_first());
    rest.is_some_and(|(line, rest)| title_lines(line, rest).is_some())
}

/// Whether a line is a headline by its form, over a text that follows directly: no mark ends it, a
/// longer paragraph is below, and it is not the first line of a text that was wrapped.
fn stands_over_text(line: &str, rest: &[&str]) -> bool {
    let Some(next) = rest.first().map(|next| next.trim()) else {
        return false;
    };
    let line = line.trim();
    let letters = line.chars().count();
    let filled = rest.iter().take_while(|line| !is_blank(line)).take(3);
    let widest = filled.map(|line| line.trim().chars().count()).max();
    let first = next.split_whitespace().next().unwrap_or_default();
    let own_first = line.split_whitespace().next().unwrap_or_default();
    let is_wrapped = letters + 1 + first.chars().count() >= widest.unwrap_or(0);
    line.starts_with(|first: char| first.is_alphanumeric() && !first.is_lowercase() || first == '«')
        && !line.ends_with(['.', ',', ':', ';', '-', '–', '—'])
        && line.split_whitespace().count() >= MIN_TITLE_WORDS
        && letters <= MAX_TITLE
        && !own_first.ends_with(['.', ')'])
        && !next.starts_with(char::is_lowercase)
        && widest.is_some_and(|widest| widest >= MIN_BODY)
        && next.chars().count() > letters
        && !is_wrapped
}

/// Whether a line ends without any mark.
fn is_open(line: &str) -> bool {
    line.trim_end().ends_with(char::is_alphanumeric)
}

/// Takes a byline to the metadata; whether the line is one.
fn add_byline(metadata: &mut Metadata, line: &str) -> bool {
    let Some(author) = byline::author(line) else {
        return false;
    };
    metadata.author.get_or_insert_with(|| squeeze(author));
    metadata.lines.push(line.trim().to_owned());
    true
}

/// The body, and the metadata lines and the byline after it.
fn split_off_foot<'a, 't>(lines: &'a [&'t str]) -> (&'a [&'t str], &'a [&'t str]) {
    let is_body = |line: &&str| !is_blank(line) && !metadata::is_metadata(line);
    let Some(last) = lines.iter().rposition(is_body) else {
        return lines.split_at(0);
    };
    let body = lines.get(..last).unwrap_or_default();
    let before = body.iter().rfind(|line| is_body(line));
    let is_byline = lines
        .get(last)
        .is_some_and(|line| byline::author(line).is_some())
        && before.is_some_and(|before| paragraphs::ends_sentence(before));
    let end = if is_byline {
        body.iter().rposition(is_body).map_or(0, |last| last + 1)
    } else {
        last + 1
    };
    lines.split_at(end)
}

/// Lines ended by any of Unicode's line and paragraph separators.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let breaks = [
        '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let Some(at) = text.find(breaks) else {
            rest = None;
            return Some(text);
        };
        let (line, tail) = text.split_at(at);
        let tail = tail.strip_prefix("\r\n").unwrap_or_else(|| {
            let mut chars = tail.chars();
            chars.next();
            chars.as_str()
        });
        rest = Some(tail);
        Some(line)
    })
}
