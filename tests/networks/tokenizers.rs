//! The tokenizer protocols against transformers' own tokenizers (tests/reference/tokenizer_ids.py).

use std::path::{Path, PathBuf};

use audarma::tokenizer::{BartTokenizer, NllbTokenizer, TokenizerError};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
    decoded: String,
    /// The ids where words that look like special tokens are text, as they are here.
    plain_ids: Option<Vec<u32>>,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn references(name: &str) -> Vec<Text> {
    let text = std::fs::read_to_string(fixture("tokenizers.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let reference: Reference = serde_json::from_value(all[name].clone()).unwrap();
    assert!(reference.texts.len() > 10);
    reference.texts
}

#[test]
fn nllb_ids_and_texts_equal_transformers() {
    let tokenizer = NllbTokenizer::open(&fixture("memorised-nllb/tokenizer.json")).unwrap();
    let kazakh = tokenizer.language("kaz_Cyrl").unwrap();
    for text in references("memorised-nllb") {
        let ids = tokenizer.encode(&text.text, kazakh).unwrap();
        assert_eq!(
            &ids,
            text.plain_ids.as_ref().unwrap_or(&text.ids),
            "{:?}",
            text.text
        );
        assert_eq!(
            tokenizer.decode(&text.ids).unwrap(),
            text.decoded,
            "{:?}",
            text.text
        );
    }
}

#[test]
fn bart_ids_and_texts_equal_transformers_with_either_kind_of_file() {
    let json = BartTokenizer::open(&fixture("memorised-bart/tokenizer.json")).unwrap();
    let slow = fixture("memorised-bart-slow");
    let pair =
        BartTokenizer::from_vocabulary(&slow.join("vocab.json"), &slow.join("merges.txt")).unwrap();
    for text in references("memorised-bart") {
        for tokenizer in [&json, &pair] {
            let ids = tokenizer.encode(&text.text).unwrap();
            assert_eq!(
                &ids,
                text.plain_ids.as_ref().unwrap_or(&text.ids),
                "{:?}",
                text.text
            );
            assert_eq!(
                tokenizer.decode(&text.ids).unwrap(),
                text.decoded,
                "{:?}",
                text.text
            );
        }
    }
}

#[test]
fn a_language_is_a_code_of_the_model_and_nothing_else() {
    let tokenizer = NllbTokenizer::open(&fixture("memorised-nllb/tokenizer.json")).unwrap();
    assert!(tokenizer.language("rus_Cyrl").is_ok());
    for code in ["kk", "kaz_Latn", "</s>", "<mask>", "", "аударма", "▁the"] {
        let error = tokenizer.language(code);
        assert!(
            matches!(error, Err(TokenizerError::UnknownLanguage { .. })),
            "{code}"
        );
    }
}

#[test]
fn a_tokenizer_of_another_protocol_is_refused() {
    let other = fixture("memorised-nllb/config.json");
    assert!(matches!(
        NllbTokenizer::open(&other),
        Err(TokenizerError::Unreadable { .. })
    ));
    let missing = BartTokenizer::from_vocabulary(Path::new("no.json"), Path::new("no.txt"));
    assert!(matches!(missing, Err(TokenizerError::Unreadable { .. })));
}
