//! Any lines as the journal of a run: no panic, damage is said once, another program's file is left.

#![no_main]

use audarma_fuzz::journal::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read(bytes));
