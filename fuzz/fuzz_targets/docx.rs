//! Any text as the XML of a Word document: no panic, and no text without end.

#![no_main]

use std::io::{Cursor, Write};

use audarma_fuzz::documents::read;
use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fuzz_target!(|xml: &str| {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive
        .start_file("word/document.xml", options)
        .expect("a file");
    archive.write_all(xml.as_bytes()).expect("memory");
    let bytes = archive.finish().expect("an archive").into_inner();
    read("a.docx", &bytes);
});
