//! Models from a hub on loopback that answers as huggingface.co does, and misbehaves on demand.

mod administration;
mod attacks;
mod bench;
mod fetching;
mod local_hub;
mod pins;
