//! The tokenizer protocols against transformers' own tokenizers (tests/reference/tokenizer_ids.py).

use std::path::Path;

use audarma::model_files::{Protocol, TokenizerFiles};
use audarma::tokenizer::{Direction, Tokenizer, TokenizerError, open};
use serde::Deserialize;

use super::support::fixture;

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

fn references(name: &str) -> Vec<Text> {
    let text = std::fs::read_to_string(fixture("tokenizers.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let reference: Reference = serde_json::from_value(all[name].clone()).unwrap();
    assert!(reference.texts.len() > 10);
    reference.texts
}

fn json(protocol: Protocol, name: &str) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    open(protocol, &TokenizerFiles::Json(fixture(name)))
}

fn vocab_merges(protocol: Protocol, folder: &Path) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    let files = TokenizerFiles::VocabMerges {
        vocab: folder.join("vocab.json"),
        merges: folder.join("merges.txt"),
    };
    open(protocol, &files)
}

#[test]
fn nllb_ids_and_texts_equal_transformers() {
    let tokenizer = json(Protocol::Nllb, "memorised-nllb/tokenizer.json").unwrap();
    let direction = Direction {
        source: tokenizer.language("kaz_Cyrl").unwrap(),
        target: tokenizer.language("eng_Latn").unwrap(),
    };
    for text in references("memorised-nllb") {
        let ids = tokenizer.encode_source(&text.text, direction).unwrap();
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
    let json = json(Protocol::Bart, "memorised-bart/tokenizer.json").unwrap();
    let pair = vocab_merges(Protocol::Bart, &fixture("memorised-bart-slow")).unwrap();
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
    let tokenizer = json(Protocol::Nllb, "memorised-nllb/tokenizer.json").unwrap();
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
fn files_that_the_protocol_cannot_use_are_refused() {
    assert!(matches!(
        json(Protocol::Nllb, "memorised-nllb/config.json"),
        Err(TokenizerError::Unreadable { .. })
    ));
    let missing = vocab_merges(Protocol::Bart, Path::new("nowhere"));
    assert!(matches!(missing, Err(TokenizerError::Read { .. })));
    let slow = vocab_merges(Protocol::Nllb, &fixture("memorised-bart-slow"));
    assert!(matches!(slow, Err(TokenizerError::OtherFiles { .. })));
}

#[test]
fn a_protocol_without_languages_has_none_and_one_with_them_needs_one() {
    let bart = json(Protocol::Bart, "memorised-bart/tokenizer.json").unwrap();
    let found = bart.language("eng_Latn");
    assert!(matches!(found, Err(TokenizerError::NoLanguages)));
    let nllb = json(Protocol::Nllb, "memorised-nllb/tokenizer.json").unwrap();
    let found = nllb.encode("Жетісу");
    assert!(matches!(found, Err(TokenizerError::LanguageNeeded)));
}
