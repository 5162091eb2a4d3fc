//! Any bytes as the parts of a merge: nothing is written unless each id is there once, and what a
//! footer counts is there.

#![no_main]

use audarma_fuzz::merging::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read(bytes));
