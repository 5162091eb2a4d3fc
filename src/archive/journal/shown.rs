//! What an entry keeps of an article for the page over all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::shortened;
use crate::checks::{Check, Finding};
use crate::document::{Document, Section};
use crate::text::host;

/// How much of a text an entry keeps, in bytes.
const MAX_TITLE_BYTES: usize = 1 << 10;
const MAX_SECTION_BYTES: usize = 256;
const MAX_OUTLET_BYTES: usize = 256;
const MAX_LANGUAGE_BYTES: usize = 32;
/// A longer address is not kept: its beginning would lead elsewhere.
const MAX_URL_BYTES: usize = 2 << 10;
/// Reasons of a check, and the bytes of each.
const MAX_REASONS: usize = 3;
const MAX_REASON_BYTES: usize = 240;
/// Bytes of all spellings of names together.
const MAX_NAMES_BYTES: usize = 3 << 10;

/// What the page shows or searches besides title, date, summary and flags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::archive) struct Shown {
    /// NLLB code of the article's language.
    pub language: String,
    /// The title as it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    /// Where it was published: its origin, or else the host of its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What failed checks saw, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, Vec<String>>,
    /// Spellings of the article's names in both languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

impl Shown {
    /// What is kept of a document.
    pub(in crate::archive) fn of(document: &Document) -> Self {
        let metadata = &document.metadata;
        let short = |text: &str, bytes| shortened(text.trim().to_owned(), bytes);
        let known = |text: &str, bytes| Some(short(text, bytes)).filter(|text| !text.is_empty());
        let section = metadata.section.as_ref().map(|section| Section {
            source: short(&section.source, MAX_SECTION_BYTES),
            target: short(&section.target, MAX_SECTION_BYTES),
        });
        let url = metadata.url.as_deref().map(str::trim);
        let url = url.filter(|url| !url.is_empty() && url.len() <= MAX_URL_BYTES);
        let outlet = metadata.origin.as_deref().or_else(|| host(url?));
        let original = document.title.as_ref().map(|title| title.source.as_str());
        Self {
            language: short(&document.languages.source, MAX_LANGUAGE_BYTES),
            original: original.and_then(|title| known(title, MAX_TITLE_BYTES)),
            section: section.filter(|section| !section.source.is_empty()),
            outlet: outlet.and_then(|outlet| known(outlet, MAX_OUTLET_BYTES)),
            url: url.map(str::to_owned),
            reasons: reasons(document),
            names: names(document),
        }
    }
}

/// The reasons of the flags of a document, the first ones of each check.
fn reasons(document: &Document) -> BTreeMap<String, Vec<String>> {
    let summary = document.summary.iter();
    let findings: Vec<&Finding> = document
        .title_and_sentences()
        .flat_map(|sentence| &sentence.findings)
        .chain(summary.flat_map(|summary| &summary.findings))
        .filter(|finding| !finding.repaired)
        .collect();
    let of = |check: Check| {
        let mut reasons: Vec<String> = Vec::new();
        for finding in findings.iter().filter(|finding| finding.check == check) {
            let reason = shortened(finding.message.clone(), MAX_REASON_BYTES);
            if !reason.is_empty() && !reasons.contains(&reason) {
                reasons.push(reason);
            }
            if reasons.len() == MAX_REASONS {
                break;
            }
        }
        (check.name().to_owned(), reasons)
    };
    let reasons = Check::ALL.into_iter().map(of);
    reasons.filter(|(_, reasons)| !reasons.is_empty()).collect()
}

/// The spellings of the names of a document, as far as they are kept.
fn names(document: &Document) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut bytes = 0;
    for name in &document.names {
        let spellings = [
            Some(&name.source),
            name.target.as_ref(),
            name.usual.as_ref(),
        ];
        for spelling in spellings.into_iter().flatten() {
            if names.contains(spelling) {
                continue;
            }
            bytes += spelling.len();
            if bytes > MAX_NAMES_BYTES {
                return names;
            }
            names.push(spelling.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::overview::made;
    use crate::document::{Metadata, Name, NameKind, Sentence, Summary, SummaryMethod};

    #[test]
    fn what_is_kept_of_a_hostile_document_is_bounded() {
        let long = "ә".repeat(1 << 16);
        let finding = |message: String| Finding::whole(Check::Numbers, &message);
        let mut document = made::document(0);
        document.title = Some(Sentence {
            source: long.clone(),
            findings: (0..1000)
                .map(|number| finding(format!("{number}{long}")))
                .collect(),
            ..document.title.unwrap()
        });
        document.metadata = Metadata {
            section: Some(Section {
                source: long.clone(),
                target: long.clone(),
            }),
            origin: Some(long.clone()),
            url: Some(long.clone()),
            ..Metadata::default()
        };
        document.languages.source = long.clone();
        document.summary = Some(Summary {
            target: long.clone(),
            method: SummaryMethod::Extractive,
            flags: Vec::new(),
            findings: vec![finding(long)],
        });
        document.names = (0..5000)
            .map(|number| Name {
                source: format!("Есім {number}"),
                target: None,
                variants: Vec::new(),
                standard: None,
                usual: None,
                kind: NameKind::Person,
                sentences: vec![1],
            })
            .collect();
        let shown = Shown::of(&document);
        let bytes = serde_json::to_vec(&shown).unwrap().len();
        assert!(bytes < 16 << 10, "{bytes} bytes");
        assert_eq!(shown.reasons["numbers"].len(), MAX_REASONS);
        assert_eq!(shown.url, None);
    }

    #[test]
    fn the_outlet_is_the_origin_or_the_host_of_the_address() {
        let mut document = made::document(0);
        assert_eq!(Shown::of(&document).outlet.as_deref(), Some("egemen.kz"));
        document.metadata.origin = None;
        document.metadata.url = Some(String::from("https://www.aikyn.kz/1"));
        let shown = Shown::of(&document);
        assert_eq!(shown.outlet.as_deref(), Some("aikyn.kz"));
        assert_eq!(
            shown.names,
            ["Ержан Тоқаев", "Yerzhan Tokayev", "Ақсу", "Aksu"]
        );
        document.metadata.url = None;
        assert_eq!(Shown::of(&document).outlet, None);
    }
}
