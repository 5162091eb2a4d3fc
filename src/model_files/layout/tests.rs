use super::*;

fn chosen(names: &[&str]) -> Result<Vec<String>, LayoutError> {
    let layout = Layout::choose(&names.iter().copied().collect())?;
    Ok(layout
        .files()
        .into_iter()
        .map(|name| name.as_str().to_owned())
        .collect())
}

#[test]
fn one_kind_of_weights_and_one_tokenizer_are_chosen() {
    let everything = [
        "README.md",
        "config.json",
        "flax_model.msgpack",
        "generation_config.json",
        "merges.txt",
        "model.safetensors",
        "pytorch_model.bin",
        "sentencepiece.bpe.model",
        "tokenizer.json",
        "vocab.json",
    ];
    let wanted = [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "model.safetensors",
    ];
    assert_eq!(chosen(&everything).unwrap(), wanted);
}

#[test]
fn vocab_and_merges_serve_where_there_is_no_tokenizer_json() {
    let names = [
        "config.json",
        "vocab.json",
        "merges.txt",
        "pytorch_model.bin",
    ];
    assert_eq!(chosen(&names).unwrap(), names);
}

#[test]
fn a_file_of_sentencepiece_serves_where_there_is_no_tokenizer_json() {
    let nllb = [
        "config.json",
        "sentencepiece.bpe.model",
        "pytorch_model.bin",
    ];
    assert_eq!(chosen(&nllb).unwrap(), nllb);
    let m2m100 = [
        "config.json",
        "sentencepiece.bpe.model",
        "vocab.json",
        "pytorch_model.bin",
    ];
    assert_eq!(chosen(&m2m100).unwrap(), m2m100);
    let t5 = ["config.json", "spiece.model", "model.safetensors"];
    assert_eq!(chosen(&t5).unwrap(), t5);
    let json = [&t5[..], &["tokenizer.json"]].concat();
    assert!(
        !chosen(&json)
            .unwrap()
            .contains(&String::from("spiece.model"))
    );
}

#[test]
fn parts_of_safetensors_come_before_a_pickle() {
    let names = [
        "config.json",
        "tokenizer.json",
        "model.safetensors.index.json",
        "pytorch_model.bin",
    ];
    assert_eq!(
        chosen(&names).unwrap().last().unwrap(),
        "model.safetensors.index.json"
    );
}

#[test]
fn a_folder_converted_for_ctranslate2_has_its_tokens_in_a_file_of_their_own() {
    let names = [
        "config.json",
        "shared_vocabulary.txt",
        "tokenizer.json",
        "model.bin",
    ];
    assert_eq!(chosen(&names).unwrap(), names);
    let without = ["config.json", "tokenizer.json", "model.bin"];
    let without = chosen(&without).unwrap_err();
    assert!(matches!(without, LayoutError::NoVocabulary));
    let both = [&names[..], &["model.safetensors"]].concat();
    let chosen = chosen(&both).unwrap();
    assert_eq!(chosen.last().unwrap(), "model.safetensors");
    assert!(!chosen.contains(&String::from("shared_vocabulary.txt")));
}

#[test]
fn marians_own_files_describe_themselves() {
    let names = [
        "model.kk-en.spm",
        "model.kk-en.vocab",
        "model.npz.best-chrf.npz",
    ];
    let others = ["README.md", "model.npz.optimizer.npz", "model.npz.yml"];
    assert_eq!(chosen(&[&names[..], &others].concat()).unwrap(), names);
    let without_list = [names[0], names[2]];
    assert_eq!(chosen(&without_list).unwrap(), without_list);
    for (more, ending) in [
        ("last.npz", ".npz"),
        ("other.spm", ".spm"),
        ("b.vocab", ".vocab"),
    ] {
        let error = chosen(&[&names[..], &[more]].concat()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("it has 2 {ending} files, and one is expected")
        );
    }
    let pieces = chosen(&names[2..]).unwrap_err();
    assert!(matches!(pieces, LayoutError::NoTokenizer));
}

#[test]
fn marian_has_files_of_sentencepiece_for_both_sides_and_lists_of_their_tokens() {
    let opus = [
        "config.json",
        "source.spm",
        "target.spm",
        "vocab.json",
        "pytorch_model.bin",
    ];
    assert_eq!(chosen(&opus).unwrap(), opus);
    let sides = [
        "config.json",
        "source.spm",
        "target.spm",
        "vocab.json",
        "target_vocab.json",
        "model.safetensors",
    ];
    assert_eq!(chosen(&sides).unwrap(), sides);
    let converted = [
        "config.json",
        "source.spm",
        "target.spm",
        "shared_vocabulary.json",
        "model.bin",
    ];
    assert_eq!(chosen(&converted).unwrap(), converted);
    let converted = [
        "config.json",
        "source.spm",
        "target.spm",
        "source_vocabulary.json",
        "target_vocabulary.json",
        "model.bin",
    ];
    assert_eq!(chosen(&converted).unwrap(), converted);
    let without_pieces = [converted[0], converted[3], converted[4], converted[5]];
    assert!(matches!(
        chosen(&without_pieces).unwrap_err(),
        LayoutError::NoTokenizer
    ));
}

#[test]
fn a_gguf_serves_where_it_is_the_only_one() {
    let names = ["config.json", "tokenizer.json", "model-q4k.gguf"];
    assert_eq!(chosen(&names).unwrap(), names);
    let two = [&names[..], &["model-q8_0.gguf"]].concat();
    let two = chosen(&two).unwrap_err();
    assert!(matches!(two, LayoutError::Several { count: 2, .. }));
}

#[test]
fn what_is_missing_is_named() {
    let missing = |names: &[&str]| chosen(names).unwrap_err();
    assert!(matches!(
        missing(&["tokenizer.json"]),
        LayoutError::NoConfig
    ));
    assert!(matches!(
        missing(&["config.json", "vocab.json"]),
        LayoutError::NoTokenizer
    ));
    assert!(matches!(
        missing(&["config.json", "tokenizer.json"]),
        LayoutError::NoWeights
    ));
}

fn index(text: &str) -> Result<Vec<FileName>, LayoutError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors.index.json");
    std::fs::write(&path, text).unwrap();
    parts(&path)
}

#[test]
fn an_index_gives_each_part_once() {
    let text =
        r#"{"metadata": {}, "weight_map": {"a": "m-2.bin", "b": "m-1.bin", "c": "m-2.bin"}}"#;
    let names: Vec<_> = index(text)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["m-1.bin", "m-2.bin"]);
}

#[test]
fn an_index_cannot_point_out_of_its_folder() {
    for part in ["../../etc/passwd", "/etc/passwd", "a\\b"] {
        let text = serde_json::json!({ "weight_map": { "a": part } }).to_string();
        assert!(matches!(index(&text), Err(LayoutError::Name(_))), "{part}");
    }
}

#[test]
fn an_empty_or_broken_index_is_an_error() {
    for text in [
        "",
        "[]",
        "{\"weight_map\": {}}",
        "{\"weight_map\": {\"a\": 1}}",
    ] {
        assert!(
            matches!(index(text), Err(LayoutError::BadIndex(..))),
            "{text}"
        );
    }
}
