//! An article of a database as a document, to be written as any other.
//!
//! A database holds less than a document: no options and no spans. The words that a check named are
//! looked for in their sentence.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Map;

use super::database::Texts;
use super::page_text::named;
use super::search::checks;
use crate::checks::{Check, Finding, Spans};
use crate::document::{
    Document, Format, Input, Languages, Metadata, Models, Name, NameKind, Paragraph, ParagraphKind,
    RecordFields, Section, Sentence, Summary, SummaryMethod,
};

/// Maximum bytes of sentences in which words of findings are looked for, for an article.
const MAX_SCANNED_BYTES: usize = 256 << 20;

/// The document of the article with this number.
pub(super) fn document(connection: &Connection, number: i64) -> rusqlite::Result<Option<Document>> {
    let mut texts = Texts::new();
    let found = connection.query_row(
        "SELECT id, title_source, date, section_source, section_target, author, origin, url, captured, \
         metadata, summary, summary_method, language, translation_model, summary_model, format, sha256 \
         FROM articles WHERE article = ?",
        [number],
        |row| without_sentences(row, &mut texts),
    );
    let Some(mut document) = found.optional()? else {
        return Ok(None);
    };
    let mut findings = findings(connection, number, &mut texts)?;
    let mut scan = Scan::new();
    let mut sentences = connection.prepare_cached(
        "SELECT sentence, paragraph, kind, source, target, score, flags, language FROM sentences \
         WHERE article = ? ORDER BY sentence",
    )?;
    let mut rows = sentences.query([number])?;
    let language = &document.languages.source;
    let mut last = 0;
    while let Some(row) = rows.next()? {
        let paragraph: i64 = row.get(1)?;
        let sentence = sentence(row, &mut texts, &mut findings, &mut scan, language)?;
        if paragraph == 0 {
            document.title = Some(sentence);
            continue;
        }
        match document.paragraphs.last_mut() {
            Some(open) if paragraph == last => open.sentences.push(sentence),
            _ => document.paragraphs.push(Paragraph {
                kind: named(&texts.text(row, 2)?).unwrap_or(ParagraphKind::Text),
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
            let finding = finding.map(|finding| scan.spanned(finding, "", &summary.target));
            summary.findings.extend(finding);
        }
    }
    document.names = names(connection, number, &mut texts)?;
    Ok(Some(document))
}

fn without_sentences(row: &Row<'_>, texts: &mut Texts) -> rusqlite::Result<Document> {
    let id = texts.text(row, 0)?;
    let section = texts.optional(row, 3)?;
    let section_target = texts.optional(row, 4)?;
    let summary = texts.optional(row, 10)?;
    let method = texts.optional(row, 11)?;
    Ok(Document {
        schema: 1,
        input: Input {
            path: id.clone(),
            encoding: String::from("UTF-8"),
            format: named(&texts.text(row, 15)?).unwrap_or(Format::Text),
            sha256: texts.text(row, 16)?,
        },
        id,
        languages: Languages {
            source: texts.text(row, 12)?,
            target: String::from("eng_Latn"),
        },
        title: None,
        metadata: Metadata {
            date: texts.optional(row, 2)?,
            views: None,
            section: section.map(|source| Section {
                source,
                target: section_target.unwrap_or_default(),
            }),
            author: texts.optional(row, 5)?,
            origin: texts.optional(row, 6)?,
            url: texts.optional(row, 7)?,
            captured: texts.optional(row, 8)?,
            lines: texts.lines(row, 9)?,
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
            translation: texts.text(row, 13)?,
            summary: texts.optional(row, 14)?,
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

fn findings(connection: &Connection, article: i64, texts: &mut Texts) -> rusqlite::Result<Seen> {
    let mut select = connection.prepare_cached(
        "SELECT sentence, \"check\", source, target, message FROM flags WHERE article = ? ORDER BY flag",
    )?;
    let rows = select.query_map([article], |row| {
        let Some(check) = Check::from_name(&texts.text(row, 1)?) else {
            return Ok(None);
        };
        let message = texts.optional(row, 4)?;
        let (source, target) = (texts.optional(row, 2)?, texts.optional(row, 3)?);
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

fn sentence(
    row: &Row<'_>,
    texts: &mut Texts,
    findings: &mut Seen,
    scan: &mut Scan,
    article: &str,
) -> rusqlite::Result<Sentence> {
    let number: i64 = row.get(0)?;
    let (source, target) = (texts.text(row, 3)?, texts.text(row, 4)?);
    let own = findings.remove(&Some(number)).unwrap_or_default();
    let own = own.into_iter().filter_map(|(_, finding)| finding);
    let language = texts.text(row, 7)?;
    Ok(Sentence {
        findings: own
            .map(|finding| scan.spanned(finding, &source, &target))
            .collect(),
        source,
        model_input: None,
        language: (language != article).then_some(language),
        target,
        score: row.get::<_, Option<f64>>(5)?.unwrap_or(f64::NAN),
        flags: checks(&texts.text(row, 6)?),
    })
}

/// Looks for the words of findings, within [`MAX_SCANNED_BYTES`]: many findings of a long sentence would
/// take their product.
struct Scan {
    left: usize,
}

impl Scan {
    fn new() -> Self {
        Self {
            left: MAX_SCANNED_BYTES,
        }
    }

    /// A finding with the places of its words, where they occur.
    fn spanned(&mut self, mut finding: Finding, source: &str, target: &str) -> Finding {
        finding.span = Spans {
            source: self.place(finding.source.as_ref(), source),
            target: self.place(finding.target.as_ref(), target),
        };
        finding
    }

    fn place(&mut self, words: Option<&String>, text: &str) -> Option<(usize, usize)> {
        let words = words.filter(|words| !words.is_empty())?;
        self.left = self.left.checked_sub(text.len())?;
        let start = text.find(words.as_str())?;
        Some((start, start + words.len()))
    }
}

fn names(connection: &Connection, article: i64, texts: &mut Texts) -> rusqlite::Result<Vec<Name>> {
    let mut select = connection.prepare_cached(
        "SELECT source, target, standard, kind FROM names WHERE article = ? ORDER BY name",
    )?;
    let rows = select.query_map([article], |row| {
        let kind = texts.optional(row, 3)?;
        Ok(Name {
            source: texts.text(row, 0)?,
            target: texts.optional(row, 1)?,
            variants: Vec::new(),
            standard: texts.optional(row, 2)?,
            usual: None,
            kind: kind.and_then(|kind| named(&kind)).unwrap_or(NameKind::Body),
            sentences: Vec::new(),
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_findings_are_looked_for_within_a_bound() {
        let finding = Finding {
            source: Some(String::from("86")),
            ..Finding::whole(Check::Numbers, "86")
        };
        let mut scan = Scan { left: 15 };
        let mut place = || scan.spanned(finding.clone(), "бұл 86", "").span.source;
        assert_eq!(place(), Some((7, 9)));
        assert_eq!(place(), None);
    }
}
