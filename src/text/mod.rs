//! Characters, words and marks of texts in any language, as several modules need them.
//!
//! Nothing here depends on a language; what does is in [`language`](crate::language). If two
//! modules draw a line differently on purpose, both functions are here, next to each other, with
//! the reason.

mod address;
mod base64;
mod characters;
#[cfg(any(feature = "archive", feature = "cli"))]
mod display;
mod enclosure;
mod quotation;
mod raised;
mod roman;
mod words;

#[cfg(any(feature = "archive", feature = "documents"))]
pub(crate) use address::is_web_address;
pub(crate) use address::{
    addresses, has_labels, has_only_addresses, host, is_domain, is_email, is_handle,
    is_name_ending, is_url, may_be_address,
};
pub(crate) use base64::base64;
pub(crate) use characters::{
    alnum_count, is_any_cyrillic, is_cyrillic, is_cyrillic_vowel, is_dash, is_greek, is_latin,
    is_latin_of_articles,
};
#[cfg(feature = "cli")]
pub(crate) use display::lines;
#[cfg(any(feature = "archive", feature = "cli"))]
pub(crate) use display::one_line;
pub(crate) use enclosure::{Enclosures, Span};
pub(crate) use quotation::{double_quotes, is_double_quote, quoted, unpaired};
pub(crate) use raised::{
    BARS, Level, ends_in_variable, is_clock_time, is_degree, is_small_change, lowered,
    raised_expression,
};
#[cfg(feature = "documents")]
pub(crate) use raised::{SUBSCRIPTS, off_the_line};
pub(crate) use roman::{is_roman, is_small_roman, roman_value};
pub(crate) use words::{
    Run, excerpt, letter_runs, lowercase_words, place_of, places_of_words, runs, squeeze,
    words_between_spaces,
};
