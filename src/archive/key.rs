//! Short hashes by which a journal identifies ids, inputs and options.

use crate::files::{sha256, unhex};

/// The first bytes of a SHA-256: enough that no two of a run's inputs share them.
pub(super) type Key = [u8; 16];

/// The key of an id, or of other bytes.
pub(super) fn key(bytes: &[u8]) -> Key {
    shortened(&sha256(bytes))
}

/// The first bytes of a digest.
pub(super) fn shortened(digest: &[u8; 32]) -> Key {
    let (key, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
    *key
}

/// The key with these hexadecimal digits; all zeros for any other text, which no input has.
pub(super) fn from_hex(text: &str) -> Key {
    let bytes = unhex(text).and_then(|bytes| Key::try_from(bytes).ok());
    bytes.unwrap_or_default()
}
