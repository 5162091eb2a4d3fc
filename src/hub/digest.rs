//! What a file must be, what it is, and whether the two agree.

use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::catalogue::{FileEntry, PinConfidence};
use crate::files::{each_chunk, hex, open_file};

/// Size and hash of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Its size.
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

/// The hub's ETag of a file, which is also the name of the file's blob in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RemoteHash {
    /// 64 hexadecimal digits: the SHA-256 of a large file.
    Sha256(String),
    /// 40 hexadecimal digits: the git blob id of a small one.
    GitBlob(String),
    /// A tag that is not a hash of the content; some mirrors send such tags.
    Opaque(String),
}

impl RemoteHash {
    /// Reads an ETag or blob name; `None` if it is not safe as a file name.
    pub(super) fn parse(tag: &str) -> Option<Self> {
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
    pub(super) fn blob_name(&self) -> &str {
        match self {
            Self::Sha256(tag) | Self::GitBlob(tag) | Self::Opaque(tag) => tag,
        }
    }
}

/// What a file must be, known before the hub is asked.
#[derive(Debug, Clone)]
pub(super) struct Pin {
    pub bytes: Option<u64>,
    pub sha256: Option<String>,
    /// Whether it overrides the hub's ETag.
    pub firm: bool,
    /// Where the pin comes from, for error messages.
    pub source: String,
}

impl Pin {
    /// The catalogue's pin of a file, if it has one.
    pub(super) fn of_entry(file: &FileEntry) -> Option<Self> {
        (file.bytes.is_some() || file.sha256.is_some()).then(|| Self {
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            firm: file.confidence != PinConfidence::SingleSource,
            source: "the catalogue of this program".to_owned(),
        })
    }

    /// Whether the hub's answer contradicts a firm pin.
    pub(super) fn contradicts(&self, etag: &RemoteHash, bytes: Option<u64>) -> bool {
        let other_hash = matches!((etag, &self.sha256), (RemoteHash::Sha256(a), Some(b)) if a != b);
        self.firm && (other_hash || matches!((bytes, self.bytes), (Some(a), Some(b)) if a != b))
    }

    /// Whether a file agrees with the parts of the pin that are set.
    fn agrees(&self, found: &FileDigest) -> bool {
        self.bytes.is_none_or(|bytes| bytes == found.bytes)
            && self
                .sha256
                .as_ref()
                .is_none_or(|sha256| *sha256 == found.sha256)
    }
}

/// `6 bytes, sha256 …`, for messages.
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
    /// Good by the hub's ETag, but different from a pin of a single source.
    GoodDespitePin,
    /// What is wrong.
    Bad(String),
    /// Neither a pin nor the ETag has a hash.
    Unverifiable,
}

/// Judges a file. A firm pin with a hash decides alone. Otherwise the ETag decides, and a pin of a
/// single source is only compared. If the ETag is not a hash, any pin with a hash decides.
/// `git_blob_id` is called only if the ETag is a git blob id.
pub(super) fn judge(
    pin: Option<&Pin>,
    etag: Option<&RemoteHash>,
    found: &FileDigest,
    git_blob_id: impl FnOnce() -> io::Result<String>,
) -> io::Result<Verdict> {
    let by_pin = |pin: &Pin| {
        if pin.agrees(found) {
            return Verdict::Good;
        }
        Verdict::Bad(format!(
            "it has {} bytes, sha256 {}, instead of {pin}",
            found.bytes, found.sha256
        ))
    };
    let pin = pin.filter(|pin| pin.bytes.is_some() || pin.sha256.is_some());
    let hashing_pin = pin.filter(|pin| pin.sha256.is_some());
    if let Some(pin) = hashing_pin.filter(|pin| pin.firm) {
        return Ok(by_pin(pin));
    }
    let (kind, wanted, actual) = match etag {
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

/// Hashes a file; `done` is called with the bytes hashed so far.
pub(super) fn file_digest(path: &Path, mut done: impl FnMut(u64)) -> io::Result<FileDigest> {
    let mut running = RunningDigest::default();
    running.read(&mut open_file(path)?, &mut done)?;
    Ok(running.finish())
}

/// The git blob id of a file: SHA-1 over a header with its length, then its content.
pub(super) fn git_blob_id(path: &Path) -> io::Result<String> {
    let mut file = open_file(path)?;
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", file.metadata()?.len()));
    each_chunk(&mut file, |chunk| hasher.update(chunk))?;
    Ok(hex(&hasher.finalize()))
}

/// A [`FileDigest`] being computed.
#[derive(Default)]
pub(super) struct RunningDigest {
    sha256: Sha256,
    bytes: u64,
}

impl RunningDigest {
    pub(super) fn update(&mut self, chunk: &[u8]) {
        self.sha256.update(chunk);
        self.bytes += chunk.len() as u64;
    }

    /// Hashes everything up to the end of `from`.
    pub(super) fn read(
        &mut self,
        from: &mut impl Read,
        mut done: impl FnMut(u64),
    ) -> io::Result<()> {
        each_chunk(from, |chunk| {
            self.update(chunk);
            done(self.bytes);
        })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn finish(&self) -> FileDigest {
        FileDigest {
            bytes: self.bytes,
            sha256: hex(&self.sha256.clone().finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO_SHA256: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    const HELLO_GIT: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    fn hello() -> FileDigest {
        FileDigest {
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

    fn verdict(pin: Option<&Pin>, etag: &str) -> Verdict {
        let etag = RemoteHash::parse(etag);
        judge(pin, etag.as_ref(), &hello(), || Ok(HELLO_GIT.to_owned())).unwrap()
    }

    #[test]
    fn both_kinds_of_hash_are_those_of_sha256sum_and_git() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hello\n").unwrap();
        assert_eq!(file_digest(file.path(), |_| ()).unwrap(), hello());
        assert_eq!(git_blob_id(file.path()).unwrap(), HELLO_GIT);
    }

    #[test]
    fn an_etag_is_read_without_its_quotes_and_weakness_mark() {
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
    fn an_etag_that_is_not_a_file_name_is_none() {
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
    fn a_single_source_pin_yields_to_the_etag() {
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
    fn without_a_pin_the_etag_decides() {
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
        let etag = RemoteHash::Sha256("0".repeat(64));
        assert!(pin(HELLO_SHA256, true).contradicts(&etag, None));
        assert!(!pin(HELLO_SHA256, false).contradicts(&etag, None));
        let right = RemoteHash::Sha256(HELLO_SHA256.to_owned());
        assert!(pin(HELLO_SHA256, true).contradicts(&right, Some(7)));
        assert!(!pin(HELLO_SHA256, true).contradicts(&right, Some(6)));
    }
}
