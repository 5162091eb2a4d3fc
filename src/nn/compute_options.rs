//! Where a network computes, and in which precision.

use std::fmt;
use std::path::PathBuf;

use crate::machine;

/// The processor or device that computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Device {
    /// The CPU, with several threads.
    #[default]
    Cpu,
    /// An NVIDIA device, by the driver's number.
    Cuda(usize),
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

/// The number format of a network's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precision {
    /// IEEE single precision: the reference, as transformers computes.
    F32,
    /// IEEE half precision.
    F16,
    /// The upper half of a single: its range, with 8 bits of precision.
    Bf16,
    /// 8-bit integers with a scale for each small group.
    Q8,
    /// 4-bit integers with a scale for each small group.
    Q4,
}

impl Precision {
    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Q8 => "q8",
            Self::Q4 => "q4",
        }
    }
}

/// Where a network computes, in which precision, and with how much of the machine.
#[derive(Debug, Clone)]
pub struct ComputeOptions {
    /// Where to compute; q8 and q4 need the CPU.
    pub device: Device,
    /// The number format that weights are brought into, whatever the files hold.
    pub precision: Precision,
    /// CPU threads.
    pub threads: usize,
    /// Folder of converted weights; if `None`, they are converted at every start.
    pub converted: Option<PathBuf>,
    /// The instructions that multiply packed weights, by one of the names of
    /// [`available_instructions`](super::available_instructions); if `None`, the fastest of this processor.
    /// Weights that are not packed are multiplied as the tensor library does.
    pub instructions: Option<String>,
}

impl Default for ComputeOptions {
    /// What the command uses on a machine without a GPU: the CPU in q8, a thread for each physical core
    /// that this process may use.
    fn default() -> Self {
        Self {
            device: Device::Cpu,
            precision: Precision::Q8,
            threads: machine::cores(),
            converted: None,
            instructions: None,
        }
    }
}

impl ComputeOptions {
    /// Whether weights are packed integers on a CPU.
    pub fn is_packed(&self) -> bool {
        self.device == Device::Cpu && matches!(self.precision, Precision::Q8 | Precision::Q4)
    }

    /// One CPU in f32, as transformers computes: for comparing with it.
    pub fn exact() -> Self {
        Self {
            device: Device::Cpu,
            precision: Precision::F32,
            threads: 1,
            converted: None,
            instructions: None,
        }
    }
}
