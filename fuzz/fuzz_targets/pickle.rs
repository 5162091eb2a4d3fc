//! Any bytes as the list of tensors of a PyTorch checkpoint, and as a checkpoint of before 1.6: refused or
//! listed, within its bounds.

#![no_main]

use std::io::{Cursor, Write};

use audarma::model_files::WeightFiles;
use audarma_fuzz::models::{file, open};
use libfuzzer_sys::fuzz_target;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

fuzz_target!(|bytes: &[u8]| {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("a/data.pkl", bytes), ("a/data/0", &[0; 64])] {
        archive.start_file(name, stored).expect("a member");
        archive.write_all(content).expect("a member");
    }
    let archive = archive.finish().expect("an archive").into_inner();
    open(&WeightFiles::Pickle(vec![file("a.bin", &archive)]));
    open(&WeightFiles::Pickle(vec![file("b.bin", bytes)]));
});
