//! Reads a page that the HTML report wrote back into the document that it shows.
//!
//! A page shows less than a document holds: no scores, no spans, and one bullet for every kind. What it
//! does show comes back as it was; texts are those of the page, without control characters.

use dom_query::NodeRef;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::article::{ArticleError, html_document};
use crate::checks::{Check, Finding};
use crate::document::{
    Document, Format, Input, Languages, Metadata, Models, Name, NameKind, Paragraph, ParagraphKind,
    RecordFields, Section, Sentence, Summary, SummaryMethod,
};
use crate::language::Language;

/// How a report shows a sentence without a translation, before and after the source.
const NOT_TRANSLATED: (&str, &str) = ("[not translated: ", "]");

/// Why a page is not read back.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// It is beyond what a page may hold.
    #[error(transparent)]
    Tree(#[from] ArticleError),
    /// It has no article, or several.
    #[error("it is no page of one article")]
    NoArticle,
}

/// The document that a page shows; its id is not on the page.
pub(super) fn document(page: &str, id: &str) -> Result<Document, PageError> {
    let tree = html_document(page)?;
    let articles = tree.select("body > main > article");
    let [article] = articles.nodes() else {
        return Err(PageError::NoArticle);
    };
    let language = source_language(article);
    let (title, metadata) = match child(article, "header") {
        Some(head) => (title(&head), facts(&head)),
        None => (None, Metadata::default()),
    };
    let colophon = child(article, "footer").map(|foot| stated(&foot));
    let colophon = colophon.unwrap_or_default();
    let first = |name: &str| {
        let mut facts = colophon.iter().filter(|(own, _)| own == name);
        facts.next().and_then(|(_, texts)| texts.first().cloned())
    };
    let lines = colophon.iter().filter(|(name, _)| name == "As stated");
    let lines = lines.flat_map(|(_, texts)| texts).cloned().collect();
    Ok(Document {
        schema: 1,
        id: id.to_owned(),
        input: Input {
            path: id.to_owned(),
            encoding: String::from("UTF-8"),
            format: input_format(&first("Input").unwrap_or_default()),
            sha256: first("SHA-256").unwrap_or_default(),
        },
        languages: Languages {
            source: language,
            target: String::from("eng_Latn"),
        },
        title,
        metadata: Metadata { lines, ..metadata },
        paragraphs: descendants(article, "div", "paragraph")
            .map(|node| paragraph(&node))
            .collect(),
        summary: descendants(article, "section", "summary")
            .next()
            .and_then(|node| summary(&node)),
        models: Models {
            translation: first("Translation").unwrap_or_default(),
            summary: first("Summary"),
        },
        options: Map::new(),
        names: descendants(article, "section", "names")
            .flat_map(|panel| descendants_named(&panel, "tr"))
            .filter_map(|row| name(&row))
            .collect(),
        glossary: None,
        record: RecordFields::default(),
        tokens: 0,
        seconds: None,
    })
}

/// The variant that has this name in reports and JSON.
pub(super) fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(Value::from(name)).ok()
}

fn child<'a>(node: &NodeRef<'a>, name: &str) -> Option<NodeRef<'a>> {
    node.children_it(false).find(|child| child.has_name(name))
}

fn children<'a>(
    node: &NodeRef<'a>,
    class: &'static str,
) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    node.children_it(false)
        .filter(move |child| child.has_class(class))
}

fn descendants<'a>(
    node: &NodeRef<'a>,
    name: &'static str,
    class: &'static str,
) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    descendants_named(node, name).filter(move |node| node.has_class(class))
}

fn descendants_named<'a>(
    node: &NodeRef<'a>,
    name: &'static str,
) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    node.descendants()
        .into_iter()
        .filter(move |node| node.has_name(name))
}

/// The text of an element, without the names of failed checks and of languages that follow it.
fn text(node: &NodeRef<'_>) -> String {
    let is_added = |node: &NodeRef<'_>| {
        node.has_name("a") && node.has_class("mark") || node.has_class("language")
    };
    let mut text = String::new();
    for part in node.descendants_it().filter(NodeRef::is_text) {
        let mut within = part
            .ancestors_it(None)
            .take_while(|above| above.id != node.id);
        if !within.any(|above| is_added(&above)) {
            text.push_str(&part.text());
        }
    }
    text.trim().to_owned()
}

/// The checks that are named after a text.
fn flags(node: &NodeRef<'_>) -> Vec<Check> {
    descendants(node, "a", "mark")
        .filter_map(|mark| Check::from_name(mark.text().trim()))
        .collect()
}

/// A language by its tag, as an NLLB code if it is known; otherwise the tag.
fn language(tag: &str) -> String {
    let known = Language::find(tag);
    known.map_or_else(|| tag.to_owned(), |known| known.code.to_owned())
}

fn tag(node: &NodeRef<'_>) -> Option<String> {
    node.attr("lang").map(|tag| language(&tag))
}

/// The language of the article: of its title, else of its first sentence that has no other.
fn source_language(article: &NodeRef<'_>) -> String {
    let title = descendants(article, "p", "original").next();
    let is_own = |node: &NodeRef<'_>| children(node, "language").next().is_none();
    let mut sentences = descendants(article, "p", "source").filter(is_own);
    let found = title.or_else(|| sentences.next());
    found.and_then(|node| tag(&node)).unwrap_or_default()
}

/// A sentence that a page shows, and its translation.
fn sentence(source: String, target: &NodeRef<'_>, findings: Vec<Finding>) -> Sentence {
    let shown = text(target);
    let (before, after) = NOT_TRANSLATED;
    let is_missing = shown
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        == Some(source.as_str());
    Sentence {
        source,
        model_input: None,
        language: None,
        target: if is_missing { String::new() } else { shown },
        score: f64::NAN,
        flags: flags(target),
        findings,
    }
}

fn title(head: &NodeRef<'_>) -> Option<Sentence> {
    let source = text(&children(head, "original").next()?);
    Some(sentence(source, &child(head, "h1")?, Vec::new()))
}

/// What is listed below the title. The address and the day of capture are named; each other fact is
/// known by its form, author and origin by their order or, if there is one of them, by whether it is the
/// name of a site.
fn facts(head: &NodeRef<'_>) -> Metadata {
    let mut metadata = Metadata::default();
    let mut others = Vec::new();
    let list = children(head, "facts").next();
    let facts = list.iter().flat_map(|list| descendants_named(list, "li"));
    for fact in facts {
        if let Some(also) = children(&fact, "also").next() {
            let source = text(&also);
            let both = text(&fact);
            let target = both
                .strip_suffix(&source)
                .unwrap_or(&both)
                .trim()
                .to_owned();
            metadata.section = Some(Section { source, target });
            continue;
        }
        // A long address is shown shortened; what is no address of the web is no link.
        let is_link = |node: &NodeRef<'_>| node.has_name("a") && !node.has_class("mark");
        let link = fact.children_it(false).find(is_link);
        let url = link.and_then(|link| link.attr("href"));
        if url.is_some() || fact.has_class("url") {
            let url = url.map(|url| url.to_string());
            metadata.url = Some(url.unwrap_or_else(|| text(&fact)));
            continue;
        }
        let is_capture = fact.has_class("captured");
        let fact = text(&fact);
        if let Some(day) = fact.strip_prefix("captured ")
            && (is_capture || is_date(day))
        {
            metadata.captured = Some(day.to_owned());
            continue;
        }
        let read = fact
            .strip_prefix("read ")
            .and_then(|rest| rest.strip_suffix(" times"));
        if let Some(views) = read.and_then(|views| views.parse().ok()) {
            metadata.views = Some(views);
        } else if metadata.date.is_none() && is_date(&fact) {
            metadata.date = Some(fact);
        } else if !fact.starts_with("translated from ") {
            others.push(fact);
        }
    }
    let mut others = others.into_iter();
    (metadata.author, metadata.origin) = match (others.next(), others.next()) {
        (Some(only), None) if is_site(&only) => (None, Some(only)),
        both => both,
    };
    metadata
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let are_digits = parts
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    are_digits && parts.iter().map(|part| part.len()).eq([4, 2, 2])
}

fn is_site(text: &str) -> bool {
    text.contains('.') && !text.contains(char::is_whitespace)
}

/// The facts of the colophon: their names, and what each says, part by part.
fn stated(foot: &NodeRef<'_>) -> Vec<(String, Vec<String>)> {
    let Some(list) = child(foot, "dl") else {
        return Vec::new();
    };
    let mut stated: Vec<(String, Vec<String>)> = Vec::new();
    for node in list.children_it(false) {
        if node.has_name("dt") {
            stated.push((text(&node), Vec::new()));
        } else if let Some((_, texts)) = stated.last_mut().filter(|_| node.has_name("dd")) {
            let parts: Vec<_> = children(&node, "option").map(|part| text(&part)).collect();
            texts.extend(if parts.is_empty() {
                vec![text(&node)]
            } else {
                parts
            });
        }
    }
    stated
}

/// The format in `news/a.txt (text, UTF-8)`.
fn input_format(input: &str) -> Format {
    let (_, within) = input.rsplit_once('(').unwrap_or_default();
    let (name, _) = within.split_once(',').unwrap_or_default();
    named(name).unwrap_or(Format::Text)
}

fn paragraph(node: &NodeRef<'_>) -> Paragraph {
    let kinds = ["heading", "caption", "list"];
    let kind = kinds.into_iter().find(|kind| node.has_class(kind));
    Paragraph {
        kind: kind.and_then(named).unwrap_or(ParagraphKind::Text),
        sentences: children(node, "pair")
            .filter_map(|pair| pair_of(&pair))
            .collect(),
    }
}

fn pair_of(pair: &NodeRef<'_>) -> Option<Sentence> {
    let source = children(pair, "source").next()?;
    let target = children(pair, "target").next()?;
    let reasons = children(pair, "why").flat_map(|why| descendants_named(&why, "li"));
    let findings = reasons.filter_map(|reason| {
        let reason = text(&reason);
        let (check, message) = reason.split_once(": ")?;
        Some(Finding::whole(Check::from_name(check)?, message))
    });
    let mut sentence = sentence(text(&source), &target, findings.collect());
    if children(&source, "language").next().is_some() {
        sentence.language = tag(&source);
    }
    Some(sentence)
}

fn summary(node: &NodeRef<'_>) -> Option<Summary> {
    let shown = child(node, "p")?;
    let how = children(node, "how").next().map(|how| text(&how));
    let is_extractive = how.is_some_and(|how| how.starts_with("Sentences picked"));
    Some(Summary {
        target: text(&shown),
        method: if is_extractive {
            SummaryMethod::Extractive
        } else {
            SummaryMethod::Abstractive
        },
        flags: flags(&shown),
        findings: Vec::new(),
    })
}

/// A row of the table of names.
fn name(row: &NodeRef<'_>) -> Option<Name> {
    let cells = row.element_children();
    let [source, target, variants, standard, usual, kind, ..] = cells.as_slice() else {
        return None;
    };
    let kind: NameKind = named(&text(kind))?;
    let stated = |cell: &NodeRef<'_>| Some(text(cell)).filter(|text| !text.is_empty());
    Some(Name {
        source: text(source),
        target: stated(target),
        variants: descendants_named(variants, "mark")
            .map(|one| text(&one))
            .collect(),
        standard: stated(standard),
        usual: stated(usual),
        kind,
        sentences: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{self, Style};

    fn sentence(source: &str, target: &str, flags: &[Check]) -> Sentence {
        let findings = flags
            .iter()
            .map(|&check| Finding::whole(check, "“46%” is not <there>"));
        Sentence {
            source: source.to_owned(),
            model_input: None,
            language: None,
            target: target.to_owned(),
            score: -0.5,
            flags: flags.to_vec(),
            findings: findings.collect(),
        }
    }

    /// An article with everything that a page shows.
    fn article() -> Document {
        let mut russian = sentence("«Так», – сказала она.", "“So,” she said.", &[]);
        russian.language = Some(String::from("rus_Cyrl"));
        let mut marked = sentence(
            "Құрамы 46%-ға <b> жаңарды & болды.",
            "It was renewed by 64%.",
            &[Check::Numbers],
        );
        marked.findings[0].span.target = Some((19, 22));
        let paragraph = |kind, sentences| Paragraph { kind, sentences };
        Document {
            schema: 1,
            id: String::from("news/a.txt"),
            input: Input {
                path: String::from("news/a.txt"),
                encoding: String::from("UTF-8"),
                format: Format::Html,
                sha256: "0f".repeat(32),
            },
            languages: Languages {
                source: String::from("kaz_Cyrl"),
                target: String::from("eng_Latn"),
            },
            title: Some(sentence("Кеңестер", "The councils (“a”)", &[Check::Quotes])),
            metadata: Metadata {
                date: Some(String::from("2023-08-29")),
                views: Some(580),
                section: Some(Section {
                    source: String::from("ӘЛЕУМЕТ"),
                    target: String::from("SOCIETY"),
                }),
                origin: Some(String::from("turkystan.kz")),
                url: Some(format!(
                    "https://www.turkystan.kz/{}?a=1&b=%D2%9B",
                    "қала/".repeat(30)
                )),
                captured: Some(String::from("2023-09-01")),
                author: Some(String::from("Ә. Б.")),
                lines: vec![
                    String::from("Уақыты: 29.08.2023"),
                    String::from("Оқылды: 580"),
                ],
            },
            paragraphs: vec![
                paragraph(ParagraphKind::Text, vec![marked, russian]),
                paragraph(
                    ParagraphKind::Heading,
                    vec![sentence("Тақырып", "A heading", &[])],
                ),
                paragraph(
                    ParagraphKind::Caption,
                    vec![sentence("Сурет", "A picture", &[])],
                ),
                paragraph(ParagraphKind::List, vec![sentence("1) бір", "1) one", &[])]),
                paragraph(
                    ParagraphKind::Text,
                    vec![sentence("Кіру тегін.", "", &[Check::Empty])],
                ),
            ],
            summary: Some(Summary {
                target: String::from("The councils were renewed."),
                method: SummaryMethod::Extractive,
                flags: vec![Check::Names],
                findings: Vec::new(),
            }),
            models: Models {
                translation: String::from("a/b@1"),
                summary: Some(String::from("c/d@2")),
            },
            options: Map::new(),
            names: vec![Name {
                source: String::from("Ержан"),
                target: Some(String::from("Yerzhan")),
                variants: vec![String::from("Erzhan")],
                standard: None,
                usual: Some(String::from("Yerjan")),
                kind: NameKind::Person,
                sentences: Vec::new(),
            }],
            glossary: None,
            record: RecordFields::default(),
            tokens: 0,
            seconds: None,
        }
    }

    fn page(document: &Document) -> String {
        let mut page = Vec::new();
        let (format, style) = (report::Format::Html, Style::default());
        // As a run writes the pages of an archive.
        report::write_result(document, format, &style, "news/a.txt.html", &mut page).unwrap();
        String::from_utf8(page).unwrap()
    }

    /// A document without what a page does not show.
    fn as_shown(mut document: Document) -> Document {
        document.input.encoding = String::from("UTF-8");
        let title = document.title.iter_mut();
        let body = document
            .paragraphs
            .iter_mut()
            .flat_map(|paragraph| &mut paragraph.sentences);
        for sentence in title.chain(body) {
            sentence.score = 0.0;
            for finding in &mut sentence.findings {
                finding.span = crate::checks::Spans::default();
            }
        }
        document
            .title
            .iter_mut()
            .for_each(|title| title.findings.clear());
        document
    }

    #[test]
    fn a_page_is_read_back_as_the_document_that_it_shows() {
        let full = article();
        let mut bare = article();
        bare.title = None;
        bare.summary = None;
        bare.names.clear();
        bare.metadata = Metadata::default();
        // An address that is no link, and nothing else that could be an author or an origin.
        let mut plain = article();
        plain.metadata = Metadata {
            url: Some(String::from("ftp://example.org/a b")),
            captured: Some(String::from("in the year 2001")),
            ..Metadata::default()
        };
        for document in [full, bare, plain] {
            let read = super::document(&page(&document), &document.id).unwrap();
            assert_eq!(as_shown(read), as_shown(document));
        }
    }

    #[test]
    fn an_only_fact_is_the_origin_if_it_is_the_name_of_a_site() {
        for (author, origin) in [
            (None, Some("azattyq.org")),
            (Some("Ә. Б."), None),
            (Some("Ержан Жылқыбаев"), Some("ҚазАқпарат")),
        ] {
            let mut document = article();
            document.metadata.author = author.map(str::to_owned);
            document.metadata.origin = origin.map(str::to_owned);
            let read = super::document(&page(&document), "a").unwrap();
            assert_eq!(read.metadata.author.as_deref(), author);
            assert_eq!(read.metadata.origin.as_deref(), origin);
        }
    }

    #[test]
    fn a_page_of_anything_else_is_refused() {
        let mut two = Vec::new();
        let documents = [article(), article()];
        report::write_all(
            &documents,
            report::Format::Html,
            &Style::default(),
            &mut two,
        )
        .unwrap();
        let two = String::from_utf8(two).unwrap();
        for page in ["", "<p>сөз", &two] {
            assert!(matches!(
                super::document(page, "a"),
                Err(PageError::NoArticle)
            ));
        }
        assert!(super::document(&"<div>".repeat(5_000), "a").is_err());
    }
}
