//! Marian's own files, a folder that CTranslate2 made of them, and the tokenizer of transformers' Marian, against the
//! results that tests/reference/marian_files.py writes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use audarma::generate::{EarlyStopping, Options, OutputVocabulary, Request, generate};
use audarma::model::{Model, ModelOptions, Purpose};
use audarma::model_files::{ModelFiles, NetworkFiles, Protocol, TokenizerFiles, WeightFiles};
use audarma::nn::{ComputeOptions, Precision, TokenConstraints, rank};
use audarma::seq2seq::{Description, Seq2Seq};
use audarma::tokenizer::{self, Direction, Tokenizer};
use serde::Deserialize;

use super::support::{fixture, open};

const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Expected {
    sources: Vec<Vec<u32>>,
    targets: Vec<Vec<u32>>,
    log_probs: Vec<Vec<f32>>,
    generation: Vec<Case>,
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    beam_size: usize,
    #[serde(default = "one")]
    length_penalty: f32,
    max_decoding_length: usize,
    ids: Vec<Vec<u32>>,
    scores: Vec<f32>,
}

fn one() -> f32 {
    1.0
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let text = std::fs::read_to_string(fixture(name).join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Each network, and the results it is compared with.
fn networks() -> Vec<(String, Box<dyn Seq2Seq>, Expected)> {
    let pairs = [
        ("marian-npz", "marian-npz"),
        ("marian-npz-sides", "marian-npz-sides"),
        ("marian-npz-sides-ctranslate2", "marian-npz-sides"),
    ];
    let opened = pairs.map(|(folder, results)| {
        let network = open(&fixture(folder), &ComputeOptions::exact());
        (folder.to_owned(), network, read(results))
    });
    opened.into_iter().collect()
}

#[track_caller]
fn assert_close(ours: f32, theirs: f32, what: &str) {
    assert!(
        (ours - theirs).abs() <= TOLERANCE,
        "{what}: {ours} is not {theirs}"
    );
}

#[test]
fn probabilities_of_given_targets_equal_ctranslate2s_alone_and_in_a_batch() {
    for (name, network, expected) in networks() {
        let sources: Vec<&[u32]> = expected.sources.iter().map(Vec::as_slice).collect();
        let mut batch = network.encode(&sources).unwrap();
        let mut alone: Vec<_> = sources
            .iter()
            .map(|source| network.encode(&[source]).unwrap())
            .collect();
        for step in 0..expected.log_probs[0].len() {
            // What is fed first does not matter: a target begins with a vector of zeros.
            let fed = |target: &Vec<u32>| step.checked_sub(1).map_or(7, |before| target[before]);
            let tokens: Vec<u32> = expected.targets.iter().map(fed).collect();
            let together = batch.step_logits(&tokens).unwrap();
            for (i, target) in expected.targets.iter().enumerate() {
                let next = target.get(step).copied().unwrap_or(0);
                let own = alone[i].step_logits(&tokens[i..=i]).unwrap();
                for logits in [&own[0], &together[i]] {
                    let all = rank(logits, &TokenConstraints::default(), logits.len()).unwrap();
                    let found = all
                        .iter()
                        .find(|candidate| candidate.token == next)
                        .unwrap();
                    let what = format!("{name}, target {i}, step {step}");
                    assert_close(found.log_prob, expected.log_probs[i][step], &what);
                }
            }
        }
    }
}

#[test]
fn generated_ids_and_scores_equal_ctranslate2s_alone_and_in_a_batch() {
    for (name, network, expected) in networks() {
        for case in &expected.generation {
            let options = Options {
                num_beams: case.beam_size,
                length_penalty: case.length_penalty,
                early_stopping: EarlyStopping::Always,
                ..Options::ending_with(0)
            };
            let request = |source| Request {
                source,
                max_length: case.max_decoding_length + 1,
                required: None,
            };
            let requests: Vec<Request> = expected
                .sources
                .iter()
                .map(|source| request(source))
                .collect();
            let together = generate(&*network, &requests, &options).unwrap();
            for (i, request) in requests.into_iter().enumerate() {
                let alone = generate(&*network, &[request], &options).unwrap();
                for found in [&alone[0], &together[i]] {
                    let what = format!("{name}, {}, source {i}", case.name);
                    let mut ids = case.ids[i].clone();
                    // CTranslate2 leaves the end out.
                    ids.extend(found.ended.then_some(0));
                    assert_eq!(found.tokens, ids, "{what}");
                    let length = found.tokens.len() as f32;
                    let score = found.log_prob / length.powf(case.length_penalty);
                    assert_close(score, case.scores[i], &what);
                }
            }
        }
    }
}

fn open_model(folder: &Path, precision: Precision) -> Result<Model, String> {
    let files = ModelFiles::of_folder(folder).map_err(|error| error.to_string())?;
    let compute = ComputeOptions {
        precision,
        threads: 2,
        ..ComputeOptions::exact()
    };
    let options = ModelOptions {
        purpose: Purpose::Translation {
            target_language: "eng_Latn",
        },
        vocabulary: OutputVocabulary::Full,
        compute: &compute,
    };
    Model::open(&files, &options).map_err(|error| error.to_string())
}

fn direction(tokenizer: &dyn Tokenizer) -> Direction {
    Direction {
        source: tokenizer.language("kaz_Cyrl").unwrap(),
        target: tokenizer.language("eng_Latn").unwrap(),
    }
}

#[test]
fn folders_open_as_models_and_texts_become_the_ids_of_sentencepiece() {
    for (folder, results) in [
        ("marian-npz", "marian-npz"),
        ("marian-npz-sides-ctranslate2", "marian-npz-sides"),
    ] {
        for precision in [Precision::F32, Precision::Q8] {
            let model = open_model(&fixture(folder), precision).unwrap();
            assert_eq!(model.generation.eos_tokens, [0]);
            let expected: Expected = read(results);
            for text in expected.texts {
                let direction = direction(&*model.tokenizer);
                let found = model
                    .tokenizer
                    .encode_source(&text.text, direction)
                    .unwrap();
                assert_eq!(found, text.ids, "{:?}", text.text);
            }
            let request = Request {
                source: &expected.sources[1],
                max_length: 12,
                required: None,
            };
            let found = generate(&*model.network, &[request], &model.generation).unwrap();
            model.tokenizer.decode(&found[0].tokens).unwrap();
        }
    }
}

#[derive(Deserialize)]
struct TokenizerExpected {
    texts: Vec<Text>,
    targets: Vec<Text>,
}

#[test]
fn texts_become_the_ids_of_marians_tokenizer_with_the_target_language_before_them() {
    for name in ["marian-tokenizer", "marian-tokenizer-sides"] {
        let path = |file: &str| fixture(name).join(file);
        let has_sides = name.ends_with("sides");
        let files = TokenizerFiles::SentencePieceSides {
            source: path("source.spm"),
            target: path("target.spm"),
            source_tokens: Some(path("vocab.json")),
            target_tokens: Some(path(if has_sides {
                "target_vocab.json"
            } else {
                "vocab.json"
            })),
        };
        let tokenizer = tokenizer::open(Protocol::Marian, &files).unwrap();
        let expected: TokenizerExpected = read(name);
        for text in expected.texts {
            let found = tokenizer
                .encode_source(&text.text, direction(&*tokenizer))
                .unwrap();
            assert_eq!(found, text.ids, "{name}: {:?}", text.text);
        }
        for target in expected.targets {
            let found = tokenizer.decode(&target.ids).unwrap();
            assert_eq!(found.trim(), target.text, "{name}");
        }
        let other = Direction {
            target: tokenizer.language("kaz_Cyrl").unwrap(),
            ..direction(&*tokenizer)
        };
        assert_eq!(tokenizer.encode_source("алма", other).is_err(), !has_sides);
        // A text that looks like a language or an end is text.
        let ids = tokenizer
            .encode_source(">>deu<< </s>", direction(&*tokenizer))
            .unwrap();
        let pieces: HashMap<String, u32> = tokenizer
            .pieces()
            .into_iter()
            .map(|(id, piece)| (piece, id))
            .collect();
        assert_eq!(ids.iter().filter(|id| **id == pieces["</s>"]).count(), 1);
        assert!(
            pieces
                .get(">>deu<<")
                .is_none_or(|german| !ids.contains(german))
        );
    }
}

/// The settings of the fixture's file with one changed, in a file of its own beside its other arrays.
fn with_setting(name: &str, value: &str, folder: &Path) -> PathBuf {
    let path = folder.join("model.npz");
    let bytes = std::fs::read(fixture("marian-npz").join("model.npz")).unwrap();
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut new = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for number in 0..old.len() {
        let mut member = old.by_index(number).unwrap();
        let own = member.name().unwrap().into_owned();
        if own != "special:model.yml.npy" {
            new.raw_copy_file(member).unwrap();
            continue;
        }
        let mut array = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut array).unwrap();
        let text = String::from_utf8_lossy(&array[128..array.len() - 1]).into_owned();
        let mut lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with(&format!("{name}:")))
            .collect();
        let line = format!("{name}: {value}");
        lines.push(&line);
        let text = lines.join("\n") + "\0";
        let header = format!(
            "{{'descr': '|i1', 'fortran_order': False, 'shape': ({},), }}\n",
            text.len()
        );
        new.start_file(own, zip::write::SimpleFileOptions::default())
            .unwrap();
        let mut write = |bytes: &[u8]| std::io::Write::write_all(&mut new, bytes).unwrap();
        write(b"\x93NUMPY\x01\x00");
        write(&(header.len() as u16).to_le_bytes());
        write(header.as_bytes());
        write(text.as_bytes());
    }
    new.finish().unwrap();
    path
}

#[test]
fn another_network_of_marian_is_refused_by_the_setting_that_makes_it_one() {
    let folder = tempfile::tempdir().unwrap();
    let describe = |name: &str, value: &str| {
        let path = with_setting(name, value, folder.path());
        Description::read(&NetworkFiles {
            config: path.clone(),
            generation_config: None,
            vocabulary: None,
            weights: WeightFiles::Npz(vec![path]),
        })
    };
    assert!(matches!(
        describe("enc-depth", "2"),
        Ok(Description::Marian(_))
    ));
    for (name, value) in [
        ("transformer-decoder-autoreg", "rnn"),
        ("transformer-decoder-autoreg", "average-attention"),
        ("transformer-ffn-activation", "tanh"),
        ("transformer-preprocess", "n"),
        ("transformer-postprocess", "da"),
        ("transformer-postprocess-emb", "nd"),
        ("transformer-tied-layers", "[1, 1]"),
        ("transformer-train-position-embeddings", "true"),
        ("lemma-dim-emb", "64"),
        ("type", "amun"),
    ] {
        let error = describe(name, value).unwrap_err().to_string();
        assert!(error.contains(&format!("{name}: {value}")), "{error}");
    }
    for (name, value) in [
        ("dim-emb", "0"),
        ("transformer-heads", "5"),
        ("transformer-heads", "999999999999999999999"),
        ("enc-depth", "-1"),
        ("dec-depth", "4000000"),
    ] {
        let error = describe(name, value).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}
