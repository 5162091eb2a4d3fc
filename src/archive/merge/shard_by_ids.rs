//! Detects from the ids in a file that it is a shard of a run, even if what closes it was cut off.

use crate::archive::shard::{Shard, id_number};

/// Maximum number of shards that is recognised.
const MAX_SHARDS: u64 = 1024;
/// Minimum ids in a part. That `n` ids are all in the same one of N shards by chance has a
/// probability of N^-(n - 1).
const MIN_IDS: u64 = 16;

/// The shard, one of as many as possible, that all these ids are assigned to.
pub(super) fn shard_by_ids<'a>(ids: impl Iterator<Item = &'a str>) -> Option<Shard> {
    let mut shards: Vec<(u64, u64)> = Vec::new();
    let mut count = 0;
    for id in ids {
        let number = id_number(id);
        if count == 0 {
            shards = (2..=MAX_SHARDS).map(|of| (of, number % of)).collect();
        } else {
            shards.retain(|&(of, shard)| number % of == shard);
        }
        count += 1;
    }
    let &(of, shard) = shards.last()?;
    if count < MIN_IDS {
        return None;
    }
    Shard::new(shard, of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::key::key;

    #[test]
    fn enough_ids_tell_their_shard() {
        let ids: Vec<String> = (0..500).map(|id| format!("{id}.txt")).collect();
        let of = |shard: Shard, most: usize| {
            let ids = ids.iter().map(String::as_str);
            let held = ids.filter(|id| shard.holds(&key(id.as_bytes())));
            shard_by_ids(held.take(most))
        };
        for shard in ["0/2", "3/4", "6/7"].map(|shard| shard.parse().unwrap()) {
            assert_eq!(of(shard, 500), Some(shard));
            assert_eq!(of(shard, 15), None);
        }
        assert_eq!(shard_by_ids(ids.iter().map(String::as_str)), None);
        assert_eq!(shard_by_ids(std::iter::empty()), None);
    }
}
