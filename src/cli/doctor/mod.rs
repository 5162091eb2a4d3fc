//! `translate doctor`: what this machine and this build can do, and what is missing for CUDA.

mod cuda;
mod machine;
mod models;
mod network;
mod reading;

use std::fmt::Write;

use serde::Serialize;

use self::cuda::Cuda;
use self::machine::{Disk, Memory, Processor};
use self::models::Models;
use self::network::Network;
use self::reading::Reading;
use super::args::DoctorArgs;
use super::config::hub_options;
use super::exit::{Exit, Failure};
use super::output::to_stdout;
use super::terminal::{columns_of_stdout, wrapped};
use crate::hub::HubOptions;
use crate::text::lines;

/// Columns of the names of lines.
const NAME_COLUMNS: usize = 11;

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

pub(super) fn run(args: &DoctorArgs, offline: bool) -> Result<Exit, Failure> {
    let report = Report::of_this_machine(&hub_options(offline));
    let text = if args.json {
        let json = serde_json::to_string_pretty(&report);
        json.map_err(|error| Failure::new(Exit::SomeFailed, error))? + "\n"
    } else {
        lines(&report.to_text(columns_of_stdout()))
    };
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

impl Report {
    fn of_this_machine(hub: &HubOptions) -> Self {
        let cuda = Cuda::of_this_machine();
        let first = cuda.first_usable();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            target: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
            models: Models::of(hub, first.is_some()),
            disk: Disk::of(hub),
            memory: Memory::of_this_machine(),
            processor: Processor::of_this_machine(),
            network: Network::of(hub),
            reading: Reading::of_this_machine(),
            auto: match first {
                Some(device) => format!("cuda:{} in f16", device.index),
                None => String::from("cpu in q8"),
            },
            cuda,
        }
    }

    /// A terminal has so many columns.
    fn to_text(&self, columns: Option<usize>) -> String {
        let program = format!("translate {}, for {}", self.version, self.target);
        let mut rows = vec![("program", program), ("models", self.models.to_text())];
        rows.extend(self.disk.to_text().map(|disk| ("disk", disk)));
        rows.extend(self.memory.to_text().map(|memory| ("memory", memory)));
        rows.push(("processor", self.processor.to_text()));
        rows.push(("network", self.network.to_text()));
        rows.push(("reading", self.reading.to_text()));
        rows.extend(self.cuda.rows());
        rows.push(("auto", format!("computes on {}", self.auto)));

        let mut text = String::new();
        let below = " ".repeat(NAME_COLUMNS);
        for (name, value) in rows {
            let row = format!("{name:<NAME_COLUMNS$}{value}");
            let _ = writeln!(text, "{}", wrapped(&row, columns, &below));
        }
        if !self.cuda.missing().is_empty() {
            text.push_str("\nFor --device cuda is missing:\n");
        }
        for missing in self.cuda.missing() {
            let _ = writeln!(
                text,
                "{}",
                wrapped(&format!("  - {missing}"), columns, "    ")
            );
        }
        text
    }
}
