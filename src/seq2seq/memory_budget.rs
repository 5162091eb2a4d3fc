//! How large a batch a device's memory holds.

use crate::nn::DeviceMemory;

/// A batch is planned for this part of the free memory: another model may be loaded too, caches grow in
/// steps and are copied when beams change their order, and what a step computes comes on top.
const DIVISOR: u64 = 2;

/// A target is planned to be this many times as long as its source. Longer ones are rare, and a batch
/// that turns out too large is decoded in halves.
const TARGET_PER_SOURCE: usize = 3;

/// Vectors of the network's width that an encoder layer holds at once for each source token: hidden
/// states, queries, keys, values, their sums, and what each head attends to.
const ENCODER_VECTORS: usize = 12;

/// The sizes of a network that its memory depends on.
pub struct Sizes {
    /// Width of a hidden vector.
    pub width: usize,
    /// Width of all heads of an attention.
    pub inner: usize,
    pub decoder_layers: usize,
    /// Width of the encoder's feed-forward block.
    pub feed_forward: usize,
}

/// How many padded source tokens, counted once a beam, fit into `memory`.
pub(super) fn batch_tokens(memory: &DeviceMemory, sizes: &Sizes, beams: usize) -> usize {
    // Keys and values: of the target for every beam, of the source once for all of them.
    let caches = 2 * sizes.decoder_layers * sizes.inner;
    let encoder = ENCODER_VECTORS * sizes.width.max(sizes.inner) + 2 * sizes.feed_forward;
    let numbers = caches * TARGET_PER_SOURCE + (caches + encoder).div_ceil(beams.max(1));
    let tokens = memory.free / DIVISOR / (numbers as u64 * memory.bytes_per_element).max(1);
    usize::try_from(tokens).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NLLB-600M in f16: 147 kB a token for the target's keys and values, 90 kB for what its source
    /// needs, with four beams a quarter of that.
    #[test]
    fn a_batch_is_as_large_as_the_free_memory() {
        let nllb = Sizes {
            width: 1024,
            inner: 1024,
            decoder_layers: 12,
            feed_forward: 4096,
        };
        let memory = |free| DeviceMemory {
            free,
            bytes_per_element: 2,
        };
        assert_eq!(batch_tokens(&memory(8_000_000_000), &nllb, 1), 16_837);
        assert_eq!(batch_tokens(&memory(8_000_000_000), &nllb, 4), 23_531);
        assert_eq!(batch_tokens(&memory(0), &nllb, 4), 0);
    }
}
