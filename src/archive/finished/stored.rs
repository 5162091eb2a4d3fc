//! An article of a database as a document, to be written as any other.
//!
//! A database holds less than a document: no options and no spans. The words that a check named are
//! looked for in their sentence.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Map;

use super::database::{MAX_TEXT_BYTES, too_big};
use super::page_text::named;
use super::search::checks;
use crate::checks::{Check, Finding, Spans};
use crate::document::{
    Document, Format, Input, Languages, Metadata, Models, Name, NameKind, Paragraph, ParagraphKind,
    RecordFields, Section, Sentence, Summary, SummaryMethod,
};

/// The document of the article with this number.
pub(super) fn document(connection: &Connection, number: i64) -> rusqlite::Result<Option<Document>> {
    let found = connection.query_row(
        "SELECT id, title_source, date, section_source, section_target, author, origin, url, captured, \
         metadata, summary, summary_method, language, translation_model, summary_model, format, sha256 \
         FROM articles WHERE article = ?",
        [number],
        without_sentences,
    );
    let Some(mut document) = found.optional()? else {
        return Ok(None);
    };
    let size = "SELECT total(octet_length(source)) + total(octet_length(target)) FROM sentences \
                WHERE article = ?";
    if connection.query_row(size, [number], |row| row.get::<_, f64>(0))? > MAX_TEXT_BYTES as f64 {
        return Err(too_big());
    }
    let mut findings = findings(connection, number)?;
    let mut sentences = connection.prepare_cached(
        "SELECT sentence, paragraph, kind, source, target, score, flags, language FROM sentences \
         WHERE article = ? ORDER BY sentence",
    )?;
    let mut rows = sentences.query([number])?;
    let mut last = 0;
    while let Some(row) = rows.next()? {
        let paragraph: i64 = row.get(1)?;
        let sentence = sentence(row, &mut findings, &document.languages.source)?;
        if paragraph == 0 {
            document.title = Some(sentence);
            continue;
        }
        match document.paragraphs.last_mut() {
            Some(open) if paragraph == last => open.sentences.push(sentence),
            _ => document.paragraphs.push(Paragraph {
                kind: named(&row.get::<_, String>(2)?).unwrap_or(ParagraphKind::Text),
                sentences: vec![sentence],
            }),
        }
        last = paragraph;
    }
    if let Some(summary) = &mut document.summary {
        for (check, finding) in findings.remove(&None).unwrap_or_default() {
            if !summary.flags.contains(&check) {
                summary.flags.push(check);
            }
            let finding = finding.map(|finding| spanned(finding, "", &summary.target));
            summary.findings.extend(finding);
        }
    }
    document.names = names(connection, number)?;
    Ok(Some(document))
}

fn without_sentences(row: &Row<'_>) -> rusqlite::Result<Document> {
    let id: String = row.get(0)?;
    let section: Option<String> = row.get(3)?;
    let section_target: Option<String> = row.get(4)?;
    let lines: String = row.get(9)?;
    let summary: Option<String> = row.get(10)?;
    let method: Option<String> = row.get(11)?;
    Ok(Document {
        schema: 1,
        input: Input {
            path: id.clone(),
            encoding: String::from("UTF-8"),
            format: named(&row.get::<_, String>(15)?).unwrap_or(Format::Text),
            sha256: row.get(16)?,
        },
        id,
        languages: Languages {
            source: row.get(12)?,
            target: String::from("eng_Latn"),
        },
        title: None,
        metadata: Metadata {
            date: row.get(2)?,
            views: None,
            section: section.map(|source| Section {
                source,
                target: section_target.unwrap_or_default(),
            }),
            author: row.get(5)?,
            origin: row.get(6)?,
            url: row.get(7)?,
            captured: row.get(8)?,
            lines: lines.lines().map(str::to_owned).collect(),
        },
        paragraphs: Vec::new(),
        summary: summary.map(|target| Summary {
            target,
            method: method
                .and_then(|name| named(&name))
                .unwrap_or(SummaryMethod::Abstractive),
            flags: Vec::new(),
            findings: Vec::new(),
        }),
        models: Models {
            translation: row.get(13)?,
            summary: row.get(14)?,
        },
        options: Map::new(),
        names: Vec::new(),
        glossary: None,
        record: RecordFields::default(),
        tokens: 0,
        seconds: None,
    })
}

/// What checks saw, by the number of the sentence; of none if it was the summary.
type Seen = HashMap<Option<i64>, Vec<(Check, Option<Finding>)>>;

fn findings(connection: &Connection, article: i64) -> rusqlite::Result<Seen> {
    let mut select = connection.prepare_cached(
        "SELECT sentence, \"check\", source, target, message FROM flags WHERE article = ? ORDER BY flag",
    )?;
    let rows = select.query_map([article], |row| {
        let Some(check) = Check::from_name(&row.get::<_, String>(1)?) else {
            return Ok(None);
        };
        let message: Option<String> = row.get(4)?;
        let (source, target) = (row.get(2)?, row.get(3)?);
        let finding = message.map(|message| Finding {
            check,
            source,
            target,
            message,
            span: Spans::default(),
            repaired: false,
        });
        Ok(Some((row.get::<_, Option<i64>>(0)?, check, finding)))
    })?;
    let mut seen = Seen::new();
    for row in rows {
        if let Some((sentence, check, finding)) = row? {
            seen.entry(sentence).or_default().push((check, finding));
        }
    }
    Ok(seen)
}

fn sentence(row: &Row<'_>, findings: &mut Seen, article: &str) -> rusqlite::Result<Sentence> {
    let number: i64 = row.get(0)?;
    let (source, target): (String, String) = (row.get(3)?, row.get(4)?);
    let own = findings.remove(&Some(number)).unwrap_or_default();
    let own = own.into_iter().filter_map(|(_, finding)| finding);
    let language: String = row.get(7)?;
    Ok(Sentence {
        findings: own
            .map(|finding| spanned(finding, &source, &target))
            .collect(),
        source,
        model_input: None,
        language: (language != article).then_some(language),
        target,
        score: row.get::<_, Option<f64>>(5)?.unwrap_or(f64::NAN),
        flags: checks(&row.get::<_, String>(6)?),
    })
}

/// A finding with the places of its words, where they occur.
fn spanned(mut finding: Finding, source: &str, target: &str) -> Finding {
    let place = |words: Option<&String>, text: &str| {
        let words = words.filter(|words| !words.is_empty())?;
        let start = text.find(words.as_str())?;
        Some((start, start + words.len()))
    };
    finding.span = Spans {
        source: place(finding.source.as_ref(), source),
        target: place(finding.target.as_ref(), target),
    };
    finding
}

fn names(connection: &Connection, article: i64) -> rusqlite::Result<Vec<Name>> {
    let mut select = connection.prepare_cached(
        "SELECT source, target, standard, kind FROM names WHERE article = ? ORDER BY name",
    )?;
    let rows = select.query_map(params![article], |row| {
        let kind: Option<String> = row.get(3)?;
        Ok(Name {
            source: row.get(0)?,
            target: row.get(1)?,
            variants: Vec::new(),
            standard: row.get(2)?,
            usual: None,
            kind: kind.and_then(|kind| named(&kind)).unwrap_or(NameKind::Body),
            sentences: Vec::new(),
        })
    })?;
    rows.collect()
}
