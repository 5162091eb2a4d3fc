//! Any text as the XML of an OpenDocument text: no panic, and no text without end.

#![no_main]

use std::io::{Cursor, Write};

use audarma_fuzz::documents::read;
use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fuzz_target!(|xml: &str| {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", xml),
    ] {
        archive.start_file(name, options).expect("a file");
        archive.write_all(text.as_bytes()).expect("memory");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    read("a.odt", &bytes);
});
