//! Any bytes as a tokenizer.json: refused, or it makes ids of a text and a text of ids.

#![no_main]

use audarma::model_files::{Protocol, TokenizerFiles};
use audarma::tokenizer;
use audarma_fuzz::models::file;
use libfuzzer_sys::fuzz_target;

const TEXT: &str = "Жетісу облысында 7154 адам тұрақты жұмысқа орналасты. a  b";

/// Growth within its bound, and an id for each byte of what has grown.
const MAX_IDS: usize = TEXT.len() * 1024 + 2;

fuzz_target!(|bytes: &[u8]| {
    let files = TokenizerFiles::Json(file("tokenizer.json", bytes));
    for protocol in [Protocol::Nllb, Protocol::Bart] {
        if let Ok(tokenizer) = tokenizer::open(protocol, &files)
            && let Ok(ids) = tokenizer.encode(TEXT)
        {
            assert!(ids.len() <= MAX_IDS, "{}", ids.len());
            let _ = tokenizer.decode(&ids);
        }
    }
});
