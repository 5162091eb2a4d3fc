//! Any text as a paragraph: the sentences, and the pieces of a sentence too long, joined are the text.

#![no_main]

use audarma::language::{ENGLISH, KAZAKH, RUSSIAN};
use audarma::segment::{pieces, sentences};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (longest, text) = input;
    for language in [&KAZAKH, &RUSSIAN, &ENGLISH] {
        assert_eq!(sentences(text, language).concat(), text);
    }
    let longest = usize::from(longest);
    let parts = pieces(text, &mut |part| part.len() <= longest);
    assert_eq!(parts.concat(), text);
    let fits = |part: &&str| part.trim().len() <= longest || part.trim().chars().nth(1).is_none();
    assert!(parts.iter().all(fits), "{parts:?}");
});
