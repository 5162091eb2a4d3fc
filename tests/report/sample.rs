//! Made documents: short Kazakh texts and their English, both written for these tests. No model had
//! a part in them; scores, models and digests are invented.

use audarma::document::{
    Check, Document, Finding, Format, Input, Languages, Metadata, Models, Name, NameKind,
    Paragraph, ParagraphKind, Section, Sentence, Spans, Summary, SummaryMethod,
};
use serde_json::{Map, Value, json};

/// An article with everything a report can show: flags, a list, a heading, a caption, a sentence in
/// another language, one tidied for the model, a summary with a flag.
pub fn article() -> Document {
    let mut opening = sentence(
        "Сәрсенбі күні Ақсу қаласында жаңартылған орталық кітап\u{AD}хана оқырмандарға есігін ашты.",
        "On Wednesday the renovated central library in the town of Aksu opened its doors to readers.",
    );
    opening.model_input = Some(opening.source.replace('\u{AD}', ""));
    let cost = flagged(
        "Жөндеуге облыстық бюджеттен 1,8 млрд. теңге бөлініп, жұмыс 14 айға созылды.",
        "The regional budget set aside 18 billion tenge for the repairs, which took 14 months.",
        &[Check::Numbers],
    );
    let cost = found(
        cost,
        Check::Numbers,
        Some("1,8 млрд"),
        None,
        "“1,8 млрд” has no counterpart in the translation",
    );
    let cost = found(
        cost,
        Check::Numbers,
        None,
        Some("18 billion"),
        "“18 billion” has no counterpart in the source",
    );
    let quote = flagged(
        "«Бұл жерге бұрын күніне 90 адам келетін, енді үш есе көп күтеміз», – деді кітапхана \
         директоры Әсел Дүйсенова.",
        "“Some 90 people used to come here a day; now we expect three times as many,” said the \
         library’s director, Asel Duisen.",
        &[Check::Names, Check::Quotes],
    );
    let mut quote = found(
        quote,
        Check::Names,
        Some("Дүйсенова"),
        None,
        "“Дүйсенова” has no counterpart in the translation",
    );
    quote.model_input = Some(quote.source.replace(['«', '»'], "\"").replace('–', "-"));
    let mut russian = sentence(
        "«Здесь теперь можно работать весь день», – говорит студентка Марина Ли.",
        "“You can work here all day now,” says student Marina Li.",
    );
    russian.language = Some("rus_Cyrl".to_owned());
    Document {
        title: Some(sentence(
            "Ақсуда 52 мың кітабы бар кітапхана қайта ашылды",
            "Library with 52,000 books reopens in Aksu",
        )),
        metadata: Metadata {
            date: Some("2024-05-15".to_owned()),
            views: Some(1204),
            section: Some(Section {
                source: "МӘДЕНИЕТ".to_owned(),
                target: "CULTURE".to_owned(),
            }),
            origin: Some("example.kz".to_owned()),
            author: Some("Сауле Бекқызы".to_owned()),
            url: Some("https://example.kz/madeniet/1204".to_owned()),
            captured: Some("2024-06-01".to_owned()),
            lines: [
                "Уақыты: 15.05.2024",
                "Оқылды: 1204",
                "Бөлім: МӘДЕНИЕТ",
                "Дереккөз: example.kz",
            ]
            .map(str::to_owned)
            .to_vec(),
        },
        paragraphs: vec![
            paragraph(
                ParagraphKind::Text,
                vec![
                    opening,
                    cost,
                    sentence(
                        "Қорда 52 мың кітап бар, оның 9 мыңы – балаларға арналған.",
                        "Its collection holds 52,000 books, 9,000 of them for children.",
                    ),
                ],
            ),
            paragraph(
                ParagraphKind::Caption,
                vec![
                    flagged(
                        "Оқу залында 120 орын бар.",
                        "The reading room has 20 seats.",
                        &[Check::Numbers],
                    ),
                    sentence("Сурет: Н. Сейіт", "Photo: N. Seiit"),
                ],
            ),
            paragraph(ParagraphKind::Text, vec![quote, russian]),
            paragraph(
                ParagraphKind::Heading,
                vec![sentence("Не өзгерді", "What has changed")],
            ),
            paragraph(
                ParagraphKind::List,
                vec![sentence(
                    "жұмыс уақыты кешкі 22:00-ге дейін ұзарды",
                    "open until 22:00",
                )],
            ),
            paragraph(
                ParagraphKind::List,
                vec![sentence(
                    "– бала күтетін бөлме ашылды",
                    "– a room for childcare has opened",
                )],
            ),
            paragraph(
                ParagraphKind::List,
                vec![sentence(
                    "кестені https://example.org/ashyq-esik?year=2024&lang=kk бетінен көруге болады",
                    "the timetable is at https://example.org/ashyq-esik?year=2024&lang=kk",
                )],
            ),
            paragraph(
                ParagraphKind::Text,
                vec![
                    sentence(
                        "Алдағы күзде дәл осындай жөндеу тағы екі ауданда басталады.",
                        "The same repairs begin in two more districts this autumn.",
                    ),
                    flagged("Кіру тегін.", "", &[Check::Empty]),
                ],
            ),
        ],
        summary: Some(Summary {
            target:
                "The central library of Aksu, with 52,000 books, has reopened after 14 months of \
                     repairs. It stays open until 22:00, and two more districts follow in autumn."
                    .to_owned(),
            method: SummaryMethod::Abstractive,
            flags: vec![Check::Numbers],
            findings: vec![Finding {
                check: Check::Numbers,
                source: None,
                target: Some("14".to_owned()),
                message: "“14” is not in the translation".to_owned(),
                span: Spans {
                    source: None,
                    target: Some((67, 69)),
                },
                repaired: false,
            }],
        }),
        models: Models {
            translation: "facebook/nllb-200-distilled-600M@f8d333a098d1".to_owned(),
            summary: Some("facebook/bart-large-cnn@37f520fa929c".to_owned()),
        },
        options: object(json!({"beam": 4, "precision": "q8", "normalize": "on", "retries": 2})),
        names: vec![
            Name {
                source: "Ақсу".to_owned(),
                target: Some("Aksu".to_owned()),
                variants: Vec::new(),
                standard: Some("Aqsu".to_owned()),
                usual: Some("Aksu".to_owned()),
                kind: NameKind::Place,
                sentences: vec![0, 1],
            },
            Name {
                source: "Әсел Дүйсенова".to_owned(),
                target: Some("Asel Duisen".to_owned()),
                variants: vec!["Assel Duisenova".to_owned()],
                standard: Some("Asel Duysenova".to_owned()),
                usual: None,
                kind: NameKind::Person,
                sentences: vec![6],
            },
        ],
        glossary: None,
        record: object(json!({"edition": "morning", "page": 3})).into(),
        tokens: 0,
        seconds: Some(3.2),
        ..blank("aksu-library.txt")
    }
}

/// One sentence: no title, no metadata, no summary.
pub fn bare() -> Document {
    Document {
        paragraphs: vec![paragraph(
            ParagraphKind::Text,
            vec![sentence("Түнде қар жауды.", "Snow fell in the night.")],
        )],
        ..blank("bare.txt")
    }
}

/// Every text tries to act: on a terminal, in HTML, in Markdown, on a reader of lines.
pub fn hostile() -> Document {
    let attack = "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}4517\u{2066}\u{7F}\r\n\u{85}\u{2028}\t\
                  </p></style><script>alert(1)</script><img src=x onerror='alert(2)'>\" onclick=\"x\
                  &lt;b&gt; {{1+1}} ${x} ]]> --> [a](javascript:alert(3)) ![i](http://evil.example/i) \
                  `code` **bold** __b__ | cell | <http://evil.example> www.evil.example [^1] \\ end!";
    let kinds = [
        ParagraphKind::Text,
        ParagraphKind::Heading,
        ParagraphKind::Caption,
        ParagraphKind::List,
    ];
    let starts = [
        "# ", "> ", "1. ", "- ", "===", "```\n", "    ", "[^1]: ", "<div>\n", "| - |\n",
    ];
    let paragraphs = kinds.into_iter().flat_map(|kind| {
        starts.map(|start| {
            let sentence = flagged(attack, &format!("{start}{attack}"), &[Check::Names]);
            let words = Some("</p></style><script>alert(1)</script>");
            paragraph(
                kind,
                vec![found(sentence, Check::Names, words, words, attack)],
            )
        })
    });
    Document {
        names: vec![Name {
            source: attack.to_owned(),
            target: Some(attack.to_owned()),
            variants: vec![attack.to_owned()],
            standard: Some(attack.to_owned()),
            usual: Some(attack.to_owned()),
            kind: NameKind::Body,
            sentences: vec![1],
        }],
        title: Some(sentence(attack, attack)),
        metadata: Metadata {
            date: Some(attack.to_owned()),
            section: Some(Section {
                source: attack.to_owned(),
                target: attack.to_owned(),
            }),
            origin: Some(attack.to_owned()),
            author: Some(attack.to_owned()),
            url: Some(attack.to_owned()),
            captured: Some(attack.to_owned()),
            lines: vec![attack.to_owned()],
            views: None,
        },
        paragraphs: paragraphs.collect(),
        summary: Some(Summary {
            target: attack.to_owned(),
            method: SummaryMethod::Extractive,
            flags: vec![Check::Numbers],
            findings: vec![Finding {
                check: Check::Numbers,
                source: Some(attack.to_owned()),
                target: Some(attack.to_owned()),
                message: attack.to_owned(),
                // No place in the text, and one inside a character.
                span: Spans {
                    source: Some((9, 3)),
                    target: Some((usize::MAX - 1, usize::MAX)),
                },
                repaired: false,
            }],
        }),
        models: Models {
            translation: attack.to_owned(),
            summary: Some(attack.to_owned()),
        },
        options: object(json!({attack: attack})),
        glossary: None,
        record: object(json!({attack: attack})).into(),
        ..blank(attack)
    }
}

fn blank(path: &str) -> Document {
    Document {
        schema: 1,
        id: path.to_owned(),
        input: Input {
            path: path.to_owned(),
            encoding: "UTF-8".to_owned(),
            format: Format::Text,
            sha256: "5b1a9c0e4d7f".repeat(5) + "ab12",
        },
        languages: Languages {
            source: "kaz_Cyrl".to_owned(),
            target: "eng_Latn".to_owned(),
        },
        title: None,
        metadata: Metadata::default(),
        paragraphs: Vec::new(),
        summary: None,
        models: Models {
            translation: "facebook/nllb-200-distilled-600M@f8d333a098d1".to_owned(),
            summary: None,
        },
        options: Map::new(),
        names: Vec::new(),
        glossary: None,
        record: Map::new().into(),
        tokens: 0,
        seconds: Some(0.5),
    }
}

fn paragraph(kind: ParagraphKind, sentences: Vec<Sentence>) -> Paragraph {
    Paragraph { kind, sentences }
}

fn sentence(source: &str, target: &str) -> Sentence {
    flagged(source, target, &[])
}

/// A sentence with what a check saw: words of the source, words of the target, in their places.
fn found(
    mut sentence: Sentence,
    check: Check,
    source: Option<&str>,
    target: Option<&str>,
    message: &str,
) -> Sentence {
    let place = |text: &str, words: Option<&str>| {
        words.map(|words| {
            let start = text.find(words).expect("words of the text");
            (start, start + words.len())
        })
    };
    sentence.findings.push(Finding {
        check,
        source: source.map(str::to_owned),
        target: target.map(str::to_owned),
        message: message.to_owned(),
        span: Spans {
            source: place(&sentence.source, source),
            target: place(&sentence.target, target),
        },
        repaired: false,
    });
    sentence
}

fn flagged(source: &str, target: &str, flags: &[Check]) -> Sentence {
    Sentence {
        source: source.to_owned(),
        model_input: None,
        language: None,
        target: target.to_owned(),
        score: -0.25,
        flags: flags.to_vec(),
        findings: Vec::new(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
