//! Models opened for what they can do, and refused for anything else.

use std::path::Path;

use audarma::generate::{BatchLimits, OutputVocabulary};
use audarma::model::{Model, ModelError, ModelOptions, Purpose};
use audarma::model_files::{ModelFiles, Protocol};
use audarma::nn::ComputeOptions;
use audarma::tokenizer::TokenizerError;

const TRANSLATION: Purpose = Purpose::Translation {
    target_language: "eng_Latn",
};

fn files(name: &str) -> ModelFiles {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    ModelFiles::of_folder(&folder).unwrap()
}

fn open(files: &ModelFiles, purpose: Purpose) -> Result<Model, ModelError> {
    let compute = ComputeOptions {
        threads: 4,
        ..ComputeOptions::exact()
    };
    let options = ModelOptions {
        purpose,
        vocabulary: OutputVocabulary::Full,
        compute: &compute,
    };
    Model::open(files, &options)
}

#[track_caller]
fn refusal(files: &ModelFiles, purpose: Purpose) -> ModelError {
    match open(files, purpose) {
        Ok(_) => panic!("{} opens for {purpose:?}", files.id),
        Err(error) => error,
    }
}

#[test]
fn a_translation_is_forced_to_begin_in_its_language_and_a_summary_is_not() {
    let translation = open(&files("memorised-nllb"), TRANSLATION).unwrap();
    let english = translation.tokenizer.language("eng_Latn").unwrap();
    let start = translation.tokenizer.forced_start(english);
    assert!(start.is_some());
    assert_eq!(translation.generation.forced_bos_token, start);
    let summary = open(&files("memorised-bart"), Purpose::Summarization).unwrap();
    assert_eq!(summary.output_tokens, summary.network.vocabulary());
}

#[test]
fn batches_follow_the_threads_that_were_asked_for() {
    let model = open(&files("memorised-nllb"), TRANSLATION).unwrap();
    assert_eq!(model.batch_limits(4), BatchLimits::cpu(4));
    assert_ne!(BatchLimits::cpu(4), BatchLimits::cpu(2));
}

#[test]
fn a_model_of_another_family_is_refused_with_those_that_serve() {
    for (name, purpose, found, needed) in [
        (
            "memorised-bart",
            TRANSLATION,
            "a BART model",
            "an M2M100 (NLLB) model or a Marian (OPUS-MT) model or a T5 (MADLAD-400) model or an mT5 model",
        ),
        (
            "memorised-nllb",
            Purpose::Summarization,
            "an M2M100 (NLLB) model",
            "a BART model",
        ),
    ] {
        let error = refusal(&files(name), purpose).to_string();
        let expected = format!("config.json describes {found}, and {needed} is needed here");
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[test]
fn a_protocol_of_the_catalogue_that_the_configuration_contradicts_is_an_error() {
    let agreeing = ModelFiles {
        protocol: Some(Protocol::Nllb),
        ..files("memorised-nllb")
    };
    assert!(open(&agreeing, TRANSLATION).is_ok());
    let contradicting = ModelFiles {
        protocol: Some(Protocol::Bart),
        ..files("memorised-nllb")
    };
    let error = refusal(&contradicting, TRANSLATION);
    assert!(matches!(error, ModelError::WrongProtocol { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("protocol for memorised-nllb is bart"),
        "{error}"
    );
}

#[test]
fn a_missing_tokenizer_and_an_unknown_language_are_errors() {
    let without = ModelFiles {
        tokenizer: None,
        ..files("memorised-nllb")
    };
    let error = refusal(&without, TRANSLATION);
    assert!(matches!(error, ModelError::NoTokenizer { .. }), "{error}");
    let elvish = Purpose::Translation {
        target_language: "qya_Teng",
    };
    let error = refusal(&files("memorised-nllb"), elvish);
    let unknown = matches!(
        error,
        ModelError::Tokenizer(TokenizerError::UnknownLanguage { .. })
    );
    assert!(unknown, "{error}");
}
