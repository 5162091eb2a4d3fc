//! Any bytes as a file of SentencePiece: refused, or it makes ids of a text and a text of ids.

#![no_main]

use audarma::model_files::{Protocol, TokenizerFiles};
use audarma::tokenizer::{self, Direction};
use audarma_fuzz::models::file;
use libfuzzer_sys::fuzz_target;

const TEXT: &str = "Жетісу облысында 7154 адам тұрақты жұмысқа орналасты. a  b \u{ad}№é";

/// Growth within its bound, and an id for each byte of what has grown; the language, the end.
const MAX_IDS: usize = (TEXT.len() + 10) * 1024 + 2;

fuzz_target!(|bytes: &[u8]| {
    let files = TokenizerFiles::SentencePiece {
        model: file("spiece.model", bytes),
        vocab: None,
    };
    for protocol in [Protocol::Nllb, Protocol::Madlad] {
        let Ok(tokenizer) = tokenizer::open(protocol, &files) else {
            continue;
        };
        let languages = ["kaz_Cyrl", "eng_Latn"].map(|code| tokenizer.language(code));
        if let [Ok(source), Ok(target)] = languages
            && let Ok(ids) = tokenizer.encode_source(TEXT, Direction { source, target })
        {
            assert!(ids.len() <= MAX_IDS, "{}", ids.len());
            let _ = tokenizer.decode(&ids);
        }
    }
});
