//! What the target of journals checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use audarma::archive::{
    CollectionFormat, Estimate, Inputs, JournalError, Limits, Observer, Output, RecordOptions, Run, RunError,
};
use audarma::article::ReadOptions;
use audarma::article_reader::ArticleReader;
use audarma::report::Format;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

thread_local! {
    static FOLDER: TempDir = tempfile::tempdir().expect("a folder");
}

/// The articles that a run reads. The seeds know their hashes.
const ARTICLES: [(&str, &str); 2] = [
    ("a.txt", "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.\n"),
    ("b.txt", "Осылайша, филиалдардың құрамына 86 адам кірді.\n"),
];
/// A result of an earlier run, whatever it was.
const RESULT: &str = "{\"schema\":1,\"id\":\"a.txt\"}\n";

/// Lines that begin with `=` are JSON, and get a number and a checksum as a journal's lines have;
/// others are taken as they are.
fn journal_of(text: &[u8]) -> Vec<u8> {
    let mut journal = Vec::new();
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let sound = line.trim_ascii_end().strip_prefix(b"=");
        let Some(sound) = sound.and_then(|line| line.strip_suffix(b"}")) else {
            journal.extend(line);
            continue;
        };
        let mut sealed = [sound, format!(",\"line\":{number}").as_bytes()].concat();
        let digest = Sha256::digest(&sealed);
        let digits: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        sealed.extend(format!(",\"check\":\"{digits}\"}}\n").bytes());
        journal.extend(sealed);
    }
    journal
}

/// Counts damaged lines.
#[derive(Default)]
struct Damage(AtomicU64);

impl Observer for Damage {
    fn journal_damaged(&self, lines: u64) {
        self.0.fetch_add(lines, Ordering::Relaxed);
    }
}

/// A run that finds this journal: the first byte says its output and options.
///
/// # Panics
/// If a promise is broken.
pub fn read(bytes: &[u8]) {
    let Some((&choice, text)) = bytes.split_first() else {
        return;
    };
    let root = FOLDER.with(|folder| folder.path().to_owned());
    let run = prepared(&root, choice);
    let journal = journal_path(&run.output);
    let content = journal_of(text);
    fs::write(&journal, &content).expect("a journal");

    // Looking changes nothing, and says the same each time.
    let first = estimate(&run);
    assert_eq!(first, estimate(&run));
    assert_eq!(fs::read(&journal).expect("a journal"), content);

    let outcome = run.run(&mut || None, &Damage::default(), &AtomicBool::new(false));
    match outcome {
        Err(RunError::Journal(
            JournalError::NotOurs { .. }
            | JournalError::LaterVersion { .. }
            | JournalError::EarlierVersion { .. },
        )) => {
            assert_eq!(fs::read(&journal).expect("a journal"), content);
        }
        Ok(_) | Err(RunError::NoModels) => {
            // What was damaged is said once.
            let damage = Damage::default();
            run.estimate(&damage).expect("a journal of its own");
            assert_eq!(damage.0.into_inner(), 0);
        }
        Err(_) => {}
    }
}

fn estimate(run: &Run) -> Result<Estimate, String> {
    run.estimate(&Damage::default())
        .map_err(|error| error.to_string())
}

fn journal_path(output: &Output) -> PathBuf {
    match output {
        Output::Folder { root, .. } => root.join("journal.jsonl"),
        Output::JsonLines(path) | Output::Collection(path, _) => {
            PathBuf::from(format!("{}.journal", path.display()))
        }
    }
}

/// A run into an output that an earlier run left.
fn prepared(root: &Path, choice: u8) -> Run {
    let (input, out) = (root.join("in"), root.join("out"));
    if !input.is_dir() {
        fs::create_dir(&input).expect("a folder");
        for (name, text) in ARTICLES {
            fs::write(input.join(name), text).expect("an article");
        }
    }
    let _ = fs::remove_dir_all(&out);
    fs::create_dir(&out).expect("a folder");
    let output = match choice % 3 {
        0 => Output::Folder {
            root: out.clone(),
            format: Format::Jsonl,
            marks: false,
            names: false,
            layout: Default::default(),
        },
        1 => Output::JsonLines(out.join("all.jsonl")),
        _ => Output::Collection(out.join("all.parquet"), CollectionFormat::Parquet),
    };
    for name in [
        "a.txt.jsonl",
        "all.jsonl",
        "all.jsonl.part",
        "all.parquet.part",
    ] {
        if choice & 4 == 0 {
            fs::write(out.join(name), RESULT).expect("a result");
        }
    }
    Run {
        inputs: Inputs {
            paths: vec![input],
            limits: Limits::default(),
            records: RecordOptions::default(),
            output: Some(out),
        },
        output,
        read: ReadOptions::default(),
        reader: ArticleReader::InProcess,
        shard: (choice & 8 != 0).then(|| "0/1".parse().expect("a shard")),
        fingerprint: [0; 16],
        overwrite: choice & 16 != 0,
        retry_failed: choice & 32 != 0,
        keeps_names: choice & 64 != 0,
    }
}
