//! Models whose files lie: each ends with 3 and one line, within the memory of an honest model.

use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::support::{Outcome, World, fixture};

/// KiB of address space that the program needs with a memorised model, and some more.
const MEMORY_KIB: u32 = 1 << 20;

/// Translates with the memorised model, of which `replaced` has other bytes, under a limit of memory.
fn with_file(replaced: &str, bytes: &[u8]) -> Outcome {
    let world = World::new();
    std::fs::create_dir(world.path("model")).unwrap();
    for entry in fixture("memorised-nllb").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let copy = world.path("model").join(path.file_name().unwrap());
        std::os::unix::fs::symlink(path, copy).unwrap();
    }
    let path = world.path("model").join(replaced);
    let _ = std::fs::remove_file(&path);
    std::fs::write(path, bytes).unwrap();
    let program = env!("CARGO_BIN_EXE_translate");
    let words = format!(
        "ulimit -v {MEMORY_KIB}; exec '{program}' --threads 2 -m ./model -s none article.txt"
    );
    let mut shell = world.command_of(Path::new("/bin/sh"), &["-c", &words]);
    world.outcome(shell.output().unwrap())
}

#[track_caller]
fn refused(replaced: &str, bytes: &[u8], said: &str) {
    let outcome = with_file(replaced, bytes).expect_code(3);
    assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

/// A checkpoint whose list of tensors is this pickle.
fn checkpoint(pickle: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("archive/data.pkl", stored).unwrap();
    archive.write_all(pickle).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_pickle_that_unpacks_to_more_than_it_says() {
    // Each list has a hundred references to the one before: 10^18 items, if they were copied.
    let mut copies = b"]q\x00".to_vec();
    for level in 0..9 {
        copies.push(b'(');
        copies.extend([b'h', level].repeat(100));
        copies.extend([b'l', b'q', level + 1]);
    }
    copies.push(b'.');
    let cut = "it ends within an instruction";
    for (pickle, said) in [
        (copies.as_slice(), "not a list of tensors"),
        (b"X\xff\xff\xff\xffa", cut),
        (b"\x8b\xff\xff\xff\x7fa", cut),
        (&b"\x85".repeat(3 << 20), "lacks its operands"),
        (&[&b")"[..], &b"\x85".repeat(3 << 20)].concat(), "more than"),
        (&b"(".repeat(3 << 20), "more than"),
        (&b")".repeat(5 << 20), "bytes"),
    ] {
        refused("pytorch_model.bin", &checkpoint(pickle), said);
    }
}

#[test]
fn a_header_of_safetensors_that_lies() {
    let file = |header: &str| [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat();
    let tensor =
        r#"{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}"#;
    for (bytes, said) in [
        (vec![0xff; 64], "more than"),
        ([&(1_u64 << 22).to_le_bytes()[..], b"{}"].concat(), "cut"),
        (file(tensor), "cut or too long"),
        (file(&"[".repeat(1 << 20)), "malformed"),
        (Vec::new(), "cut"),
    ] {
        refused("model.safetensors", &bytes, said);
    }
}

#[test]
fn a_tokenizer_that_grows_texts_without_end() {
    let tokenizer = std::fs::read(fixture("memorised-nllb").join("tokenizer.json")).unwrap();
    let tokenizer: serde_json::Value = serde_json::from_slice(&tokenizer).unwrap();
    let with = |part: &str, steps: serde_json::Value| {
        let mut changed = tokenizer.clone();
        changed[part] = steps;
        changed.to_string().into_bytes()
    };
    let doubling = serde_json::json!({
        "type": "Replace", "pattern": {"Regex": "(?s)."}, "content": "аа",
    });
    for (part, list) in [("normalizer", "normalizers"), ("decoder", "decoders")] {
        let steps = serde_json::json!({"type": "Sequence", list: vec![doubling.clone(); 30]});
        refused("tokenizer.json", &with(part, steps), "bytes of one");
    }
    let map = serde_json::json!({"type": "Precompiled", "precompiled_charsmap": "////".repeat(9)});
    refused("tokenizer.json", &with("normalizer", map), "that is cut");
}

#[test]
fn a_model_is_proved_once_until_a_file_of_it_changes() {
    let world = World::new();
    std::fs::create_dir(world.path("model")).unwrap();
    for entry in fixture("memorised-nllb").read_dir().unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, world.path("model").join(path.file_name().unwrap())).unwrap();
    }
    let proved = || {
        let outcome = world.run(&["-vv", "-m", "./model", "-s", "none", "article.txt"]);
        let outcome = outcome.expect_code(0);
        outcome.stderr.contains("in a process of its own first")
    };
    assert!(proved(), "a folder is unknown at first");
    assert!(!proved(), "it is remembered");
    let config = std::fs::read_to_string(world.path("model/config.json")).unwrap();
    world.write("model/config.json", config + "\n");
    assert!(proved(), "a file has changed");
    assert!(!proved());
}
