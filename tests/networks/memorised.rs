//! The memorised test models, from text to text, against what transformers makes of them
//! (tests/reference/memorised_nllb.py and memorised_bart.py).

use audarma::generate::{Options, Request, generate};
use audarma::model_files::{Protocol, TokenizerFiles};
use audarma::nn::ComputeOptions;
use audarma::tokenizer::{self, Direction, Tokenizer};
use serde::Deserialize;

use super::support::{fixture, open};

#[derive(Deserialize)]
struct Expected {
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
pub struct Pair {
    pub source: String,
    pub target: String,
    pub source_ids: Vec<u32>,
    ids: Vec<u32>,
    score: f32,
}

pub fn pairs(name: &str) -> Vec<Pair> {
    let text = std::fs::read_to_string(fixture(name).join("expected.json")).unwrap();
    let expected: Expected = serde_json::from_str(&text).unwrap();
    expected.pairs
}

fn tokenizer(name: &str, protocol: Protocol) -> Box<dyn Tokenizer> {
    let files = TokenizerFiles::Json(fixture(name).join("tokenizer.json"));
    tokenizer::open(protocol, &files).unwrap()
}

fn options(name: &str) -> Options {
    let generation_config = fixture(name).join("generation_config.json");
    Options::read(Some(&generation_config), &fixture(name).join("config.json")).unwrap()
}

#[track_caller]
fn assert_score(ours: f32, theirs: f32) {
    assert!((ours - theirs).abs() < 1e-4, "{ours} is not {theirs}");
}

#[test]
fn every_sentence_gets_transformers_ids_and_score_in_one_batch() {
    let name = "memorised-nllb";
    let network = open(&fixture(name), &ComputeOptions::exact());
    let tokenizer = tokenizer(name, Protocol::Nllb);
    let direction = Direction {
        source: tokenizer.language("kaz_Cyrl").unwrap(),
        target: tokenizer.language("eng_Latn").unwrap(),
    };
    let options = Options {
        num_beams: 4,
        forced_bos_token: tokenizer.forced_start(direction.target),
        ..options(name)
    };
    let pairs = pairs(name);
    for pair in &pairs {
        assert_eq!(
            tokenizer.encode_source(&pair.source, direction).unwrap(),
            pair.source_ids
        );
    }
    let request = |pair: &Pair| 2 * pair.source_ids.len() + 20 + 1;
    let requests: Vec<Request> = pairs
        .iter()
        .map(|pair| Request {
            source: &pair.source_ids,
            max_length: request(pair),
            required: None,
        })
        .collect();
    let generated = generate(network.as_ref(), &requests, &options).unwrap();
    for (pair, ours) in pairs.iter().zip(generated) {
        assert_eq!(ours.tokens, pair.ids[1..], "{}", pair.source);
        assert_eq!(tokenizer.decode(&ours.tokens).unwrap(), pair.target);
        assert_score(ours.score(), pair.score);
        assert!(ours.ended);
    }
}

#[test]
fn the_summariser_follows_its_own_generation_options() {
    let name = "memorised-bart";
    let network = open(&fixture(name), &ComputeOptions::exact());
    let tokenizer = tokenizer(name, Protocol::Bart);
    let options = options(name);
    assert_eq!((options.num_beams, options.min_length), (4, 20));
    for pair in pairs(name) {
        assert_eq!(tokenizer.encode(&pair.source).unwrap(), pair.source_ids);
        let request = Request {
            source: &pair.source_ids,
            max_length: options.max_length.unwrap(),
            required: None,
        };
        let ours = &generate(network.as_ref(), &[request], &options).unwrap()[0];
        assert_eq!(ours.tokens, pair.ids[1..]);
        assert_eq!(tokenizer.decode(&ours.tokens).unwrap(), pair.target);
        let length = ours.tokens.len() as f32;
        assert_score(
            ours.log_prob / length.powf(options.length_penalty),
            pair.score,
        );
    }
}
