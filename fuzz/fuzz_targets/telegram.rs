//! Any bytes as a page of a chat that Telegram exported: what is read stays within the limits, and is the same each time.

#![no_main]

use audarma_fuzz::containers::read;
use libfuzzer_sys::fuzz_target;

const HEAD: &[u8] = b"<title>Exported Data</title>";

fuzz_target!(|bytes: &[u8]| read("messages.html", &[HEAD, bytes].concat()));
