//! Any bytes as a tar archive, plain or compressed: what is read stays within the limits, and is the
//! same each time.

#![no_main]

use audarma_fuzz::containers::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // A compressed archive shows itself by its first bytes.
    let name = match bytes {
        [0x1f, 0x8b, ..] => "a.tar.gz",
        [0x28, 0xb5, ..] => "a.tar.zst",
        _ => "a.tar",
    };
    read(name, bytes);
});
