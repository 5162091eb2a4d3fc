//! Which words of a translation come from which of its source, by a network's attention: on sentences of a
//! grammar by which that is known, and how tags follow.

use audarma::language::KAZAKH;
use audarma::markup::TranslatedUnit;
use audarma::markup::html::Fragment;
use audarma::model_files::{ModelFiles, NetworkFiles, TokenizerFiles, WeightFiles};
use audarma::nn::{ComputeOptions, Precision};
use audarma::translate::{Settings, Translator, Unit};

use super::support::{fixture, open};

fn translator(precision: Precision) -> Translator {
    let folder = fixture("aligned-nllb");
    let files = ModelFiles {
        id: "aligned-nllb".to_owned(),
        root: folder.clone(),
        network: NetworkFiles {
            config: folder.join("config.json"),
            generation_config: Some(folder.join("generation_config.json")),
            vocabulary: None,
            weights: WeightFiles::Safetensors(vec![folder.join("model.safetensors")]),
        },
        tokenizer: Some(TokenizerFiles::Json(fixture(
            "memorised-nllb/tokenizer.json",
        ))),
        licence: None,
        protocol: None,
    };
    let compute = ComputeOptions {
        precision,
        ..ComputeOptions::default()
    };
    let settings = Settings {
        num_beams: 1,
        retries: 0,
        ..Settings::default()
    };
    Translator::open(&files, &settings, &compute).expect("the fixture opens")
}

/// Of the 200 sentences: those translated as the grammar has it, and of these those whose tag is around the
/// right words, with an alignment and without one.
fn measured(precision: Precision) -> [usize; 3] {
    let translator = translator(precision);
    let token = translator.language("kaz_Cyrl").unwrap();
    let table = std::fs::read_to_string(fixture("aligned-nllb/sentences.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split('\t').collect()).collect();
    let tagged = |text: &str| text.replace('[', "<b>").replace(']', "</b>");
    let plain = |text: &str| text.replace(['[', ']'], "");
    let units: Vec<Unit> = rows
        .iter()
        .map(|row| Unit {
            text: plain(row[0]),
            language: &KAZAKH,
            token,
        })
        .collect();
    let hypotheses = translator.translate(&units, &mut |_, _| {}).unwrap();
    let targets = hypotheses
        .iter()
        .map(|hypothesis| hypothesis.target.as_str());
    let pairs: Vec<(&Unit, &str)> = units.iter().zip(targets).collect();
    let alignments = translator.alignments(&pairs).unwrap();
    let mut counts = [0; 3];
    for ((row, (_, target)), alignment) in rows.iter().zip(pairs).zip(alignments) {
        if target != plain(row[1]) {
            continue;
        }
        counts[0] += 1;
        // An article before the words may be within the tag.
        let expected = [tagged(row[1]), with_article(&tagged(row[1]))];
        assert!(alignment.is_some(), "{target}");
        for (count, alignment) in counts[1..].iter_mut().zip([alignment, None]) {
            let fragment = Fragment::parse(&tagged(row[0]), &KAZAKH).unwrap();
            let found = fragment.rebuild(&[TranslatedUnit {
                target: target.to_owned(),
                alignment,
            }]);
            *count += usize::from(expected.contains(&found));
        }
    }
    counts
}

fn with_article(tagged: &str) -> String {
    tagged
        .replace("the <b>", "<b>the ")
        .replace("The <b>", "<b>The ")
}

#[test]
fn tags_follow_the_words_that_the_attention_gives() {
    for precision in [Precision::F32, Precision::Q8] {
        let [translated, aligned, by_place] = measured(precision);
        println!("{precision:?}: {translated} translated, {aligned} aligned, {by_place} by place");
        assert!(translated >= 190);
        assert!(
            aligned * 100 >= translated * 95,
            "{aligned} of {translated}"
        );
        assert!(by_place < aligned, "{by_place}");
    }
}

#[test]
fn every_family_says_what_it_attends_to_and_integers_say_nearly_the_same() {
    let sources: [&[u32]; 2] = [&[8, 9, 10, 11, 12, 2], &[13, 14, 2]];
    let targets: [&[u32]; 2] = [&[2, 9, 8], &[2, 14, 13, 12, 11]];
    for folder in ["m2m100", "bart", "marian", "t5", "mt5"] {
        let folder = fixture("parity").join(folder);
        let attention = |precision| {
            let compute = ComputeOptions {
                precision,
                ..ComputeOptions::default()
            };
            let network = open(&folder, &compute);
            network.attention(&sources, &targets).unwrap()
        };
        let [exact, rounded] = [Precision::F32, Precision::Q8].map(attention);
        for attention in [&exact, &rounded] {
            for ((pair, source), target) in attention.iter().zip(sources).zip(targets) {
                assert_eq!(pair.len(), target.len());
                for row in pair {
                    assert_eq!(row.len(), source.len());
                    let sum: f32 = row.iter().sum();
                    assert!((sum - 1.0).abs() < 1e-3, "{}: {sum}", folder.display());
                }
            }
        }
        let numbers = |attention: &[Vec<Vec<f32>>]| attention.concat().concat();
        let pairs = numbers(&exact).into_iter().zip(numbers(&rounded));
        let furthest = pairs
            .map(|(one, other)| (one - other).abs())
            .fold(0.0, f32::max);
        assert!(furthest < 0.2, "{}: {furthest}", folder.display());
    }
}

#[test]
fn an_alignment_does_not_depend_on_what_shares_its_batch() {
    let translator = translator(Precision::F32);
    let token = translator.language("kaz_Cyrl").unwrap();
    let unit = |text: &str| Unit {
        text: text.to_owned(),
        language: &KAZAKH,
        token,
    };
    let units = [
        unit("Ертең бала жеңіл ағаш ұмытты."),
        unit("Құс жол салды."),
        unit(&"сөз ".repeat(2_000)),
        unit("Құс жол салды."),
    ];
    let targets = [
        "The boy forgot the light tree tomorrow.",
        "The bird built the road.",
        "word",
        "",
    ];
    let pairs: Vec<(&Unit, &str)> = units.iter().zip(targets).collect();
    let together = translator.alignments(&pairs).unwrap();
    let links = |at: usize| {
        let alignment = together[at].as_ref().unwrap();
        let words = 0..alignment.target_words();
        words
            .map(|word| alignment.source_of(word))
            .collect::<Vec<_>>()
    };
    assert_eq!(links(1)[1..], [Some(0), Some(2), links(1)[3], Some(1)]);
    // Too long to be read at once, and no words.
    assert_eq!(together[2..], [None, None]);
    for (pair, of_all) in pairs.iter().zip(&together) {
        let alone = translator.alignments(&[*pair]).unwrap();
        let alone = alone[0]
            .as_ref()
            .map(|a| (a.source_words(), a.target_words()));
        assert_eq!(
            alone,
            of_all
                .as_ref()
                .map(|a| (a.source_words(), a.target_words()))
        );
    }
}
