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

fn pieces(protocol: Protocol, model: &str, vocab: Option<&str>) -> Box<dyn Tokenizer> {
    let files = TokenizerFiles::SentencePiece {
        model: fixture("sentencepiece").join(model),
        vocab: vocab.map(|vocab| fixture("sentencepiece").join(vocab)),
    };
    open(protocol, &files).unwrap()
}

#[derive(Deserialize)]
struct Numbered {
    nllb: Vec<Text>,
    m2m100: Vec<Text>,
}

#[test]
fn ids_of_sentencepiece_files_are_nllbs_and_m2m100s() {
    let text = std::fs::read_to_string(fixture("sentencepiece/numbered.json")).unwrap();
    let Numbered { nllb, m2m100 } = serde_json::from_str(&text).unwrap();
    for (texts, vocab) in [(nllb, None), (m2m100, Some("vocab.json"))] {
        let tokenizer = pieces(Protocol::Nllb, "bpe.model", vocab);
        let direction = Direction {
            source: tokenizer.language("kaz_Cyrl").unwrap(),
            target: tokenizer.language("eng_Latn").unwrap(),
        };
        assert!(texts.len() > 10);
        for text in texts {
            let ids = tokenizer.encode_source(&text.text, direction).unwrap();
            assert_eq!(ids, text.ids, "{:?}", text.text);
            let decoded = tokenizer.decode(&ids).unwrap();
            assert_eq!(decoded.trim(), text.decoded.trim(), "{:?}", text.text);
        }
        assert!(tokenizer.language("xxx_Latn").is_err());
        // Text that looks like a special token is text.
        let ids = tokenizer
            .encode_source("</s> __kk__ kaz_Cyrl", direction)
            .unwrap();
        assert_eq!(ids.iter().filter(|&&id| id == 2).count(), 1);
        let source = direction.source;
        let language = tokenizer.forced_start(source).unwrap();
        assert_eq!(ids.iter().filter(|&&id| id == language).count(), 1);
    }
}

#[test]
fn a_list_of_all_tokens_says_whose_a_sentencepiece_file_is() {
    let text = std::fs::read_to_string(fixture("sentencepiece/numbered.json")).unwrap();
    let Numbered { m2m100, .. } = serde_json::from_str(&text).unwrap();
    let vocab = std::fs::read_to_string(fixture("sentencepiece/vocab.json")).unwrap();
    let vocab: std::collections::HashMap<String, u32> = serde_json::from_str(&vocab).unwrap();
    let mut tokens: Vec<(u32, String)> = vocab.into_iter().map(|(t, id)| (id, t)).collect();
    tokens.sort();
    let folder = tempfile::tempdir().unwrap();
    for (names, is_text) in [
        (["__kk__", "__en__"], false),
        (["kaz_Cyrl", "eng_Latn"], true),
    ] {
        let mut list: Vec<&str> = tokens.iter().map(|(_, token)| &**token).collect();
        let first = list.len() as u32;
        list.extend(names);
        let (file, text) = if is_text {
            ("shared_vocabulary.txt", list.join("\n") + "\n")
        } else {
            let json = serde_json::to_string(&list).unwrap();
            ("shared_vocabulary.json", json)
        };
        std::fs::write(folder.path().join(file), text).unwrap();
        let files = TokenizerFiles::SentencePiece {
            model: fixture("sentencepiece/bpe.model"),
            vocab: Some(folder.path().join(file)),
        };
        let tokenizer = open(Protocol::Nllb, &files).unwrap();
        let direction = Direction {
            source: tokenizer.language("kaz_Cyrl").unwrap(),
            target: tokenizer.language("eng_Latn").unwrap(),
        };
        assert_eq!(tokenizer.forced_start(direction.target), Some(first + 1));
        for text in &m2m100 {
            let ids = tokenizer.encode_source(&text.text, direction).unwrap();
            assert_eq!(ids[0], first);
            assert_eq!(ids[1..], text.ids[1..], "{:?}", text.text);
        }
    }
}

#[test]
fn madlads_language_is_a_piece_of_its_file() {
    let tokenizer = pieces(Protocol::Madlad, "unigram-kept.model", None);
    let direction = Direction {
        source: tokenizer.language("kaz_Cyrl").unwrap(),
        target: tokenizer.language("eng_Latn").unwrap(),
    };
    let names: std::collections::HashMap<u32, String> = tokenizer.pieces().into_iter().collect();
    let ids = tokenizer
        .encode_source("</s> тұрақты жұмыс", direction)
        .unwrap();
    let first: Vec<&str> = ids.iter().take(2).map(|id| &*names[id]).collect();
    assert_eq!(first, ["▁", "<2en>"]);
    assert_eq!(ids.iter().filter(|id| names[*id] == "</s>").count(), 1);
    assert_eq!(names[ids.last().unwrap()], "</s>");
    assert!(
        tokenizer
            .decode(&ids)
            .unwrap()
            .ends_with("</s> тұрақты жұмыс")
    );
}

#[test]
fn protocols_refuse_files_of_other_kinds() {
    let files = TokenizerFiles::SentencePiece {
        model: fixture("sentencepiece/bpe.model"),
        vocab: None,
    };
    let refused = open(Protocol::Bart, &files).err().unwrap();
    assert!(matches!(refused, TokenizerError::OtherFiles { .. }));
    let slow = vocab_merges(Protocol::Madlad, &fixture("memorised-bart-slow"));
    assert!(matches!(slow, Err(TokenizerError::OtherFiles { .. })));
    let files = TokenizerFiles::SentencePiece {
        model: fixture("memorised-nllb/config.json"),
        vocab: None,
    };
    let refused = open(Protocol::Nllb, &files).err().unwrap();
    assert!(matches!(refused, TokenizerError::Unreadable { .. }));
}
