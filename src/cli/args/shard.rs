//! `--shard`: which part of a run to do.

use std::str::FromStr;

use crate::archive::Shard;

/// What `--shard` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShardChoice {
    Given(Shard),
    /// The scheduler's environment says it.
    Auto,
}

impl FromStr for ShardChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "auto" => Ok(Self::Auto),
            _ => word
                .parse()
                .map(Self::Given)
                .map_err(|error| error.to_string()),
        }
    }
}
