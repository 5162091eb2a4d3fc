//! What closes the file of a shard: how much it holds, and of what.
//!
//! In JSON lines it is the last line, which is no article; in Parquet it is in the file's metadata.
//! It is part of the file, so that it cannot be lost on the way, and a file that was cut lacks it.
//! Runs over all articles write none.

use serde::{Deserialize, Serialize};

use super::shard::Shard;

/// The key of the metadata of a Parquet file that holds a footer.
pub(super) const PARQUET_KEY: &str = "audarma.shard";

/// Closes the file of a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShardFooter {
    pub shard: Shard,
    /// Articles in the file.
    pub articles: u64,
    /// Failures in the list next to it.
    pub failed: u64,
    /// Articles and failures that the inputs have, those of the other shards included.
    pub records: u64,
    /// What the inputs held, in hexadecimal: the same for all shards.
    pub source: String,
}

impl ShardFooter {
    /// As a line of JSON, line break included.
    pub(super) fn line(&self) -> Vec<u8> {
        // Strings and numbers always become JSON.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// The footer that a line is; `None` for any other line.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        if !line.starts_with(b"{\"shard\":") {
            return None;
        }
        serde_json::from_slice(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footer_is_a_line_and_an_article_is_none() {
        let footer = ShardFooter {
            shard: "1/3".parse().unwrap(),
            articles: 20,
            failed: 1,
            records: 60,
            source: String::from("00ff"),
        };
        let line = footer.line();
        assert_eq!(
            std::str::from_utf8(&line).unwrap(),
            "{\"shard\":\"1/3\",\"articles\":20,\"failed\":1,\"records\":60,\"source\":\"00ff\"}\n"
        );
        assert_eq!(ShardFooter::parse(&line), Some(footer));
        for line in ["{\"schema\":1,\"id\":\"a\"}", "{\"shard\":\"3/3\"}", ""] {
            assert_eq!(ShardFooter::parse(line.as_bytes()), None, "{line}");
        }
    }
}
