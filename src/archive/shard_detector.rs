//! Detects from the ids in several files whether the files are shards of a run, and which shards
//! are missing.

use super::shard::id_number;

/// Maximum number of shards that is recognised.
const MAX_SHARDS: u64 = 1024;
/// Minimum ids in a part. That `n` ids are all in the same one of N shards by chance has a
/// probability of N^-(n - 1).
const MIN_IDS: u64 = 16;

/// The parts seen so far.
#[derive(Default)]
pub(super) struct ShardDetector {
    parts: Vec<Part>,
}

/// One part: how many ids it has, and for each N for which all of them are in one shard, that
/// shard.
struct Part {
    ids: u64,
    shards: Vec<(u64, u64)>,
}

impl ShardDetector {
    /// Adds the ids of one more part.
    pub(super) fn part<'a>(&mut self, ids: impl Iterator<Item = &'a str>) {
        let mut part = Part {
            ids: 0,
            shards: Vec::new(),
        };
        for id in ids {
            let number = id_number(id);
            if part.ids == 0 {
                part.shards = (2..=MAX_SHARDS).map(|of| (of, number % of)).collect();
            } else {
                part.shards.retain(|&(of, shard)| number % of == shard);
            }
            part.ids += 1;
        }
        self.parts.push(part);
    }

    /// A message if the parts are shards of a run and some shards are missing.
    pub(super) fn missing(&self) -> Option<String> {
        let conclusive = || self.parts.iter().filter(|part| part.ids >= MIN_IDS);
        let mut all = conclusive().map(|part| part.shards.last().map(|&(of, _)| of));
        let of = all.next()??;
        if !all.all(|other| other == Some(of)) || self.parts.len() as u64 >= of {
            return None;
        }
        let there: Vec<u64> = self
            .parts
            .iter()
            .filter_map(|part| part.shards.iter().find(|(n, _)| *n == of))
            .map(|&(_, shard)| shard)
            .collect();
        let missing: Vec<String> = (0..of)
            .filter(|shard| !there.contains(shard))
            .map(|shard| format!("{shard}/{of}"))
            .collect();
        Some(format!(
            "by their ids the parts are {} of {of} shards; missing: {}",
            self.parts.len(),
            missing.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Shard;

    fn shards(of: u64, ids: u64, there: &[u64]) -> Option<String> {
        let ids: Vec<String> = (0..ids).map(|id| format!("{id}.txt")).collect();
        let mut detector = ShardDetector::default();
        for &index in there {
            let shard = Shard::new(index, of).unwrap();
            detector.part(ids.iter().map(String::as_str).filter(|id| shard.holds(id)));
        }
        detector.missing()
    }

    #[test]
    fn all_shards_are_all() {
        assert_eq!(shards(1, 500, &[0]), None);
        assert_eq!(shards(4, 500, &[2, 0, 3, 1]), None);
        assert_eq!(shards(16, 500, &(0..16).collect::<Vec<_>>()), None);
    }

    #[test]
    fn missing_shards_are_named() {
        let said = shards(4, 500, &[0, 1, 3]).unwrap();
        assert!(said.contains("3 of 4 shards; missing: 2/4"), "{said}");
        let said = shards(4, 500, &[1]).unwrap();
        assert!(said.contains("missing: 0/4, 2/4, 3/4"), "{said}");
    }

    #[test]
    fn few_ids_or_ids_dealt_otherwise_tell_nothing() {
        assert_eq!(shards(4, 20, &[0, 1]), None);
        let mut detector = ShardDetector::default();
        for part in ["a", "b", "c"] {
            let ids: Vec<String> = (0..100).map(|id| format!("{part}{id}")).collect();
            detector.part(ids.iter().map(String::as_str));
        }
        assert_eq!(detector.missing(), None);
    }
}
