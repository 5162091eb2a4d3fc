//! Plain text: metadata lines at the head and foot, the title, and the body between them.

use crate::text::squeeze;

use super::contents::{Contents, MAX_TITLE, is_blank, reads_as_title};
use super::{Metadata, asides, byline, captions, html, letterhead, metadata, paragraphs};

/// Minimum words of a title that no blank line follows.
const MIN_TITLE_WORDS: usize = 2;
/// Minimum length, in characters, of what such a title is the title of.
const MIN_BODY: usize = 60;

/// Maximum blank lines and lines of metadata between a letterhead, an issue or a byline and the title below.
const MAX_LINES_ABOVE: usize = 100;

/// Labels that programs put before a headline and before a text.
#[rustfmt::skip]
const TITLE_LABELS: &[&str] = &[
    "тақырып", "тақырыбы", "атауы", "заголовок", "название", "title", "headline",
];
#[rustfmt::skip]
const TEXT_LABELS: &[&str] = &["мәтін", "мәтіні", "мазмұны", "текст", "text", "body", "content"];
/// Maximum bytes of a label.
const MAX_LABEL_BYTES: usize = 20;

/// Reads the text of an article.
pub(super) fn read(text: &str) -> Contents {
    let mut lines: Vec<&str> = lines(text).collect();
    let mut metadata = Metadata::default();
    let (title, start) = read_head(&mut lines, &mut metadata);
    let (body, foot) = split_off_foot(lines.get(start..).unwrap_or_default());

    let mut texts = Vec::with_capacity(body.len());
    for line in body.iter().copied() {
        if metadata::is_nothing(line) || asides::is_aside(line) {
            metadata::add_line(&mut metadata, line);
            texts.push("");
        } else {
            texts.push(line);
        }
    }
    let mut foot = foot
        .iter()
        .copied()
        .filter(|line| !is_blank(line))
        .peekable();
    while let Some(line) = foot.next() {
        let next = foot.peek().copied();
        match byline(line, next).filter(|_| !metadata::is_metadata(line)) {
            Some((author, lines)) => {
                add_byline(
                    &mut metadata,
                    &author,
                    [line].into_iter().chain(next).take(lines),
                );
                if lines > 1 {
                    foot.next();
                }
            }
            None => metadata::add_line(&mut metadata, line),
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

/// The title, and where the body begins. Labels before title and body are taken off.
fn read_head(lines: &mut [&str], metadata: &mut Metadata) -> (Option<String>, usize) {
    let mut title = None;
    let mut start = 0;
    let mut is_labelled = false;
    while let Some(&line) = lines.get(start) {
        if title.is_none()
            && !is_labelled
            && let Some((label, rest)) = labelled(line, TITLE_LABELS)
        {
            metadata.lines.push(label.trim().to_owned());
            if let Some(line) = lines.get_mut(start) {
                *line = rest;
            }
            is_labelled = true;
            continue;
        }
        if is_labelled
            && title.is_some()
            && let Some((label, rest)) = labelled(line, TEXT_LABELS)
            && (!metadata::is_metadata(line) || rest.is_empty())
        {
            metadata.lines.push(label.trim().to_owned());
            if let Some(line) = lines.get_mut(start) {
                *line = rest;
            }
            break;
        }
        let rest = lines.get(start + 1..).unwrap_or_default();
        let after = |lines: usize| rest.get(lines - 1..).unwrap_or_default();
        let mut taken = 1;
        if is_blank(line) {
        } else if is_labelled && title.is_none() && is_title_below_label(line) {
            title = Some(squeeze(line));
        } else if metadata::is_metadata(line)
            && (title.is_some() || !letterhead::is_issue_of_paper(line) || title_follows(after(1)))
            || asides::is_aside(line)
        {
            metadata::add_line(metadata, line);
        } else if title.is_none() && letterhead::is_letterhead(line) && title_follows(after(1)) {
            metadata.lines.push(line.trim().to_owned());
        } else if let Some((author, lines)) = byline(line, rest.first().copied())
            && (title.is_some() && metadata.author.is_none()
                || title.is_none() && title_follows(after(lines)))
        {
            let parts = [line].into_iter().chain(rest.iter().copied());
            add_byline(metadata, &author, parts.take(lines));
            taken = lines;
        } else if title.is_some() {
            break;
        } else if let Some(lines) = title_lines(line, rest) {
            let parts = [line].into_iter().chain(rest.iter().copied());
            title = Some(squeeze(&parts.take(lines).collect::<Vec<_>>().join(" ")));
            taken = lines;
        } else {
            break;
        }
        start += taken;
    }
    (title, start)
}

/// A line's label, with its colon, and the rest, if it is one of these.
fn labelled<'t>(line: &'t str, labels: &[&str]) -> Option<(&'t str, &'t str)> {
    let (label, rest) = line.split_at_checked(line.find(':')? + 1)?;
    let name = label.trim_end_matches(':').trim();
    let is_known = name.len() <= MAX_LABEL_BYTES && labels.contains(&name.to_lowercase().as_str());
    is_known.then(|| (label, rest.trim()))
}

/// Whether a line is the title that a label announces.
fn is_title_below_label(line: &str) -> bool {
    line.trim().chars().nth(MAX_TITLE).is_none()
        && line.contains(char::is_alphabetic)
        && !metadata::is_metadata(line)
}

/// The author whom a line names, and how many lines do with the place or the paper in the next.
fn byline(line: &str, next: Option<&str>) -> Option<(String, usize)> {
    let of_two = next.and_then(|next| byline::author_of_two(line, next));
    of_two
        .map(|author| (author, 2))
        .or_else(|| byline::author(line).map(|author| (author.to_owned(), 1)))
}

/// How many lines make the title that begins with `line`; `None` if none does.
fn title_lines(line: &str, rest: &[&str]) -> Option<usize> {
    if paragraphs::continues_below(line, rest) {
        return None;
    }
    let next = rest.first().copied();
    let byline_follows = next.is_some_and(|next| byline(next, rest.get(1).copied()).is_some());
    if reads_as_title(
        line,
        next.map(|next| if byline_follows { "" } else { next }),
    ) || stands_over_text(line, rest)
    {
        return Some(1);
    }
    let next = next.filter(|next| next.starts_with(char::is_lowercase))?;
    let both = line.trim().chars().count() + next.trim().chars().count();
    ((is_open(line) || line.trim_end().ends_with(','))
        && both <= MAX_TITLE
        && reads_as_title(next, rest.get(1).copied())
        && !paragraphs::ends_sentence(next))
    .then_some(2)
}

/// Whether a title is the next line that is no metadata.
fn title_follows(lines: &[&str]) -> bool {
    let is_text = |line: &&str| !is_blank(line) && !metadata::is_metadata(line);
    let at = lines.iter().take(MAX_LINES_ABOVE).position(is_text);
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

/// Takes the lines of a byline to the metadata.
fn add_byline<'t>(metadata: &mut Metadata, author: &str, lines: impl Iterator<Item = &'t str>) {
    metadata.author.get_or_insert_with(|| squeeze(author));
    metadata
        .lines
        .extend(lines.map(|line| line.trim().to_owned()));
}

/// The body, and what comes after it: metadata lines, labels of buttons, and the byline.
fn split_off_foot<'a, 't>(lines: &'a [&'t str]) -> (&'a [&'t str], &'a [&'t str]) {
    let is_text = |line: &&str| !is_blank(line) && !metadata::is_metadata(line);
    let is_body = |line: &&str| is_text(line) && !html::is_label(line);
    let ends = |line: Option<&&str>| line.is_some_and(|line| paragraphs::ends_sentence(line));
    let Some(mut last) = lines.iter().rposition(is_text) else {
        return lines.split_at(0);
    };
    // Labels after a text that is finished; after a colon they may be of a list.
    if let Some(body) = lines.iter().rposition(is_body)
        && ends(lines.get(body))
        && !lines
            .get(body)
            .is_some_and(|line| line.trim_end().ends_with([':', ';']))
    {
        last = body;
    }
    let before = |end: usize| {
        let body = lines.get(..end).unwrap_or_default();
        body.iter().rposition(is_text)
    };
    let line = lines.get(last).copied().unwrap_or_default();
    let of_two = last.checked_sub(1).filter(|&first| {
        let name = lines.get(first).copied().unwrap_or_default();
        byline::author_of_two(name, line).is_some()
    });
    let first = of_two.or_else(|| byline::author(line).map(|_| last));
    let body = first.and_then(before).filter(|&body| ends(lines.get(body)));
    lines.split_at(body.unwrap_or(last) + 1)
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
