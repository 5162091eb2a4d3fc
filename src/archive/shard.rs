//! Assigns articles to N shards. The shard depends on the article alone, so that adding or removing
//! a file moves no other article to another shard.
//!
//! The shard of an article is the first eight bytes of its key, as a big-endian number, modulo N.
//! The key is the SHA-256 of the id's UTF-8 where the id is the article's own or its path below an
//! input (see [`super::source`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::key::Key;
use crate::files::sha256;

/// One of N shards of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    index: u64,
    /// How many shards there are.
    count: u64,
}

impl Shard {
    /// All articles.
    pub(super) const WHOLE: Self = Self { index: 0, count: 1 };

    /// Shard number `index` (from 0) of `count`; `None` if `index` is not below `count`.
    pub fn new(index: u64, count: u64) -> Option<Self> {
        (index < count).then_some(Self { index, count })
    }

    /// Whether the article with this key belongs to the shard.
    pub(super) fn holds(self, key: &Key) -> bool {
        first_number(key) % self.count == self.index
    }

    pub(super) fn index(self) -> u64 {
        self.index
    }

    /// How many shards there are.
    pub(super) fn count(self) -> u64 {
        self.count
    }
}

/// The number of an id: modulo the number of shards, it is the id's shard.
pub(super) fn id_number(id: &str) -> u64 {
    first_number(&sha256(id.as_bytes()))
}

/// The first eight bytes of a digest or key, big-endian.
fn first_number(digest: &[u8]) -> u64 {
    let first = digest.iter().take(8);
    first.fold(0, |number, &byte| number << 8 | u64::from(byte))
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl TryFrom<String> for Shard {
    type Error = NoShard;

    fn try_from(text: String) -> Result<Self, NoShard> {
        text.parse()
    }
}

/// The text does not name a shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no shard; 0/4, 1/4, 2/4 and 3/4 are the shards of four")]
pub struct NoShard(String);

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let no_shard = || NoShard(text.to_owned());
        let (index, count) = text.split_once('/').ok_or_else(no_shard)?;
        match (index.parse(), count.parse()) {
            (Ok(index), Ok(count)) => Self::new(index, count).ok_or_else(no_shard),
            _ => Err(no_shard()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::key::key;

    #[test]
    fn every_id_is_in_one_shard_and_shards_have_similar_sizes() {
        let shards: Vec<Shard> = (0..4).map(|i| Shard::new(i, 4).unwrap()).collect();
        let mut sizes = [0; 4];
        for id in 0..4_000 {
            let key = key(format!("2024/{id}.html").as_bytes());
            let holders = shards.iter().zip(&mut sizes).filter(|(s, _)| s.holds(&key));
            let held: Vec<_> = holders.map(|(_, size)| *size += 1).collect();
            assert_eq!(held.len(), 1);
        }
        assert!(
            sizes.iter().all(|size| (900..1100).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn the_shard_of_an_id_never_changes() {
        // printf %s 'мақала.txt' | sha256sum
        assert_eq!(id_number("мақала.txt"), 0xf431_39ac_7093_889c);
        assert_eq!(id_number(""), 0xe3b0_c442_98fc_1c14);
    }

    #[test]
    fn shards_are_written_from_0() {
        assert_eq!("3/4".parse(), Ok(Shard { index: 3, count: 4 }));
        assert_eq!("3/4".parse::<Shard>().unwrap().to_string(), "3/4");
        for words in ["4/4", "0/0", "1", "a/4", "-1/4", "1/4/", " 1/4", ""] {
            assert_eq!(words.parse::<Shard>(), Err(NoShard(words.to_owned())));
        }
    }
}
