//! Any text as a paragraph: the sentences, and the pieces of a sentence too long, joined are the text.

#![no_main]

use audarma::segment::{english_sentences, pieces, sentences};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (longest, text) = input;
    assert_eq!(sentences(text).concat(), text);
    assert_eq!(english_sentences(text).concat(), text);
    let longest = usize::from(longest);
    let parts = pieces(text, &mut |part| part.len() <= longest);
    assert_eq!(parts.concat(), text);
    let fits = |part: &&str| part.trim().len() <= longest || part.trim().chars().nth(1).is_none();
    assert!(parts.iter().all(fits), "{parts:?}");
});
