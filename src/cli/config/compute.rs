//! Where and how to compute, and from which hub models come.

use crate::cli::args::ComputeArgs;
use crate::cli::device::{device, precision};
use crate::cli::exit::{Exit, Failure};
use crate::hub::HubOptions;
use crate::machine;
use crate::model::converted;
use crate::nn::ComputeOptions;

/// Checks a choice of device and precision against this build and machine.
pub(in crate::cli) fn compute(args: &ComputeArgs) -> Result<ComputeOptions, Failure> {
    let device = device(args.device, args.precision)?;
    Ok(ComputeOptions {
        precision: precision(args.precision, device),
        device,
        threads: threads(args.threads),
        converted: converted::folder(),
        instructions: None,
    })
}

/// The hub and its cache by the environment; `offline` is what the command line says.
pub(in crate::cli) fn hub_options(offline: bool) -> HubOptions {
    let mut options = HubOptions::from_env();
    options.offline |= offline;
    options
}

/// CPU threads to compute with, at most as many as this process may use: more would only wait for each
/// other.
pub(in crate::cli) fn threads(asked: Option<usize>) -> usize {
    asked
        .map_or_else(machine::cores, |asked| asked.min(machine::threads()))
        .max(1)
}

/// Starts the threads that compute.
pub(in crate::cli) fn start_threads(threads: usize) -> Result<(), Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Failure::new(Exit::Temporary, error))
}
