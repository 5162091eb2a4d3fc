//! Any bytes as mail and saved pages: no panic, and no more text than there can be.

#![no_main]

use audarma_fuzz::documents::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read("a.eml", bytes);
    read("a.mhtml", bytes);
});
