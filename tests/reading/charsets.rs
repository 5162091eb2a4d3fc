//! How well charsets are recognised, measured over text that is not in the repository.
//!
//!     AUDARMA_EVAL=FOLDER cargo test --release --test reading charsets -- --ignored --nocapture
//!
//! FOLDER holds text files of one Kazakh sentence a line (`*.kk.txt`). Each line is encoded into
//! each charset that can hold it, cut to a length, recognised, and compared letter for letter.

use std::collections::HashMap;

use audarma::article::Charset;

/// The 8-bit charset's bytes for a text, where it can hold it.
fn encode(text: &str, charset: Charset) -> Option<Vec<u8>> {
    match charset {
        Charset::Utf8 => return Some(text.as_bytes().to_vec()),
        Charset::Utf16Le => return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Charset::Utf16Be => return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        _ => {}
    }
    let mut bytes: HashMap<char, u8> = HashMap::new();
    for byte in (0..=u8::MAX).rev() {
        let decoded = charset.decode(&[byte], false).unwrap_or_default();
        bytes.extend(decoded.chars().next().map(|character| (character, byte)));
    }
    text.chars()
        .map(|character| bytes.get(&character).copied())
        .collect()
}

#[test]
#[ignore = "measures over text that is not in the repository"]
fn charsets_of_real_lines_are_recognised() {
    let folder = std::env::var("AUDARMA_EVAL").expect("AUDARMA_EVAL names a folder");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(".kk.txt"))
        .collect();
    files.sort();
    for file in files {
        println!("{}", file.file_name().unwrap_or_default().display());
        let text = std::fs::read_to_string(&file).expect("UTF-8 text");
        for charset in [
            Charset::Utf8,
            Charset::Utf16Le,
            Charset::Utf16Be,
            Charset::Kz1048,
            Charset::Pt154,
            Charset::Windows1251,
        ] {
            for length in [20, 50, 100, 200, usize::MAX] {
                let (mut total, mut named, mut read) = (0, 0, 0);
                for line in text.lines().filter(|line| !line.is_empty()) {
                    let Some(bytes) = encode(line, charset) else {
                        continue;
                    };
                    let bytes = &bytes[..length.min(bytes.len())];
                    let expected = charset.decode(bytes, true).expect("lossy decoding");
                    total += 1;
                    match Charset::detect(bytes) {
                        Ok(found) => {
                            named += usize::from(found == charset);
                            let found_text = found.decode(bytes, true);
                            let same = found_text.as_ref() == Ok(&expected);
                            read += usize::from(same);
                            if !same && length >= 200 {
                                println!("  as {}: {}", found.name(), expected);
                            }
                        }
                        Err(error) if length >= 200 => println!("  {error}: {expected}"),
                        Err(_) => {}
                    }
                }
                let length = if length == usize::MAX {
                    "whole".into()
                } else {
                    length.to_string()
                };
                println!(
                    "{:>13} {length:>5} bytes: {total} lines, named {:.2} %, read back {:.2} %",
                    charset.name(),
                    100.0 * named as f64 / total as f64,
                    100.0 * read as f64 / total as f64,
                );
            }
        }
    }
}
