//! Made archives, for browsers: `REPORT_ARCHIVE=FOLDER REPORT_ARTICLES=20000 cargo test --lib --
//! --ignored made_archive` writes the journal of as many articles, their pages and the pages over them,
//! by the code that writes those of any run.

use std::fs;
use std::path::Path;
use std::time::Instant;

use std::collections::BTreeMap;

use super::*;
use crate::archive::journal::{Completed, Shown};
use crate::archive::key::key;
use crate::checks::Check;
use crate::document::{
    Document, Finding, Format, Input, Languages, Metadata, Models, Name, NameKind, Paragraph,
    ParagraphKind, Section, Sentence, Spans, Summary, SummaryMethod,
};
use crate::files::{Stamp, hex};
use crate::report::{self, Style, write_result};

/// Article pages that are written at most, the newest ones; the pages over articles have all.
const MAX_PAGES: usize = 40;
/// Articles of a day, which makes 20,000 those of some nine months.
const A_DAY: usize = 75;

/// A word of each language for every fifth article or so, so that searches find some and not all.
const SUBJECTS: [(&str, &str); 7] = [
    ("Кітапхана", "Library"),
    ("Мектеп", "School"),
    ("Аурухана", "Hospital"),
    ("Жол", "Road"),
    ("Зауыт", "Plant"),
    ("Музей", "Museum"),
    ("Көпір", "Bridge"),
];
const PLACES: [(&str, &str); 5] = [
    ("Ақсуда", "Aksu"),
    ("Қызылордада", "Kyzylorda"),
    ("Өскеменде", "Oskemen"),
    ("Ғалымтауда", "Galymtau"),
    ("Үштөбеде", "Ushtobe"),
];
const SECTIONS: [(&str, &str); 4] = [
    ("МӘДЕНИЕТ", "CULTURE"),
    ("ҚОҒАМ", "SOCIETY"),
    ("ЭКОНОМИКА", "ECONOMY"),
    ("СПОРТ", "SPORT"),
];
const OUTLETS: [&str; 3] = ["egemen.kz", "aikyn.kz", "example.kz"];

fn sentence(source: String, target: String, findings: Vec<Finding>) -> Sentence {
    let flags = findings.iter().map(|finding| finding.check).collect();
    Sentence {
        source,
        model_input: None,
        language: None,
        target,
        score: -0.3,
        flags,
        findings,
    }
}

fn finding(check: Check, message: String) -> Finding {
    Finding {
        check,
        source: None,
        target: None,
        message,
        span: Spans::default(),
        repaired: false,
    }
}

/// An article of about the length of the press's.
pub(in crate::archive) fn document(number: usize) -> Document {
    let (subject, english) = SUBJECTS[number % SUBJECTS.len()];
    let (place, town) = PLACES[number / 3 % PLACES.len()];
    let (section, in_english) = SECTIONS[number % SECTIONS.len()];
    let outlet = OUTLETS[number / 5 % OUTLETS.len()];
    let findings = match number % 6 {
        0 => vec![finding(
            Check::Numbers,
            format!(
                "“{},5 млрд” has no counterpart in the translation",
                number % 90
            ),
        )],
        3 => vec![finding(
            Check::Names,
            String::from("“Тоқаевтың” has no counterpart in the translation"),
        )],
        _ => Vec::new(),
    };
    // As many days back as there are articles before it.
    let days = number / A_DAY;
    let (month, day) = (12 - days / 28 % 12, 28 - days % 28);
    let year = 2023 - days / 28 / 12;
    let title = match number {
        7 => String::from("</script><img src=x onerror=alert(1)> \u{202e}stays text"),
        _ => format!("{english} number {number} opens in {town} after months of repairs"),
    };
    let text = |number: usize| {
        sentence(
            format!(
                "{place} {number}-{} ашылды, оған {} млн теңге жұмсалды, деді әкім Ержан Тоқаевтың өкілі.",
                subject.to_lowercase(),
                number % 400
            ),
            format!(
                "The {} in {town} was opened, {} million tenge went into it, the mayor’s office said.",
                english.to_lowercase(),
                number % 400
            ),
            Vec::new(),
        )
    };
    Document {
        schema: 1,
        id: format!("{outlet}/{number:05}.html"),
        input: Input {
            path: format!("{number:05}.html"),
            encoding: String::from("UTF-8"),
            format: Format::Html,
            sha256: hex(&key(&number.to_le_bytes())),
        },
        languages: Languages {
            source: String::from("kaz_Cyrl"),
            target: String::from("eng_Latn"),
        },
        title: Some(sentence(
            format!(
                "{place} {number}-{} жөндеуден кейін ашылды",
                subject.to_lowercase()
            ),
            title,
            findings,
        )),
        metadata: Metadata {
            date: (number % 50 != 49).then(|| format!("{year}-{month:02}-{day:02}")),
            section: Some(Section {
                source: section.to_owned(),
                target: in_english.to_owned(),
            }),
            origin: Some(outlet.to_owned()),
            url: Some(format!(
                "https://www.{outlet}/news/{year}/{month:02}/{number}-zhangalyq"
            )),
            ..Metadata::default()
        },
        paragraphs: (0..4)
            .map(|paragraph| Paragraph {
                kind: ParagraphKind::Text,
                sentences: (0..4)
                    .map(|own| text(number + 4 * paragraph + own))
                    .collect(),
            })
            .collect(),
        summary: Some(Summary {
            target: format!(
                "A {} in {town} has been opened after fourteen months of repairs that cost {} million \
                 tenge. It serves three districts, and two more of its kind are to follow in the autumn, \
                 as the mayor’s office said on Tuesday.",
                english.to_lowercase(),
                number % 400
            ),
            method: SummaryMethod::Abstractive,
            flags: Vec::new(),
            findings: Vec::new(),
        }),
        models: Models {
            translation: String::from("made"),
            summary: Some(String::from("made")),
        },
        options: serde_json::Map::new(),
        names: [
            ("Ержан Тоқаев", "Yerzhan Tokayev"),
            (&place[..place.len() - 4], town),
        ]
        .into_iter()
        .map(|(source, target)| Name {
            source: source.to_owned(),
            target: Some(target.to_owned()),
            variants: Vec::new(),
            standard: None,
            usual: None,
            kind: NameKind::Person,
            sentences: vec![1],
        })
        .collect(),
        glossary: None,
        record: serde_json::Map::new().into(),
        tokens: 0,
        seconds: None,
    }
}

/// The entry of an article whose page is in `file` below `root`, or of one that failed.
fn entry(root: &Path, number: usize) -> Entry {
    let document = document(number);
    let file = format!("{}.html", document.id);
    let failed = number % 700 == 500;
    let path = root.join(&file);
    if number < MAX_PAGES {
        let mut page = Vec::new();
        write_result(
            &document,
            report::Format::Html,
            &Style::default(),
            &file,
            &mut page,
        )
        .unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, page).unwrap();
    }
    let mut flags = BTreeMap::new();
    for flag in document
        .title_and_sentences()
        .flat_map(|sentence| &sentence.flags)
    {
        *flags.entry(flag.name().to_owned()).or_default() += 1;
    }
    Entry {
        id: document.id.clone(),
        key: None,
        input: hex(&key(b"input")),
        fingerprint: hex(&key(b"options")),
        done: (!failed).then(|| Completed {
            shown: Some(Box::new(Shown::of(&document))),
            file: Some(file),
            stamp: fs::metadata(root).ok().map(|there| Stamp::of(&there)),
            range: None,
            digest: hex(&key(b"result")),
            from: None,
            title: document.title.map(|title| title.target),
            date: document.metadata.date,
            summary: document.summary.map(|summary| summary.target),
            flags,
            names: Vec::new(),
        }),
        error: failed.then(|| FailureReason {
            kind: String::from("article"),
            message: String::from("the text is in English already"),
        }),
    }
}

#[test]
#[ignore = "writes an archive for a browser"]
fn made_archive() {
    let root = std::env::var("REPORT_ARCHIVE").expect("REPORT_ARCHIVE names a folder");
    let articles = std::env::var("REPORT_ARTICLES").expect("REPORT_ARTICLES is a number");
    let articles: usize = articles.parse().expect("REPORT_ARTICLES is a number");
    let root = Path::new(&root);
    fs::create_dir_all(root).unwrap();
    let output = Output::Folder {
        root: root.to_owned(),
        format: report::Format::Html,
        marks: false,
        names: false,
        layout: report::Layout::default(),
    };
    let (mut journal, _) = Journal::open(&output.journal(), true).unwrap();
    let mut order = Vec::new();
    let numbers: Vec<usize> = (0..articles).collect();
    for numbers in numbers.chunks(512) {
        let entries: Vec<Entry> = numbers.iter().map(|&number| entry(root, number)).collect();
        let failed: Vec<bool> = entries.iter().map(|entry| entry.done.is_none()).collect();
        let places = journal.commit(entries, None).unwrap();
        let seen = places.into_iter().zip(failed);
        order.extend(seen.map(|(entry, failed)| SeenArticle { entry, failed }));
    }
    let begun = Instant::now();
    write(&output, &journal, &order).unwrap();
    println!(
        "{articles} articles: written in {:.2} s",
        begun.elapsed().as_secs_f64()
    );
}
