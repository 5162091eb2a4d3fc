//! Any bytes as a PDF document: no panic but those that are caught, and no text without end.

#![no_main]

use audarma_fuzz::documents::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read("a.pdf", bytes));
