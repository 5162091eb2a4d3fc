//! Numbers for tests.

/// `rows × width` numbers between -1 and 1, some ten times larger; the same for the same `seed`.
pub(super) fn weights(rows: usize, width: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut number = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let small = (state >> 40) as f32 / (1 << 23) as f32 - 1.0;
        if state.is_multiple_of(97) {
            small * 10.0
        } else {
            small
        }
    };
    (0..rows * width).map(|_| number()).collect()
}
