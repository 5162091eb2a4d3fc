//! Word documents: paragraphs, headings, lists, tables, text boxes, headers, footers, notes and comments.
//!
//! Runs go with their words as inline elements do; neighbours of the same properties become one run. What
//! was deleted stays deleted. Fields, pictures, notes and marks keep to the words beside them; the result of
//! a field within a paragraph is translated, unless a program counts it (numbers of pages, dates).

use std::borrow::Cow;
use std::collections::HashMap;

use super::language::{self, ENGLISH_TAG};
use super::package::{Package, Reader, damaged};
use super::xml::{self, Kind, Token, attribute};
use crate::language::Language;
use crate::markup::MarkupError;
use crate::markup::flow::{Event, Role};

/// The namespaces of WordprocessingML.
const NAMESPACES: [&str; 2] = [
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
];
const TYPES: &str = "[Content_Types].xml";
/// Where the document usually is: in packages that do not state types.
const DOCUMENT: &str = "word/document.xml";
/// How the types of the parts that hold text end.
const TEXT_TYPES: &[&str] = &[
    "document.main+xml",
    "document.macroEnabled.main+xml",
    "template.main+xml",
    "wordprocessingml.header+xml",
    "wordprocessingml.footer+xml",
    "wordprocessingml.footnotes+xml",
    "wordprocessingml.endnotes+xml",
    "wordprocessingml.comments+xml",
];
/// How the types of the parts end that say which language the text is in.
const STYLE_TYPES: &[&str] = &[
    "wordprocessingml.styles+xml",
    "wordprocessingml.settings+xml",
];
/// Fields whose results a program counts; what it last counted is kept.
const COUNTED_FIELDS: &[&str] = &[
    "=",
    "DATE",
    "FILESIZE",
    "LISTNUM",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "REVNUM",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "TIME",
];
/// Maximum siblings among which the ends of a part's fields are looked for, all fields together; those
/// that begin later are kept mark by mark.
const MAX_FIELD_STEPS: usize = 20_000_000;
/// Texts of a field's code in which its name is looked for.
const MAX_CODE_TEXTS: usize = 16;
/// Fields within fields that are followed: each takes room on the stack.
const MAX_NESTED_FIELDS: usize = 32;
/// Maximum bytes of a run's properties. Other runs that are made of it have them too.
const MAX_PROPERTIES_BYTES: usize = 4 << 10;
/// Maximum bytes of the properties of all runs that a part may be written with.
const MAX_PROPERTIES_SUM: usize = 512 << 20;

pub(super) fn open(bytes: &[u8], language: &Language) -> Result<Package, MarkupError> {
    let mut reader = Reader::open(bytes)?;
    let types = if reader.has(TYPES) {
        reader.text(TYPES)?
    } else {
        String::new()
    };
    let (mut parts, mut styles) = (Vec::new(), Vec::new());
    for token in xml::tokens(&types, TYPES)? {
        let (Kind::Start("Override") | Kind::Empty("Override")) = token.kind else {
            continue;
        };
        let name = attribute(token.raw, "PartName").unwrap_or_default();
        let kind = attribute(token.raw, "ContentType").unwrap_or_default();
        let place = TEXT_TYPES.iter().position(|own| kind.ends_with(own));
        let name = name.trim_start_matches('/').to_owned();
        if !reader.has(&name) {
            continue;
        }
        if let Some(place) = place {
            parts.push((place, name));
        } else if STYLE_TYPES.iter().any(|own| kind.ends_with(own)) {
            styles.push(name);
        }
    }
    parts.sort();
    parts.dedup();
    if parts.is_empty() && reader.has(DOCUMENT) {
        parts.push((0, DOCUMENT.to_owned()));
    }
    if parts.is_empty() {
        return Err(damaged("it has no document"));
    }
    let mut package = Package::new(bytes);
    for (_, name) in parts {
        let text = reader.text(&name)?;
        let (events, styles) = events(&text, &name, language)?;
        package.add(&name, events, styles, language);
    }
    for name in styles {
        // What cannot be read is copied.
        let changed = reader.text(&name).ok();
        if let Some(changed) = changed.and_then(|text| restyled(&text, &name, language)) {
            package.add(&name, vec![Event::Raw(changed)], Vec::new(), language);
        }
    }
    Ok(package)
}

/// The styles, or the settings, with the language of texts English if it is the source's; `None` if nothing
/// changes.
fn restyled(text: &str, part: &str, language: &Language) -> Option<String> {
    let tokens = xml::tokens(text, part).ok()?;
    let prefix = prefix(&tokens);
    let changed: String = tokens
        .iter()
        .map(|token| in_english(token, &prefix, language))
        .collect();
    (changed != text).then_some(changed)
}

/// What a token is written as, the language of texts English if it is the source's.
fn in_english<'x>(token: &Token<'x>, prefix: &str, language: &Language) -> Cow<'x, str> {
    let (Kind::Start(name) | Kind::Empty(name)) = token.kind else {
        return Cow::Borrowed(token.raw);
    };
    match name.strip_prefix(prefix) {
        Some("lang" | "themeFontLang") => {
            let value = format!("{prefix}val");
            language::in_english(token.raw, &[&value], language, ENGLISH_TAG)
        }
        _ => Cow::Borrowed(token.raw),
    }
}

type Styles = Vec<(String, String)>;

fn events(
    text: &str,
    part: &str,
    language: &Language,
) -> Result<(Vec<Event>, Styles), MarkupError> {
    let tokens = xml::tokens(text, part)?;
    let mut walker = Walker {
        prefix: prefix(&tokens),
        language,
        ends: ends(&tokens),
        tokens: &tokens,
        events: Vec::new(),
        styles: Vec::new(),
        known: HashMap::new(),
        paragraphs: paragraphs_before(&tokens),
        field_steps: 0,
        nested_fields: 0,
        longest: 0,
    };
    walker.walk(0, tokens.len(), Place::Structure);
    let too_large = |what, limit| Err(MarkupError::TooLarge { what, limit });
    if walker.longest > MAX_PROPERTIES_BYTES {
        return too_large("bytes of a run's properties", MAX_PROPERTIES_BYTES);
    }
    if walker.events.len().saturating_mul(walker.longest) > MAX_PROPERTIES_SUM {
        return too_large("bytes of properties in all runs", MAX_PROPERTIES_SUM);
    }
    Ok((walker.events, walker.styles))
}

fn is_counted(code: &str) -> bool {
    let code = code.trim_start();
    let name = code.split(|c: char| !c.is_ascii_alphabetic()).next();
    let name = name
        .filter(|name| !name.is_empty())
        .unwrap_or(code.get(..1).unwrap_or_default());
    COUNTED_FIELDS
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name))
}

/// What the names of WordprocessingML begin with.
fn prefix(tokens: &[Token<'_>]) -> String {
    let root = tokens
        .iter()
        .find(|token| matches!(token.kind, Kind::Start(_)));
    let raw = root.map_or("", |root| root.raw);
    for part in raw.split_whitespace() {
        let Some((name, value)) = part.trim_end_matches('>').split_once('=') else {
            continue;
        };
        if !NAMESPACES.contains(&value.trim_matches(['"', '\''])) {
            continue;
        }
        match name.strip_prefix("xmlns:") {
            Some(prefix) => return format!("{prefix}:"),
            None if name == "xmlns" => return String::new(),
            None => {}
        }
    }
    "w:".to_owned()
}

/// Of each token the place after the end of what it starts.
fn ends(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut ends: Vec<usize> = (1..=tokens.len()).collect();
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Start(_) => open.push(at),
            Kind::End => {
                if let Some(start) = open.pop() {
                    ends[start] = at + 1;
                }
            }
            _ => {}
        }
    }
    ends
}

/// Before each token and after the last, how many paragraphs start.
fn paragraphs_before(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut count = 0;
    let mut before = vec![0];
    for token in tokens {
        count += usize::from(matches!(token.kind, Kind::Start(name) if xml::local(name) == "p"));
        before.push(count);
    }
    before
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Structure,
    /// Within a paragraph, or an element in it that holds runs.
    Paragraph,
}

struct Walker<'t, 'x> {
    prefix: String,
    language: &'t Language,
    tokens: &'t [Token<'x>],
    ends: Vec<usize>,
    events: Vec<Event>,
    styles: Styles,
    /// The number of each style, by its properties.
    known: HashMap<String, usize>,
    /// Before each token, how many starts of paragraphs there are.
    paragraphs: Vec<usize>,
    field_steps: usize,
    /// Fields that the place is in.
    nested_fields: usize,
    /// Bytes of the longest properties of a run.
    longest: usize,
}

impl<'t, 'x> Walker<'t, 'x> {
    /// The local name of an element that a token starts, if it is one of WordprocessingML.
    fn name(&self, at: usize) -> Option<&'x str> {
        match self.tokens.get(at)?.kind {
            Kind::Start(name) | Kind::Empty(name) => name.strip_prefix(self.prefix.as_str()),
            _ => None,
        }
    }

    fn end(&self, at: usize) -> usize {
        self.ends
            .get(at)
            .copied()
            .unwrap_or(self.tokens.len())
            .max(at + 1)
    }

    fn raw(&self, from: usize, to: usize) -> String {
        let tokens = self.tokens.get(from..to).unwrap_or_default();
        let raw = tokens
            .iter()
            .map(|token| in_english(token, &self.prefix, self.language));
        raw.collect()
    }

    fn start(&mut self, open: String, close: String, role: Role) {
        self.events.push(Event::Start { open, close, role });
    }

    /// Reads tokens. Text boxes nest this within [`Walker::run`], as deep as elements may be.
    fn walk(&mut self, from: usize, to: usize, place: Place) {
        let mut places = vec![place];
        let mut at = from;
        while at < to {
            let around = places.last().copied().unwrap_or(place);
            let token = &self.tokens[at];
            let end = self.end(at);
            match (&token.kind, self.name(at), around) {
                (Kind::Start(name), Some("p"), Place::Structure) => {
                    self.start(token.raw.to_owned(), format!("</{name}>"), Role::Flow);
                    places.push(Place::Paragraph);
                    if self.name(at + 1) == Some("pPr") {
                        let after = self.end(at + 1);
                        self.events.push(Event::Raw(self.raw(at + 1, after)));
                        at = after;
                        continue;
                    }
                }
                (Kind::Start(name), _, Place::Structure) => {
                    self.start(token.raw.to_owned(), format!("</{name}>"), Role::Structure);
                    places.push(Place::Structure);
                }
                (Kind::Empty(_), _, Place::Structure) => {
                    self.start(token.raw.to_owned(), String::new(), Role::Structure);
                    self.events.push(Event::End);
                }
                (Kind::Start(_), Some("r"), Place::Paragraph) => {
                    at = self.field(at, to).unwrap_or_else(|| {
                        self.run(at, end);
                        end
                    });
                    continue;
                }
                (Kind::Start(_), Some("sdt"), Place::Paragraph) => {
                    self.content_control(at, end);
                    at = end;
                    continue;
                }
                (Kind::Start(_), Some("fldSimple"), Place::Paragraph)
                    if attribute(token.raw, &format!("{}instr", self.prefix))
                        .is_some_and(|code| is_counted(&code))
                        && !self.has_paragraph(at, end) =>
                {
                    self.events.push(Event::Raw(self.raw(at, end)));
                    at = end;
                    continue;
                }
                (
                    Kind::Start(name),
                    Some(
                        "hyperlink" | "ins" | "smartTag" | "moveTo" | "fldSimple" | "dir" | "bdo"
                        | "customXml",
                    ),
                    Place::Paragraph,
                ) => {
                    self.start(token.raw.to_owned(), format!("</{name}>"), Role::Inline);
                    places.push(Place::Paragraph);
                }
                // It marks mistakes of spelling in the source.
                (_, Some("proofErr"), Place::Paragraph) => {}
                (Kind::Start(_) | Kind::Empty(_), _, Place::Paragraph) => {
                    self.events.push(Event::Raw(self.raw(at, end)));
                    at = end;
                    continue;
                }
                (Kind::End, ..) => {
                    places.pop();
                    self.events.push(Event::End);
                }
                (Kind::Text(_) | Kind::Other, ..) => {
                    self.events.push(Event::Raw(token.raw.to_owned()));
                }
            }
            at += 1;
        }
    }

    /// A run: its texts with their properties, and what else it holds, each in a run of its own.
    fn run(&mut self, at: usize, end: usize) {
        let mut properties = String::new();
        let mut child = at + 1;
        while child + 1 < end {
            let after = self.end(child);
            match self.name(child) {
                Some("rPr") => {
                    properties = self.raw(child, after);
                    self.longest = self.longest.max(properties.len());
                    if properties.len() > MAX_PROPERTIES_BYTES {
                        // The part is refused in the end.
                        properties.clear();
                    }
                }
                Some("t") => {
                    let text = self.text(child, after);
                    let style = self.style(&properties);
                    self.events.push(Event::Text(text, Some(style)));
                }
                Some("noBreakHyphen") => {
                    let style = self.style(&properties);
                    self.events
                        .push(Event::Text("\u{2011}".to_owned(), Some(style)));
                }
                // Where the source's lines ended, or could have.
                Some("lastRenderedPageBreak" | "softHyphen") => {}
                Some("tab" | "br" | "cr") => {
                    let raw = self.wrapped(&properties, child, after);
                    self.events.push(Event::Break(raw));
                }
                _ if self.has_paragraph(child, after) => {
                    let p = &self.prefix;
                    let open = format!("<{p}r>{properties}{}", self.tokens[child].raw);
                    let close = format!("{}</{p}r>", self.tokens[after - 1].raw);
                    self.start(open, close, Role::Atom);
                    self.walk(child + 1, after - 1, Place::Structure);
                    self.events.push(Event::End);
                }
                _ if self.tokens[child].raw.trim().is_empty() => {}
                _ => {
                    let raw = self.wrapped(&properties, child, after);
                    self.events.push(Event::Raw(raw));
                }
            }
            child = after;
        }
    }

    /// Tokens as a run of these properties.
    fn wrapped(&self, properties: &str, from: usize, to: usize) -> String {
        let p = &self.prefix;
        format!("<{p}r>{properties}{}</{p}r>", self.raw(from, to))
    }

    fn text(&self, at: usize, end: usize) -> String {
        let texts = self.tokens.get(at..end).unwrap_or_default().iter();
        let text: String = texts
            .filter_map(|token| match &token.kind {
                Kind::Text(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let space = attribute(self.tokens[at].raw, "xml:space");
        if space.as_deref() == Some("preserve") {
            text
        } else {
            text.trim().to_owned()
        }
    }

    fn has_paragraph(&self, from: usize, to: usize) -> bool {
        self.paragraphs.get(from) < self.paragraphs.get(to)
    }

    /// The number of the style with these properties.
    fn style(&mut self, properties: &str) -> usize {
        if let Some(&style) = self.known.get(properties) {
            return style;
        }
        let p = &self.prefix;
        let open = format!("<{p}r>{properties}<{p}t xml:space=\"preserve\">");
        self.styles.push((open, format!("</{p}t></{p}r>")));
        let style = self.styles.len() - 1;
        self.known.insert(properties.to_owned(), style);
        style
    }

    /// A content control: what it holds goes with its words.
    fn content_control(&mut self, at: usize, end: usize) {
        let mut child = at + 1;
        while child + 1 < end {
            let after = self.end(child);
            let is_content = self.name(child) == Some("sdtContent");
            if is_content && matches!(self.tokens[child].kind, Kind::Start(_)) {
                let (open, close) = (self.raw(at, child + 1), self.raw(after - 1, end));
                self.start(open, close, Role::Inline);
                self.walk(child + 1, after - 1, Place::Paragraph);
                self.events.push(Event::End);
                return;
            }
            child = after;
        }
        self.events.push(Event::Raw(self.raw(at, end)));
    }

    /// A field that begins in the run at `at` and ends before `to`; returns the place after it. Its code
    /// and its end are around the words of its result.
    fn field(&mut self, at: usize, to: usize) -> Option<usize> {
        if self.nested_fields >= MAX_NESTED_FIELDS || self.field_mark(at)? != "begin" {
            return None;
        }
        let (mut depth, mut separator, mut next) = (0_usize, None, at);
        while self.field_steps < MAX_FIELD_STEPS {
            self.field_steps += 1;
            if next >= to
                || !matches!(
                    self.tokens[next].kind,
                    Kind::Start(_) | Kind::Empty(_) | Kind::Other | Kind::Text(_)
                )
            {
                return None;
            }
            let after = self.end(next);
            match self.field_mark(next).as_deref() {
                Some("begin") => depth += 1,
                Some("separate") if depth == 1 => separator = Some(after),
                Some("end") if depth == 1 => {
                    match separator {
                        Some(result) if self.is_counted(at, result) => {
                            self.events.push(Event::Raw(self.raw(at, after)));
                        }
                        Some(result) => {
                            let (open, close) = (self.raw(at, result), self.raw(next, after));
                            self.start(open, close, Role::Inline);
                            self.nested_fields += 1;
                            self.walk(result, next, Place::Paragraph);
                            self.nested_fields -= 1;
                            self.events.push(Event::End);
                        }
                        None => self.events.push(Event::Raw(self.raw(at, after))),
                    }
                    return Some(after);
                }
                Some("end") => depth = depth.saturating_sub(1),
                _ => {}
            }
            next = after;
        }
        None
    }

    /// Whether the code of a field, which is within these tokens, is of [`COUNTED_FIELDS`].
    fn is_counted(&self, from: usize, to: usize) -> bool {
        let tokens = self.tokens.get(from..to).unwrap_or_default().iter();
        let texts = tokens.filter_map(|token| match &token.kind {
            Kind::Text(text) => Some(text.as_ref()),
            _ => None,
        });
        is_counted(&texts.take(MAX_CODE_TEXTS).collect::<String>()) && !self.has_paragraph(from, to)
    }

    /// What a run says of a field, if it holds nothing else.
    fn field_mark(&mut self, at: usize) -> Option<String> {
        if self.name(at) != Some("r") {
            return None;
        }
        let end = self.end(at);
        let mut child = at + 1;
        let mut mark = None;
        while child + 1 < end {
            self.field_steps += 1;
            if self.field_steps >= MAX_FIELD_STEPS {
                return None;
            }
            match self.name(child) {
                Some("rPr") => {}
                Some("fldChar") => {
                    let kind = format!("{}fldCharType", self.prefix);
                    mark = attribute(self.tokens[child].raw, &kind);
                }
                _ if self.tokens[child].raw.trim().is_empty() => {}
                _ => return None,
            }
            child = self.end(child);
        }
        mark
    }
}
