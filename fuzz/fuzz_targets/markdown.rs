//! Any text as a Markdown file: no panic, and no text without end.

#![no_main]

use audarma_fuzz::documents::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| read("a.md", text.as_bytes()));
