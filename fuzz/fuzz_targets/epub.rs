//! Any bytes as a book: what is read stays within the limits, and is the same each time.

#![no_main]

use audarma_fuzz::containers::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read("a.epub", bytes));
