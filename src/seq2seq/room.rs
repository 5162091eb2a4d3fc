//! How large a batch a device's memory holds.

use super::Architecture;
use crate::nn::DeviceMemory;

/// The part of the free memory a batch is planned for: another model may be loaded beside it, caches
/// grow in steps and are copied when beams change their order, and what a step computes comes on top.
const SHARE: u64 = 2;

/// A target is planned to be so many times as long as its source. Longer ones are rare, and a batch
/// that turns out too large is decoded in halves.
const TARGET: usize = 3;

/// Vectors of the network's width that an encoder layer holds at once for each source token: hidden
/// states, queries, keys, values, their sums, and what each head attends to.
const ENCODER_VECTORS: usize = 12;

/// Padded source tokens of a batch, counted once a beam, for which `memory` has room.
pub(super) fn batch_tokens(
    memory: &DeviceMemory,
    architecture: &Architecture,
    beams: usize,
) -> usize {
    let width = architecture.d_model;
    // Keys and values: of the target for every beam, of the source once for all of them.
    let caches = 2 * architecture.decoder.layers * width;
    let encoder = ENCODER_VECTORS * width + 2 * architecture.encoder.feed_forward;
    let numbers = caches * TARGET + (caches + encoder).div_ceil(beams.max(1));
    let tokens = memory.free / SHARE / (numbers as u64 * memory.number).max(1);
    usize::try_from(tokens).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// NLLB-600M in f16: 147 kB a token for the target's keys and values, 90 kB for what its source
    /// needs, with four beams a quarter of that.
    #[test]
    fn a_batch_is_as_large_as_the_free_memory() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/memorised-nllb");
        let small = Architecture::read(&folder.join("config.json")).unwrap();
        let mut nllb = Architecture {
            d_model: 1024,
            ..small
        };
        nllb.encoder.feed_forward = 4096;
        nllb.decoder.layers = 12;
        let memory = |free| DeviceMemory { free, number: 2 };
        assert_eq!(batch_tokens(&memory(8_000_000_000), &nllb, 1), 16_837);
        assert_eq!(batch_tokens(&memory(8_000_000_000), &nllb, 4), 23_531);
        assert_eq!(batch_tokens(&memory(0), &nllb, 4), 0);
    }
}
