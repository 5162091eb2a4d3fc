//! Positions that are computed, and distances between them.

use super::backend::DistanceBiasSpec;

/// Positions `first..first + count` as `[count, width]`: sines in the first half, cosines in the
/// second, in f32 and in PyTorch's order of operations. Follows transformers'
/// `M2M100SinusoidalPositionalEmbedding`.
pub(super) fn sinusoids(first: usize, count: usize, width: usize) -> Vec<f32> {
    let half = width / 2;
    let step = -(10_000_f64.ln() / (half as f64 - 1.0)) as f32;
    let frequencies: Vec<f32> = (0..half).map(|i| (i as f32 * step).exp()).collect();
    let mut table = Vec::with_capacity(count * width);
    for position in first..first + count {
        let angles = frequencies.iter().map(|f| position as f32 * f);
        table.extend(angles.clone().map(f32::sin));
        table.extend(angles.map(f32::cos));
        // An odd width ends in a zero.
        table.resize(table.len() + width % 2, 0.0);
    }
    table
}

/// As [`sinusoids`], with Marian's frequencies. Follows transformers'
/// `MarianSinusoidalPositionalEmbedding`, which computes in f64.
pub(super) fn marian_sinusoids(first: usize, count: usize, width: usize) -> Vec<f32> {
    let angle = move |position: usize, i: usize| {
        position as f64 / 10_000_f64.powf((2 * i) as f64 / width as f64)
    };
    let row = move |position: usize| {
        let sines = (0..width.div_ceil(2)).map(move |i| angle(position, i).sin());
        sines.chain((0..width / 2).map(move |i| angle(position, i).cos()))
    };
    let positions = first..first + count;
    positions
        .flat_map(row)
        .map(|number| number as f32)
        .collect()
}

/// What attention adds by distance, as T5 has it.
#[derive(Debug, Clone)]
pub struct DistanceTable {
    /// For each head the distances `-max..=max`: key's position less query's.
    by_head: Vec<Vec<f32>>,
    /// From here on all distances are alike.
    max: usize,
}

impl DistanceTable {
    /// A table from the rows of the buckets, `[buckets, heads]`.
    pub(crate) fn new(rows: &[f32], spec: &DistanceBiasSpec) -> Self {
        let max = spec.max_distance;
        let bucket = |distance: isize| bucket(distance, spec);
        let of_head = |head: usize| {
            let distances = -(max as isize)..=max as isize;
            let number = |distance| rows.get(bucket(distance) * spec.heads + head);
            distances
                .map(|d| number(d).copied().unwrap_or(0.0))
                .collect()
        };
        Self {
            by_head: (0..spec.heads).map(of_head).collect(),
            max,
        }
    }

    /// Adds to the scores of a head's query at `position` what the distances to the keys from
    /// position 0 on add.
    #[inline(always)]
    pub(crate) fn add(&self, head: usize, position: usize, scores: &mut [f32]) {
        let Some(table) = self.by_head.get(head) else {
            return;
        };
        for (key, score) in scores.iter_mut().enumerate() {
            // Distances beyond the last are as the last.
            let place = (key + self.max).saturating_sub(position).min(2 * self.max);
            *score += table[place];
        }
    }

    /// The sums of [`DistanceTable::add`] for `queries` positions from `first` on and `keys` keys:
    /// `[heads, queries, keys]`.
    pub(crate) fn grid(&self, first: usize, queries: usize, keys: usize) -> Vec<f32> {
        let mut grid = vec![0.0; self.by_head.len() * queries * keys];
        for (row, scores) in grid.chunks_mut(keys.max(1)).enumerate() {
            self.add(row / queries, first + row % queries, scores);
        }
        grid
    }
}

/// The bucket of a distance: half of them for single distances, the rest for logarithmic ranges.
/// In f32, step by step as transformers' `T5Attention._relative_position_bucket`.
fn bucket(distance: isize, spec: &DistanceBiasSpec) -> usize {
    let (buckets, first, distance) = if spec.both_ways {
        let half = spec.buckets / 2;
        let first = if distance > 0 { half } else { 0 };
        (half, first, distance.unsigned_abs())
    } else {
        (spec.buckets, 0, distance.min(0).unsigned_abs())
    };
    let exact = buckets / 2;
    if distance < exact {
        return first + distance;
    }
    let ratio = (distance as f32 / exact as f32).ln();
    let whole = (spec.max_distance as f64 / exact as f64).ln() as f32;
    let range = ratio / whole * (buckets - exact) as f32;
    first + (exact + range as usize).min(buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(both_ways: bool) -> DistanceBiasSpec<'static> {
        DistanceBiasSpec {
            name: "table",
            heads: 1,
            buckets: 32,
            max_distance: 128,
            both_ways,
        }
    }

    /// `MarianSinusoidalPositionalEmbedding(3, 5).create_weight()` of transformers 5.23.
    #[test]
    fn marians_positions_are_sines_and_then_cosines() {
        let table = marian_sinusoids(0, 3, 5);
        let expected = [
            0.0,
            0.0,
            0.0,
            1.0,
            1.0,
            0.841_471,
            0.025_116_2,
            0.000_630_957,
            0.540_302,
            0.999_685,
            0.909_297,
            0.050_216_6,
            0.001_261_91,
            -0.416_147,
            0.998_738,
        ];
        for (found, expected) in table.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
        assert_eq!(marian_sinusoids(2, 1, 5), table[10..]);
    }

    /// `T5Attention._relative_position_bucket` of transformers 5.23: where each bucket begins.
    #[test]
    fn buckets_begin_where_transformers_has_them() {
        let starts = [
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 24, 27, 31, 35, 40,
            46, 52, 59, 67, 77, 87, 99, 113,
        ];
        let causal = |distance: isize| bucket(-distance, &spec(false));
        for (number, start) in starts.into_iter().enumerate() {
            assert_eq!(causal(start), number, "{start}");
            assert!(start == 0 || causal(start - 1) == number - 1, "{start}");
        }
        assert_eq!((causal(5000), causal(-3)), (31, 0));
        let starts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91];
        for (number, start) in starts.into_iter().enumerate() {
            assert_eq!(bucket(-start, &spec(true)), number, "{start}");
            assert!(
                start == 0 || bucket(start, &spec(true)) == 16 + number,
                "{start}"
            );
            assert!(
                start == 0 || bucket(1 - start, &spec(true)) == number - 1,
                "{start}"
            );
        }
    }

    #[test]
    fn distances_beyond_the_last_are_as_the_last() {
        let rows: Vec<f32> = (0..32).map(|bucket| bucket as f32).collect();
        let table = DistanceTable::new(&rows, &spec(true));
        let grid = table.grid(300, 2, 601);
        assert_eq!(
            (grid[0], grid[171], grid[300], grid[301]),
            (15.0, 15.0, 0.0, 17.0)
        );
        assert_eq!((grid[600], grid[601 + 301]), (31.0, 0.0));
    }
}
