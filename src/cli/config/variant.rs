//! Which files of a catalogue's model are taken.
//!
//! Some models are published as 8-bit integers, too: a quarter of the download, and all that q8 and
//! q4 need. Those are taken unless only the original's files are on this machine already.

use crate::catalogue::ModelSpec;
use crate::cli::exit::Failure;
use crate::cli::loading::hub_failure;
use crate::hub::{self, HubOptions};
use crate::nn::{ComputeOptions, Precision};

/// The model whose files are taken where `spec` is computed with `compute`.
///
/// # Errors
/// If the path of the cache cannot be made absolute.
pub(in crate::cli) fn variant(
    spec: ModelSpec,
    compute: &ComputeOptions,
    options: &HubOptions,
) -> Result<ModelSpec, Failure> {
    let is_integers = matches!(compute.precision, Precision::Q8 | Precision::Q4);
    let Some(original) = spec.entry().filter(|_| is_integers) else {
        return Ok(spec);
    };
    let Some(integers) = original.as_integers() else {
        return Ok(spec);
    };
    let is_here = |entry| hub::is_here(entry, options).map_err(hub_failure);
    if is_here(original)? && !is_here(integers)? {
        return Ok(spec);
    }
    Ok(ModelSpec::Catalogue(integers))
}
