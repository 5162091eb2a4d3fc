//! Articles dealt out by their ids: which of N shards one belongs to depends on its id alone, so
//! that a file that comes or goes moves no other.
//!
//! The shard of an id is the first eight bytes of the SHA-256 of its UTF-8, as a big-endian number,
//! modulo N.

use std::fmt;
use std::str::FromStr;

use super::key::Key;
use crate::files::sha256;

/// One of N shards of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    of: u64,
}

impl Shard {
    /// The shard `index`, from 0, of `of`; none where there is no such shard.
    pub fn new(index: u64, of: u64) -> Option<Self> {
        (index < of).then_some(Self { index, of })
    }

    /// Whether the article with this id belongs to the shard.
    pub fn holds(self, id: &str) -> bool {
        number(id) % self.of == self.index
    }

    /// Whether the article whose id has this key belongs to the shard.
    pub(super) fn holds_key(self, key: &Key) -> bool {
        first_number(key) % self.of == self.index
    }
}

/// The number that an id's shard is told from.
pub(super) fn number(id: &str) -> u64 {
    first_number(&sha256(id.as_bytes()))
}

fn first_number(digest: &[u8]) -> u64 {
    let first = digest.iter().take(8);
    first.fold(0, |number, &byte| number << 8 | u64::from(byte))
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// The words are no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no shard; 0/4, 1/4, 2/4 and 3/4 are the shards of four")]
pub struct NoShard(String);

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(words: &str) -> Result<Self, NoShard> {
        let no_shard = || NoShard(words.to_owned());
        let (index, of) = words.split_once('/').ok_or_else(no_shard)?;
        match (index.parse(), of.parse()) {
            (Ok(index), Ok(of)) => Self::new(index, of).ok_or_else(no_shard),
            _ => Err(no_shard()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_lies_in_one_shard_and_they_are_of_like_size() {
        let shards: Vec<Shard> = (0..4).map(|i| Shard::new(i, 4).unwrap()).collect();
        let mut sizes = [0; 4];
        for id in 0..4_000 {
            let id = format!("2024/{id}.html");
            let holders = shards.iter().zip(&mut sizes).filter(|(s, _)| s.holds(&id));
            let held: Vec<_> = holders.map(|(_, size)| *size += 1).collect();
            assert_eq!(held.len(), 1);
        }
        assert!(
            sizes.iter().all(|size| (900..1100).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn the_shard_of_an_id_is_the_same_for_ever() {
        // printf %s 'мақала.txt' | sha256sum
        assert_eq!(number("мақала.txt"), 0xf431_39ac_7093_889c);
        assert_eq!(number(""), 0xe3b0_c442_98fc_1c14);
    }

    #[test]
    fn shards_are_written_from_0() {
        assert_eq!("3/4".parse(), Ok(Shard { index: 3, of: 4 }));
        assert_eq!("3/4".parse::<Shard>().unwrap().to_string(), "3/4");
        for words in ["4/4", "0/0", "1", "a/4", "-1/4", "1/4/", " 1/4", ""] {
            assert_eq!(words.parse::<Shard>(), Err(NoShard(words.to_owned())));
        }
    }
}
