//! What becomes of a small corpus, kept in tests/fixtures/results.golden. A finished run over an
//! archive is done again only if its fingerprint changes, so that whatever changes results has to
//! raise `RESULTS_VERSION`.
//!
//! The weights are of 8 bits, whose kernels compute the same numbers on every machine.

use std::fmt::Write as _;
use std::path::Path;

use audarma::article::ReadOptions;
use audarma::document::Document;
use audarma::nn::{ComputeOptions, Precision};
use audarma::pipeline::{self, Pipeline, RESULTS_VERSION};

use audarma::summarize::Summarizer;

use super::support::{self, fixture};

/// Articles as files: text, pages, Markdown, Word and PDF, one in an old charset.
const FILES: [&str; 10] = [
    "archive-kz1048.html",
    "article.md",
    "clipped.md",
    "hugo.md",
    "pages.pdf",
    "portal.html",
    "seed.txt",
    "word.docx",
    "wordpress.html",
    "writer.docx",
];

/// Sentences that tidying, splitting and the checks have to do something about.
const ODD: &str = "ЖАҢАЛЫҚТАР\n\
    Басты бет » Қоғам\n\n\
    Ұлттық банк төрағасы Т.Б. Сүлейменов 2024 жылғы 5 қаңтарда: «Инфляция 8,9%-ға дейін \
    төмендеді», – деді. Бұл 1 234 567 теңге ( шамамен 2,7 мың АҚШ доллары ) . Ал б.з.д. III ғасырда \
    ше?! Иә...\n\n\
    – Қашан басталады? – деп сұрады тілші.\n\
    – Ертең, – деді ол.\n\n\
    Толығырақ https://www.example.kz/news/1?id=2 сайтында немесе info@example.kz поштасында.\n\n\
    Он бес адам, екі жүз елу үш үй, XXI ғасыр, 12.03.2024 ж., сағат 18:30-да.\n\n\
    Oсы сөйлемде латын әрiптерi бар. Министр Нұрлан Байбазаров Астанада болды.\n\n\
    Он сказал об этом на совещании в министерстве.\n\n\
    ***\n\n\
    2024\n";

fn pipeline(model: &str) -> Pipeline {
    let compute = ComputeOptions {
        precision: Precision::Q8,
        ..ComputeOptions::exact()
    };
    let translator = support::translator(&fixture(model), &Default::default(), &compute);
    Pipeline::new(translator, Some(Summarizer::Extractive), Default::default())
}

/// Everything of a result but scores, a line for each of its parts.
fn shown(document: &Document) -> String {
    let value = serde_json::to_value(document).unwrap();
    let mut text = format!("\n# {}\n", document.id);
    for name in ["input", "languages", "metadata"] {
        writeln!(text, "{name} {}", value[name]).unwrap();
    }
    let sentence = |text: &mut String, value: &serde_json::Value| {
        for (name, part) in value.as_object().unwrap() {
            if name != "score" {
                writeln!(text, "  {name} {part}").unwrap();
            }
        }
    };
    if let Some(title) = value.get("title").filter(|title| !title.is_null()) {
        writeln!(text, "title").unwrap();
        sentence(&mut text, title);
    }
    for paragraph in value["paragraphs"].as_array().unwrap() {
        writeln!(text, "{}", paragraph["kind"].as_str().unwrap()).unwrap();
        for each in paragraph["sentences"].as_array().unwrap() {
            sentence(&mut text, each);
        }
    }
    writeln!(text, "summary {}", value["summary"]).unwrap();
    writeln!(text, "names {}", value["names"]).unwrap();
    text
}

fn results() -> String {
    let read = |name: &str, bytes: &[u8], language: Option<&str>| {
        let options = ReadOptions {
            language: language.map(str::to_owned),
            ..ReadOptions::default()
        };
        pipeline::read(name, bytes, &options).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let mut articles: Vec<_> = FILES
        .iter()
        .map(|name| {
            let bytes = std::fs::read(fixture("article").join(name)).unwrap();
            read(name, &bytes, None)
        })
        .collect();
    articles.push(read("odd.txt", ODD.as_bytes(), None));
    let russian = std::fs::read_to_string(fixture("segment/russian.txt")).unwrap();
    let russian: String = russian
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.replace('‖', "") + "\n")
        .collect();
    articles.push(read("russian.txt", russian.as_bytes(), Some("rus_Cyrl")));
    let reciting = pipeline("memorised-nllb");
    let recited = reciting.run_window(&articles, &mut |_| {});

    // What it learnt to get wrong, a paragraph a sentence, so that retries have something to do.
    let table = std::fs::read_to_string("tests/reference/failing.tsv").unwrap();
    let sources = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|row| row.split('\t').nth(2).unwrap().replace(" | ", " "));
    let text = sources.collect::<Vec<_>>().join("\n\n");
    let erring = pipeline("failing-nllb");
    let erred = erring.run(
        &read("erring.txt", text.as_bytes(), Some("kaz_Cyrl")),
        &mut |_| {},
    );

    let mut text = format!("RESULTS_VERSION {RESULTS_VERSION}\n");
    for result in recited.into_iter().chain([erred]) {
        text.push_str(&shown(&result.unwrap()));
    }
    text
}

#[test]
fn results_are_those_of_their_version() {
    let results = results();
    let golden = fixture("results.golden");
    if std::fs::read_to_string(&golden).is_ok_and(|golden| golden == results) {
        return;
    }
    let now = Path::new(env!("CARGO_TARGET_TMPDIR")).join("results.golden");
    std::fs::write(&now, results).unwrap();
    panic!(
        "results changed: bump RESULTS_VERSION and update the golden file ({}); those of this \
         program are in {}",
        golden.display(),
        now.display()
    );
}
