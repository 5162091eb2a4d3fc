//! Positions that are computed, not learned.

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
