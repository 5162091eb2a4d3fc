//! `translate doctor`: what this machine and this build can do, and what is missing for CUDA.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(not(feature = "cuda"))]
use serde::Deserialize;
use serde::Serialize;

use super::args::DoctorArgs;
use super::config::{hub_options, threads};
#[cfg(not(feature = "cuda"))]
use super::cuda_binary;
use super::device::hidden;
use super::driver::{self, DeviceReport, Driver};
use super::exit::{Exit, Failure};
use super::output::to_stdout;
use super::reader::pool;
use crate::article_reader::{Confinement, ReaderLimits, StartError};
use crate::catalogue::{Entry, Task, entries};
use crate::files::free_space;
use crate::hub::{self, HubOptions, ModelState};
use crate::machine;
use crate::nn;
use crate::text::lines;

/// How long the hub is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// What this machine and this build can do.
#[derive(Debug, Serialize)]
struct Report {
    version: &'static str,
    /// Processor and system this program was built for.
    target: String,
    models: Models,
    disk: Disk,
    memory: Memory,
    processor: Processor,
    network: Network,
    reading: Reading,
    cuda: Cuda,
    /// What `--device auto` means here.
    auto: String,
}

/// The models in the cache, and those that a run takes where none is named.
#[derive(Debug, Serialize)]
struct Models {
    /// Where models are kept.
    folder: PathBuf,
    /// Names of those that are complete.
    complete: Vec<String>,
    /// Names of those that a pull has left unfinished.
    partial: Vec<String>,
    /// What a first run would download, in words.
    to_pull: Vec<String>,
    /// Why the cache cannot be read.
    problem: Option<String>,
}

/// The disk that models are kept on.
#[derive(Debug, Serialize)]
struct Disk {
    /// `None` where the system does not tell.
    free_mb: Option<u64>,
}

/// Whether models can be pulled.
#[derive(Debug, Serialize)]
struct Network {
    endpoint: String,
    /// Whether no network is used; then nothing is asked.
    offline: bool,
    /// Whether the hub answers; `None` offline.
    reachable: Option<bool>,
    /// Why it does not.
    problem: Option<String>,
}

#[derive(Debug, Serialize)]
struct Processor {
    threads: usize,
    /// The instructions used for packed weights.
    instructions: &'static str,
}

/// What this process can take, within the limits of its control groups.
#[derive(Debug, Serialize)]
struct Memory {
    /// `None` where the system does not tell.
    free_mb: Option<u64>,
}

/// What holds the processes that read articles.
#[derive(Debug, Serialize)]
struct Reading {
    /// Why articles are read in this process, if they are.
    unavailable: Option<String>,
    #[serde(flatten)]
    confinement: Confinement,
}

#[derive(Debug, Serialize)]
struct Cuda {
    /// Whether CUDA is in this build.
    built: bool,
    /// The compute capability that this build, or `translate-cuda`, was made for.
    built_for: Option<String>,
    /// The path of `translate-cuda`, if this is a build without CUDA.
    cuda_binary: Option<String>,
    driver: Driver,
    /// CUDA_VISIBLE_DEVICES.
    visible_devices: Option<String>,
    devices: Vec<DeviceReport>,
    /// What is missing for CUDA; empty if it can be used.
    missing: Vec<String>,
}

/// The part that is taken over from the report of `translate-cuda`.
#[cfg(not(feature = "cuda"))]
#[derive(Deserialize)]
struct OtherReport {
    cuda: OtherCuda,
}

#[cfg(not(feature = "cuda"))]
#[derive(Deserialize)]
struct OtherCuda {
    built_for: Option<String>,
    devices: Vec<DeviceReport>,
    missing: Vec<String>,
}

pub(super) fn run(args: &DoctorArgs, offline: bool) -> Result<Exit, Failure> {
    let report = Report::of_this_machine(&hub_options(offline));
    let text = if args.json {
        let json = serde_json::to_string_pretty(&report);
        json.map_err(|error| Failure::new(Exit::SomeFailed, error))? + "\n"
    } else {
        lines(&report.to_text())
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

impl Report {
    fn of_this_machine(hub: &HubOptions) -> Self {
        let cuda = Cuda::of_this_machine();
        let first = cuda.devices.first().filter(|_| cuda.missing.is_empty());
        Self {
            version: env!("CARGO_PKG_VERSION"),
            target: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
            models: Models::of(hub, first.is_some()),
            disk: Disk {
                free_mb: free_space(&hub.cache).map(|bytes| bytes >> 20),
            },
            network: Network::of(hub),
            processor: Processor {
                threads: threads(None),
                instructions: nn::instructions(),
            },
            memory: Memory {
                free_mb: machine::free_memory().map(|bytes| bytes >> 20),
            },
            reading: Reading::of_this_machine(),
            auto: match first {
                Some(device) => format!("cuda:{} in f16", device.index),
                None => String::from("cpu in q8"),
            },
            cuda,
        }
    }

    fn to_text(&self) -> String {
        let cuda = &self.cuda;
        let mut rows = vec![
            (
                "program",
                format!("translate {}, for {}", self.version, self.target),
            ),
            ("models", self.models.to_text()),
        ];
        if let Some(free) = self.disk.free_mb {
            rows.push(("disk", format!("{free} MB free for models")));
        }
        if let Some(free) = self.memory.free_mb {
            rows.push(("memory", format!("{free} MB free for this program")));
        }
        rows.push((
            "processor",
            format!(
                "{} threads; products of packed weights by {}",
                self.processor.threads, self.processor.instructions
            ),
        ));
        rows.push(("network", self.network.to_text()));
        rows.push(("reading", self.reading.to_text()));
        let capability = cuda.built_for.as_ref();
        let capability = capability.map(|c| format!(" for compute capability {c}"));
        let capability = capability.unwrap_or_default();
        rows.push((
            "CUDA",
            match (&cuda.cuda_binary, cuda.built) {
                (_, true) => format!("in this build{capability}"),
                (Some(path), _) => format!("not in this build, but in {path}{capability}"),
                (None, _) => String::from("not in this build"),
            },
        ));
        rows.push((
            "driver",
            match &cuda.driver.version {
                Some(version) => format!("NVIDIA {version}"),
                None => String::from("none found"),
            },
        ));
        if let Some(visible) = &cuda.visible_devices {
            rows.push(("visible", format!("CUDA_VISIBLE_DEVICES={visible}")));
        }
        for device in &cuda.devices {
            rows.push((
                "device",
                format!(
                    "cuda:{} {}, compute capability {}, {} of {} MB free",
                    device.index,
                    device.name,
                    device.compute_capability,
                    device.free_mb,
                    device.memory_mb
                ),
            ));
        }
        if cuda.devices.is_empty() {
            rows.push(("device", String::from("none found")));
        }
        rows.push(("auto", format!("computes on {}", self.auto)));

        let mut text = String::new();
        for (name, value) in rows {
            let _ = writeln!(text, "{name:<11}{value}");
        }
        if !cuda.missing.is_empty() {
            text.push_str("\nFor --device cuda is missing:\n");
        }
        for missing in &cuda.missing {
            let _ = writeln!(text, "  - {missing}");
        }
        text
    }
}

impl Models {
    /// `has_cuda` tells whether a run computes on a CUDA device.
    fn of(hub: &HubOptions, has_cuda: bool) -> Self {
        let (listed, problem) = match hub::list(hub) {
            Ok(listed) => (listed, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let named = |state: ModelState| {
            let models = listed.iter().filter(|model| model.state == state);
            models.map(|model| model.name.clone()).collect::<Vec<_>>()
        };
        let complete = named(ModelState::Complete);
        let is_here = |entry: &&Entry| complete.contains(&entry.name);
        // The first of each task is its default, and integers take its place on a CPU.
        let integers = |entry: &Entry| entry.as_integers().filter(|_| !has_cuda);
        let defaults = [Task::Translation, Task::Summarization].into_iter();
        let defaults =
            defaults.filter_map(|task| entries().iter().find(|entry| entry.task == task));
        let to_pull =
            defaults.filter(|entry| !is_here(entry) && !integers(entry).iter().any(is_here));
        let to_pull = to_pull.map(|entry| integers(entry).unwrap_or(entry));
        let to_pull = to_pull
            .map(|entry| format!("{} ({}, {})", entry.name, entry.download, entry.licence.id))
            .collect();
        Self {
            folder: hub.cache.clone(),
            partial: named(ModelState::Partial),
            complete,
            to_pull,
            problem,
        }
    }

    fn to_text(&self) -> String {
        if let Some(problem) = &self.problem {
            return problem.clone();
        }
        let mut parts = vec![match self.complete.as_slice() {
            [] => String::from("none here"),
            names => names.join(", "),
        }];
        if !self.partial.is_empty() {
            parts.push(format!("not complete: {}", self.partial.join(", ")));
        }
        if !self.to_pull.is_empty() {
            let to_pull = self.to_pull.join(" and ");
            parts.push(format!("the first run downloads {to_pull}"));
        }
        format!("{}; in {}", parts.join("; "), self.folder.display())
    }
}

impl Network {
    fn of(hub: &HubOptions) -> Self {
        let reached = (!hub.offline).then(|| hub::reach(hub, PATIENCE));
        Self {
            endpoint: hub.endpoint.clone(),
            offline: hub.offline,
            reachable: reached.as_ref().map(Result::is_ok),
            problem: reached.and_then(Result::err).map(|error| error.to_string()),
        }
    }

    fn to_text(&self) -> String {
        match (&self.problem, self.reachable) {
            (Some(problem), _) => problem.clone(),
            (None, Some(_)) => format!("{} answers", self.endpoint),
            (None, None) => String::from("not used: offline"),
        }
    }
}

impl Reading {
    fn of_this_machine() -> Self {
        let pool = pool(ReaderLimits::default()).map_err(StartError::from);
        let (confinement, unavailable) = match pool.and_then(|pool| pool.confinement()) {
            Ok(confinement) => (confinement, None),
            Err(error) => (Confinement::default(), Some(error.to_string())),
        };
        Self {
            unavailable,
            confinement,
        }
    }

    fn to_text(&self) -> String {
        if let Some(reason) = &self.unavailable {
            return format!("in this process, without limits: another cannot be had ({reason})");
        }
        let Confinement {
            memory,
            cpu_time,
            paths,
            calls,
        } = self.confinement;
        let by = |kernel: bool| if kernel { "the kernel" } else { "looking" };
        let refused = |refused: bool| if refused { "refused" } else { "not refused" };
        format!(
            "in processes of its own; memory limited by {}, CPU time by {}; paths {} (Landlock), \
             other calls {} (seccomp)",
            by(memory),
            by(cpu_time),
            refused(paths),
            refused(calls)
        )
    }
}

impl Cuda {
    #[cfg(feature = "cuda")]
    fn of_this_machine() -> Self {
        let mut cuda = Self::bare();
        cuda.built = true;
        cuda.built_for = nn::built_for().map(|built| built.to_string());
        match nn::cuda_devices() {
            Ok(devices) => {
                // Each is asked for as for computing: what its driver refuses shows only then.
                let refused = devices.iter().filter_map(|one| nn::cuda(one.index).err());
                cuda.missing.extend(refused.map(|error| error.to_string()));
                cuda.devices = devices.into_iter().map(DeviceReport::from).collect();
            }
            Err(error) => cuda.missing.push(error.to_string()),
        }
        cuda
    }

    #[cfg(not(feature = "cuda"))]
    fn of_this_machine() -> Self {
        let mut cuda = Self::bare();
        cuda.cuda_binary = cuda_binary::candidate().map(|path| path.display().to_string());
        let other = cuda_binary::find()
            .map_err(|error| error.to_string())
            .and_then(|binary| {
                let json = binary.doctor()?;
                serde_json::from_slice(&json).map_err(|error| error.to_string())
            });
        match other {
            Ok(OtherReport { cuda: other }) => {
                cuda.built_for = other.built_for;
                cuda.devices = other.devices;
                cuda.missing = other.missing;
            }
            Err(reason) => {
                cuda.devices = driver::devices();
                cuda.missing.extend(cuda.missing_below());
                cuda.missing.push(reason);
            }
        }
        cuda
    }

    /// What is known without CUDA and without `translate-cuda`.
    fn bare() -> Self {
        Self {
            built: false,
            built_for: None,
            cuda_binary: None,
            driver: driver::driver(),
            visible_devices: std::env::var("CUDA_VISIBLE_DEVICES").ok(),
            devices: Vec::new(),
            missing: hidden()
                .then(|| String::from("a device that is seen: CUDA_VISIBLE_DEVICES hides all"))
                .into_iter()
                .collect(),
        }
    }

    /// What `translate-cuda` would miss on this machine, as far as it is known without it.
    #[cfg(not(feature = "cuda"))]
    fn missing_below(&self) -> Vec<String> {
        let mut missing = Vec::new();
        match (&self.driver.version, self.driver.library) {
            (None, _) => missing.push("NVIDIA's driver: none is loaded"),
            (Some(_), false) => missing.push(
                "libcuda.so.1, the driver's library: the driver is loaded, but cannot be used from \
                 here (a container is given its devices when it is started)",
            ),
            (Some(_), true) => {}
        }
        missing.into_iter().map(String::from).collect()
    }
}

#[cfg(feature = "cuda")]
fn capability((major, minor): (u32, u32)) -> String {
    format!("{major}.{minor}")
}

#[cfg(feature = "cuda")]
impl From<nn::CudaDevice> for DeviceReport {
    fn from(device: nn::CudaDevice) -> Self {
        Self {
            index: device.index,
            name: device.name,
            compute_capability: capability(device.compute_capability),
            memory_mb: device.memory >> 20,
            free_mb: device.free >> 20,
        }
    }
}
