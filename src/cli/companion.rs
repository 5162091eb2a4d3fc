//! The companion `translate-cuda`: this program built with CUDA in it.
//!
//! A program with CUDA in it does not start where CUDA's libraries are missing, and all a person then
//! sees is the loader's error. So this one, which starts everywhere, looks for the companion beside
//! itself and on PATH, asks it for its version, and only then puts it in its own place: with the same
//! arguments, the same standard input and output, and, as it is the same process, the same signals
//! and exit code.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::args::CUDA_VERSION;

/// Its name, without the ending programs have on Windows.
pub(super) const NAME: &str = "translate-cuda";

/// Why there is no companion to hand over to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unavailable {
    #[error(
        "CUDA is not in this build, and {NAME}, the build that has it, is neither beside it nor on \
         PATH (README.md, \"On a GPU\")"
    )]
    Absent,
    #[error("{} cannot be started: {source}", .path.display())]
    Unstartable { path: PathBuf, source: io::Error },
    #[error(
        "{} does not start here ({reason}): CUDA's libraries or the NVIDIA driver are missing, or \
         too old",
        .path.display()
    )]
    Fails { path: PathBuf, reason: String },
    #[error(
        "{} is `{found}`, and `{}` is needed: build both from the same source",
        .path.display(), expected()
    )]
    Other { path: PathBuf, found: String },
}

/// A companion that starts on this machine and is of this version.
#[derive(Debug)]
pub(super) struct Companion {
    pub(super) path: PathBuf,
}

/// Finds the companion and has it say its version.
pub(super) fn find() -> Result<Companion, Unavailable> {
    let path = candidate().ok_or(Unavailable::Absent)?;
    let output = ask(&path, &["--version"]).map_err(|source| Unavailable::Unstartable {
        path: path.clone(),
        source,
    })?;
    if !output.status.success() {
        let reason = failure(&output);
        return Err(Unavailable::Fails { path, reason });
    }
    let found = line(&output.stdout);
    // Its being built with CUDA is part of it: a program without would hand over again, for ever.
    if found != expected() {
        return Err(Unavailable::Other { path, found });
    }
    Ok(Companion { path })
}

/// Where a companion lies, whether it starts or not: beside this program, else on PATH.
pub(super) fn candidate() -> Option<PathBuf> {
    let name = format!("{NAME}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok();
    let beside = beside.as_deref().and_then(Path::parent).map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path).filter(|folder| folder.is_absolute()))
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}

impl Companion {
    /// What it says of this machine, as `doctor --json` prints it.
    pub(super) fn doctor(&self) -> Result<Vec<u8>, String> {
        let output = ask(&self.path, &["doctor", "--json"]).map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(failure(&output)),
        }
    }

    /// Puts the companion in this program's place. Returns only where that fails.
    #[cfg(unix)]
    pub(super) fn replace_process(self) -> Unavailable {
        use std::os::unix::process::CommandExt;
        let source = Command::new(&self.path).args(arguments()).exec();
        Unavailable::Unstartable {
            path: self.path,
            source,
        }
    }

    /// Runs the companion and ends as it ends. Returns only where it cannot be started. An interrupt
    /// reaches both, as they share a console.
    #[cfg(not(unix))]
    pub(super) fn replace_process(self) -> Unavailable {
        match Command::new(&self.path).args(arguments()).status() {
            Ok(status) => std::process::exit(status.code().unwrap_or(1)),
            Err(source) => Unavailable::Unstartable {
                path: self.path,
                source,
            },
        }
    }
}

fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os().skip(1)
}

/// What a companion of this version says of itself.
fn expected() -> String {
    format!("translate {CUDA_VERSION}")
}

fn ask(path: &Path, arguments: &[&str]) -> io::Result<Output> {
    Command::new(path)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
}

/// Why a companion failed: the loader's words, or how it ended.
fn failure(output: &Output) -> String {
    let said = line(&output.stderr);
    let said = said
        .rsplit_once(&format!("{NAME}: "))
        .map_or(&*said, |(_, rest)| rest);
    match said {
        "" => output.status.to_string(),
        said => said.to_owned(),
    }
}

/// The first line, as far as a message can hold it.
fn line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(200).collect()
}
