//! Numbers that look random and are the same everywhere: sources and stand-in vocabularies.

/// SplitMix64 (Steele, Lea and Flood 2014) from a fixed seed.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new() -> Self {
        Self(1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` on and below `high`; `low` where that is no range.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low).max(1));
        low.saturating_add((self.next() % span) as u32)
    }

    /// A number from 0 on and below 1.
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// About `part` (0 to 1) of the ids below `known`, ascending, those `needed` always among them.
pub(super) fn share(known: u32, part: f64, needed: &[u32]) -> Vec<u32> {
    let mut random = Random::new();
    (0..known)
        .filter(|id| random.fraction() < part || needed.contains(id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_its_size_and_ascends() {
        let ids = share(256_206, 0.55, &[0, 2, 256_047]);
        let part = ids.len() as f64 / 256_206.0;
        assert!((part - 0.55).abs() < 0.005, "{part}");
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.contains(&256_047));
        assert_eq!(ids, share(256_206, 0.55, &[0, 2, 256_047]));
        assert_eq!(share(100, 0.0, &[3, 99]), [3, 99]);
        assert_eq!(share(100, 1.0, &[]).len(), 100);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new();
        let numbers: Vec<u32> = (0..1000).map(|_| random.between(4, 9)).collect();
        assert!((4..9).all(|number| numbers.contains(&number)));
        assert!(numbers.iter().all(|number| (4..9).contains(number)));
        assert_eq!(random.between(5, 5), 5);
    }
}
