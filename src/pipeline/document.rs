//! From an article and its translation to the finished [`Document`].

use std::collections::BTreeMap;

use super::plan::Translated;
use super::{ParsedArticle, Pipeline};
use crate::checks::{self, Check, Finding};
use crate::document::{self, Document, ParagraphKind, SummaryMethod};
use crate::glossary::Glossary;
use crate::language;
use crate::segment;
use crate::summarize::{Summarizer, Summary};
use crate::text::place_of;
use crate::translate::TermUse;

impl Pipeline {
    /// The finished document of an article.
    pub(super) fn document(
        &self,
        input: &ParsedArticle,
        translated: Translated,
        summary: Option<Summary>,
        seconds: f64,
    ) -> Document {
        let (summary, findings) = match summary {
            Some(summary) => {
                let (summary, findings) = with_names(summary, &translated);
                (Some(summary), findings)
            }
            None => (None, Vec::new()),
        };
        let metadata = &input.article.metadata;
        let summarizer = self.summarizer.as_ref();
        let glossary = self.translator.glossary();
        Document {
            schema: 1,
            id: input.id.clone(),
            input: document::Input {
                path: input.path.clone(),
                encoding: input.article.encoding.clone(),
                format: input.article.format,
                sha256: input.sha256.clone(),
            },
            languages: document::Languages {
                source: input.article.language.code.clone(),
                target: self.translator.target_language().to_owned(),
            },
            title: translated.title,
            metadata: document::Metadata {
                date: metadata.date.clone(),
                views: metadata.views,
                section: translated.section,
                origin: metadata.origin.clone(),
                author: metadata.author.clone(),
                url: metadata.url.clone(),
                captured: metadata.captured.clone(),
                lines: metadata.lines.clone(),
            },
            paragraphs: translated.paragraphs,
            summary: summary.map(|summary| document::Summary {
                target: summary.text,
                method: summary.method,
                flags: checks::flags(&findings),
                findings,
            }),
            models: document::Models {
                translation: self.translator.id().to_owned(),
                summary: summarizer.and_then(Summarizer::model).map(str::to_owned),
            },
            options: self.settings.options.clone(),
            names: translated.names,
            glossary: glossary.map(|glossary| glossary_terms(glossary, &translated.terms)),
            record: input.record.clone(),
            tokens: translated.tokens,
            seconds: Some(seconds),
        }
    }
}

/// What became of the entries of a glossary that occur, in its order.
fn glossary_terms(glossary: &Glossary, uses: &[TermUse]) -> Vec<document::GlossaryTerm> {
    let mut counts: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
    for term in uses {
        counts.entry(term.entry).or_default()[usize::from(term.is_applied)] += 1;
    }
    let terms = counts.into_iter();
    terms
        .filter_map(|(entry, [missing, applied])| {
            let entry = glossary.entries().get(entry)?;
            Some(document::GlossaryTerm {
                source: entry.source.clone(),
                target: entry.target.clone(),
                applied,
                missing,
            })
        })
        .collect()
}

/// What the summariser reads: the English sentences of everything but captions and the title.
pub(super) fn summary_source(paragraphs: &[document::Paragraph]) -> Vec<&str> {
    paragraphs
        .iter()
        .filter(|paragraph| paragraph.kind != ParagraphKind::Caption)
        .flat_map(|paragraph| &paragraph.sentences)
        .map(|sentence| sentence.target.trim())
        .filter(|target| !target.is_empty())
        .collect()
}

/// A summary with the names as the body has them, and what was found in it. The body's own sentences have
/// them already.
fn with_names(summary: Summary, translated: &Translated) -> (Summary, Vec<Finding>) {
    if summary.method == SummaryMethod::Extractive {
        let findings = summary_findings(&summary, translated);
        return (summary, findings);
    }
    let (text, respelt) = translated.respelt.put_into(&summary.text);
    let summary = Summary { text, ..summary };
    let mut findings = summary_findings(&summary, translated);
    findings.extend(respelt);
    findings.sort_by_key(|finding| finding.check);
    (summary, findings)
}

/// What is wrong with a summary: numbers or names that are not in the translation, or a text that
/// was cut off.
fn summary_findings(summary: &Summary, translated: &Translated) -> Vec<Finding> {
    let title = translated.title.iter().map(|title| title.target.as_str());
    let sentences = translated.paragraphs.iter().flat_map(|p| &p.sentences);
    let text: Vec<&str> = title
        .chain(sentences.map(|sentence| sentence.target.as_str()))
        .collect();
    let text = text.join(" ");
    let mut findings: Vec<Finding> = segment::sentences(&summary.text, &language::ENGLISH)
        .into_iter()
        .flat_map(|sentence| {
            let offset = place_of(sentence, &summary.text).start;
            let found = checks::unsupported(sentence, &text).into_iter();
            found.map(move |finding| finding.shifted(offset))
        })
        .collect();
    if summary.truncated {
        findings.push(Finding::whole(
            Check::Truncated,
            "the summary reached the cap on its length before its end",
        ));
    }
    findings.sort_by_key(|finding| finding.check);
    findings
}
