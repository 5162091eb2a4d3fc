//! What a file must be, what it is, and whether the two agree.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::catalogue::{FileEntry, PinConfidence};

/// How much is read at once while hashing and downloading.
pub(super) const CHUNK: usize = 128 << 10;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

/// What the hub says a file is: the entity tag of its answer, which is also the name of the file's
/// blob in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RemoteHash {
    /// 64 hexadecimal digits: the SHA-256 of a large file.
    Sha256(String),
    /// 40 hexadecimal digits: the git blob id of a small one.
    GitBlob(String),
    /// A tag that names the file and tells nothing of its content; mirrors give such.
    Opaque(String),
}

impl RemoteHash {
    /// Reads an entity tag or blob name; `None` where it could not safely be a file name.
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
        let sane = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if tag.is_empty() || tag.len() > 128 || !tag.bytes().all(sane) {
            return None;
        }
        let hexadecimal = tag.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        Some(match (hexadecimal, tag.len()) {
            (true, 64) => Self::Sha256(tag.to_owned()),
            (true, 40) => Self::GitBlob(tag.to_owned()),
            _ => Self::Opaque(tag.to_owned()),
        })
    }

    /// The blob's name in the cache.
    pub fn blob_name(&self) -> &str {
        match self {
            Self::Sha256(tag) | Self::GitBlob(tag) | Self::Opaque(tag) => tag,
        }
    }
}

/// What is known of a file before the hub is asked.
#[derive(Debug, Clone)]
pub(super) struct Pin {
    pub bytes: Option<u64>,
    pub sha256: Option<String>,
    /// Whether it stands against the hub's own word.
    pub firm: bool,
    /// Where the pin comes from, for an error.
    pub source: String,
}

impl Pin {
    /// The catalogue's pin of a file, if it has one.
    pub fn of_entry(file: &FileEntry) -> Option<Self> {
        (file.bytes.is_some() || file.sha256.is_some()).then(|| Self {
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            firm: file.confidence != PinConfidence::SingleSource,
            source: "the catalogue of this program".to_owned(),
        })
    }

    /// Whether the hub announces another file than a firm pin names.
    pub fn contradicts(&self, word: &RemoteHash, bytes: Option<u64>) -> bool {
        let other_hash = matches!((word, &self.sha256), (RemoteHash::Sha256(a), Some(b)) if a != b);
        self.firm && (other_hash || matches!((bytes, self.bytes), (Some(a), Some(b)) if a != b))
    }

    /// Whether this is the file the pin names, as far as it names one.
    fn agrees(&self, found: &Fingerprint) -> bool {
        self.bytes.is_none_or(|bytes| bytes == found.bytes)
            && self
                .sha256
                .as_ref()
                .is_none_or(|sha256| *sha256 == found.sha256)
    }
}

/// The pin in words.
impl std::fmt::Display for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.bytes, &self.sha256) {
            (Some(bytes), Some(sha256)) => write!(f, "{bytes} bytes, sha256 {sha256}"),
            (Some(bytes), None) => write!(f, "{bytes} bytes"),
            (None, Some(sha256)) => write!(f, "sha256 {sha256}"),
            (None, None) => f.write_str("nothing"),
        }
    }
}

/// The outcome of a check.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// Good by the hub's word; a pin from a single source says otherwise.
    GoodDespitePin,
    /// What is wrong, in words.
    Bad(String),
    /// Nothing says what the file must be.
    Unverifiable,
}

/// Judges a file. A firm pin decides alone; else the hub's word decides, and a pin of a single
/// source is only compared; where the hub gives no hash, any pin with a hash decides.
/// `git_blob_id` is asked only where the hub's word is one.
pub(super) fn judge(
    pin: Option<&Pin>,
    word: Option<&RemoteHash>,
    found: &Fingerprint,
    git_blob_id: impl FnOnce() -> io::Result<String>,
) -> io::Result<Verdict> {
    let by_pin = |pin: &Pin| match pin.agrees(found) {
        true => Verdict::Good,
        false => Verdict::Bad(format!(
            "it has {} bytes, sha256 {}, instead of {pin}",
            found.bytes, found.sha256
        )),
    };
    let pin = pin.filter(|pin| pin.bytes.is_some() || pin.sha256.is_some());
    let hashing_pin = pin.filter(|pin| pin.sha256.is_some());
    if let Some(pin) = hashing_pin.filter(|pin| pin.firm) {
        return Ok(by_pin(pin));
    }
    let (kind, wanted, actual) = match word {
        Some(RemoteHash::Sha256(wanted)) => ("sha256", wanted, found.sha256.clone()),
        Some(RemoteHash::GitBlob(wanted)) => ("git blob id", wanted, git_blob_id()?),
        Some(RemoteHash::Opaque(_)) | None => {
            return Ok(hashing_pin.map_or(Verdict::Unverifiable, by_pin));
        }
    };
    Ok(if *wanted != actual {
        Verdict::Bad(format!("its {kind} is {actual} instead of {wanted}"))
    } else if pin.is_none_or(|pin| pin.agrees(found)) {
        Verdict::Good
    } else {
        Verdict::GoodDespitePin
    })
}

/// Hashes a file, telling how many bytes are done.
pub(super) fn fingerprint(path: &Path, mut done: impl FnMut(u64)) -> io::Result<Fingerprint> {
    let mut running = Running::default();
    running.read(&mut File::open(path)?, &mut done)?;
    Ok(running.finish())
}

/// The id git gives the file's content: SHA-1 over a header with its length, and the content.
pub(super) fn git_blob_id(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", file.metadata()?.len()));
    each_chunk(&mut file, |chunk| hasher.update(chunk))?;
    Ok(hexadecimal(&hasher.finalize()))
}

/// A fingerprint in the making.
#[derive(Default)]
pub(super) struct Running {
    sha256: Sha256,
    bytes: u64,
}

impl Running {
    pub fn update(&mut self, chunk: &[u8]) {
        self.sha256.update(chunk);
        self.bytes += chunk.len() as u64;
    }

    /// Takes in all that is left to read.
    pub fn read(&mut self, from: &mut impl Read, mut done: impl FnMut(u64)) -> io::Result<()> {
        each_chunk(from, |chunk| {
            self.update(chunk);
            done(self.bytes);
        })
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn finish(&self) -> Fingerprint {
        Fingerprint {
            bytes: self.bytes,
            sha256: hexadecimal(&self.sha256.clone().finalize()),
        }
    }
}

fn each_chunk(from: &mut impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => take(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO_SHA256: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    const HELLO_GIT: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    fn hello() -> Fingerprint {
        Fingerprint {
            bytes: 6,
            sha256: HELLO_SHA256.to_owned(),
        }
    }

    fn pin(sha256: &str, firm: bool) -> Pin {
        Pin {
            bytes: Some(6),
            sha256: Some(sha256.to_owned()),
            firm,
            source: "test".to_owned(),
        }
    }

    fn verdict(pin: Option<&Pin>, word: &str) -> Verdict {
        let word = RemoteHash::parse(word);
        judge(pin, word.as_ref(), &hello(), || Ok(HELLO_GIT.to_owned())).unwrap()
    }

    #[test]
    fn both_kinds_of_hash_are_those_of_sha256sum_and_git() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hello\n").unwrap();
        assert_eq!(fingerprint(file.path(), |_| ()).unwrap(), hello());
        assert_eq!(git_blob_id(file.path()).unwrap(), HELLO_GIT);
    }

    #[test]
    fn an_entity_tag_is_read_with_its_quotes_and_weakness() {
        let quoted = format!("W/\"{HELLO_SHA256}\"");
        assert_eq!(
            RemoteHash::parse(&quoted),
            Some(RemoteHash::Sha256(HELLO_SHA256.to_owned()))
        );
        assert_eq!(
            RemoteHash::parse(HELLO_GIT),
            Some(RemoteHash::GitBlob(HELLO_GIT.to_owned()))
        );
        assert_eq!(
            RemoteHash::parse("\"v1-2\""),
            Some(RemoteHash::Opaque("v1-2".to_owned()))
        );
    }

    #[test]
    fn an_entity_tag_that_is_no_file_name_is_none() {
        for tag in [
            "",
            "\"\"",
            "../../x",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "..",
            "a.lock",
            "a b",
        ] {
            assert_eq!(RemoteHash::parse(tag), None, "{tag:?}");
        }
        assert_eq!(RemoteHash::parse(&"a".repeat(129)), None);
    }

    #[test]
    fn a_firm_pin_decides_alone() {
        let other = "0".repeat(64);
        assert_eq!(
            verdict(Some(&pin(HELLO_SHA256, true)), &other),
            Verdict::Good
        );
        assert!(matches!(
            verdict(Some(&pin(&other, true)), HELLO_SHA256),
            Verdict::Bad(_)
        ));
    }

    #[test]
    fn a_single_source_pin_yields_to_the_hubs_word() {
        let other = pin(&"0".repeat(64), false);
        assert_eq!(verdict(Some(&other), HELLO_SHA256), Verdict::GoodDespitePin);
        assert_eq!(verdict(Some(&other), HELLO_GIT), Verdict::GoodDespitePin);
        assert!(matches!(verdict(Some(&other), "opaque"), Verdict::Bad(_)));
        assert_eq!(
            verdict(Some(&pin(HELLO_SHA256, false)), "opaque"),
            Verdict::Good
        );
    }

    #[test]
    fn without_a_pin_the_hubs_word_decides() {
        assert_eq!(verdict(None, HELLO_SHA256), Verdict::Good);
        assert_eq!(verdict(None, HELLO_GIT), Verdict::Good);
        assert!(matches!(verdict(None, &"0".repeat(40)), Verdict::Bad(_)));
        assert_eq!(verdict(None, "opaque"), Verdict::Unverifiable);
    }

    #[test]
    fn a_size_alone_proves_nothing() {
        let size = Pin {
            sha256: None,
            firm: true,
            ..pin("", true)
        };
        assert_eq!(verdict(Some(&size), "opaque"), Verdict::Unverifiable);
        assert_eq!(verdict(Some(&size), HELLO_GIT), Verdict::Good);
    }

    #[test]
    fn only_a_firm_pin_contradicts_an_announcement() {
        let word = RemoteHash::Sha256("0".repeat(64));
        assert!(pin(HELLO_SHA256, true).contradicts(&word, None));
        assert!(!pin(HELLO_SHA256, false).contradicts(&word, None));
        let right = RemoteHash::Sha256(HELLO_SHA256.to_owned());
        assert!(pin(HELLO_SHA256, true).contradicts(&right, Some(7)));
        assert!(!pin(HELLO_SHA256, true).contradicts(&right, Some(6)));
    }
}
