//! A window of articles translated together gives each what it gets alone.

use audarma::article::ReadOptions;
use audarma::document::Document;
use audarma::model_files::ModelFiles;
use audarma::nn::ComputeOptions;
use audarma::pipeline::{self, ParsedArticle, Pipeline};
use audarma::summarize::{AbstractiveSummarizer, Summarizer};
use audarma::translate::Translator;

use super::support::fixture;

fn files(name: &str) -> ModelFiles {
    ModelFiles::of_folder(&fixture(name)).unwrap()
}

fn pipeline() -> Pipeline {
    let compute = ComputeOptions::exact();
    let translator =
        Translator::open(&files("memorised-nllb"), &Default::default(), &compute).unwrap();
    let summarizer = AbstractiveSummarizer::open(&files("memorised-bart"), &compute).unwrap();
    let summarizer = Summarizer::Abstractive(Box::new(summarizer));
    Pipeline::new(translator, Some(summarizer), Default::default())
}

fn article(name: &str, text: &str, language: Option<&str>) -> ParsedArticle {
    let options = ReadOptions {
        language: language.map(str::to_owned),
        ..ReadOptions::default()
    };
    pipeline::read(name, text.as_bytes(), &options).unwrap()
}

fn json(mut document: Document) -> serde_json::Value {
    assert!(document.seconds.take().is_some());
    serde_json::to_value(document).unwrap()
}

#[test]
fn each_article_gets_what_it_gets_alone_whatever_shares_its_window() {
    let pipeline = pipeline();
    let seed = std::fs::read_to_string("examples/article.txt").unwrap();
    let short = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    let other = "Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына \
                 86 адам кірді. Оның ішінде әйелдер – 34%, ал жастар – 12%.";
    // Longer than the summariser reads at once: its parts share batches with the others.
    let long = format!("{seed}\n\n{}", seed.repeat(3));
    let window = [
        article("short.txt", short, None),
        article("seed.txt", &seed, None),
        article("unknown.txt", short, Some("xxx_Cyrl")),
        article("long.txt", &long, None),
        article("other.txt", other, None),
        article("same.txt", &seed, None),
    ];
    let together = pipeline.run_window(&window, &mut |_| {});
    assert_eq!(together.len(), window.len());
    for (input, together) in window.iter().zip(together) {
        let alone = pipeline.run(input, &mut |_| {});
        match (together, alone) {
            (Ok(together), Ok(alone)) => assert_eq!(json(together), json(alone)),
            (Err(together), Err(alone)) => {
                assert_eq!(input.id, "unknown.txt");
                assert_eq!(together.to_string(), alone.to_string());
            }
            _ => panic!("{} fails alone or together", input.id),
        }
    }
    assert!(pipeline.run_window(&[], &mut |_| {}).is_empty());
}

#[test]
fn an_article_in_russian_is_split_and_tidied_as_russian() {
    let text = "Работы, т.е. подготовка, начались в 2021 г. В них участвует Россiя. На это ушло \
                3,2 млрд. тенге.";
    let input = article("russian.txt", text, Some("rus_Cyrl"));
    let document = pipeline().run(&input, &mut |_| {}).unwrap();
    let sentences: Vec<_> = document
        .paragraphs
        .iter()
        .flat_map(|paragraph| &paragraph.sentences)
        .map(|sentence| (sentence.source.as_str(), sentence.model_input.as_deref()))
        .collect();
    // A repair of Kazakh would have made `Россія` of the Latin letter.
    assert_eq!(
        sentences,
        [
            ("Работы, т.е. подготовка, начались в 2021 г.", None),
            ("В них участвует Россiя.", None),
            ("На это ушло 3,2 млрд. тенге.", None),
        ]
    );
}
