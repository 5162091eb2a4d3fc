//! API keys: who may use the server.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::engine::ClientId;
use crate::files::read_text;

/// Maximum size of a file of keys.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// Minimum characters of a key.
const MIN_KEY_CHARS: usize = 8;

/// Keys, as their digests: comparing them takes the same time whatever is compared.
#[derive(Clone, Default)]
pub struct Keys {
    digests: Vec<[u8; 32]>,
}

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The file cannot be read.
    #[error("cannot read the keys")]
    Read(#[from] io::Error),
    /// The file has no key.
    #[error("there is no key in it")]
    Empty,
    /// A key that can be guessed.
    #[error("the key in line {line} has fewer than {MIN_KEY_CHARS} characters")]
    Short {
        /// Its line, from 1.
        line: usize,
    },
}

impl Keys {
    /// Reads a file with a key a line; empty lines and those that begin with `#` are none.
    ///
    /// # Errors
    /// If the file cannot be read, has no key, or one that is too short.
    pub fn read(path: &Path) -> Result<Self, KeysError> {
        Self::parse(&read_text(path, MAX_FILE_BYTES)?)
    }

    fn parse(text: &str) -> Result<Self, KeysError> {
        let mut digests = Vec::new();
        for (place, line) in text.lines().enumerate() {
            let key = line.trim();
            if key.is_empty() || key.starts_with('#') {
                continue;
            }
            if key.chars().count() < MIN_KEY_CHARS {
                return Err(KeysError::Short { line: place + 1 });
            }
            digests.push(digest(key));
        }
        if digests.is_empty() {
            return Err(KeysError::Empty);
        }
        Ok(Self { digests })
    }

    /// The client whose key this is; `None` if it is nobody's.
    pub(super) fn client(&self, key: &str) -> Option<ClientId> {
        let given = digest(key);
        let mut is_known = Choice::from(0);
        for known in &self.digests {
            is_known |= known.ct_eq(&given);
        }
        let id = u64::from_le_bytes(*given.first_chunk()?);
        bool::from(is_known).then_some(ClientId::Key(id))
    }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_line_without_its_white_space() {
        let keys = Keys::parse("# newsroom\n\n  secret-key-1 \r\nsecret-key-2").unwrap();
        assert!(keys.client("secret-key-1").is_some());
        assert_ne!(keys.client("secret-key-1"), keys.client("secret-key-2"));
        for other in ["", "secret-key-", "# newsroom", "secret-key-1 "] {
            assert_eq!(keys.client(other), None, "{other:?}");
        }
    }

    #[test]
    fn keys_that_can_be_guessed_are_refused() {
        assert!(matches!(Keys::parse("# none\n"), Err(KeysError::Empty)));
        let short = Keys::parse("secret-key-1\nshort");
        assert!(matches!(short, Err(KeysError::Short { line: 2 })));
    }
}
