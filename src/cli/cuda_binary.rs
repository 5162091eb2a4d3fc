//! `translate-cuda`: this program built with CUDA.
//!
//! A program linked with CUDA does not start on a machine without CUDA's libraries; the user then
//! sees the loader's error alone. So this program, which starts everywhere, looks for `translate-cuda`
//! in its own folder and on PATH, asks it for its version, and only then replaces itself with it: same
//! arguments, same standard input and output, and, as it is the same process, same signals and exit
//! code.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::args::CUDA_VERSION;

/// Its file name, without the ending that programs have on Windows.
pub(super) const NAME: &str = "translate-cuda";

/// Why `translate-cuda` cannot be used.
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

/// A `translate-cuda` that starts on this machine and has this version.
#[derive(Debug)]
pub(super) struct CudaBinary {
    pub(super) path: PathBuf,
}

/// Finds `translate-cuda` and checks its version.
pub(super) fn find() -> Result<CudaBinary, Unavailable> {
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
    // The version says that CUDA is in it: a build without would replace itself again, for ever.
    if found != expected() {
        let found = shortened(&found);
        return Err(Unavailable::Other { path, found });
    }
    Ok(CudaBinary { path })
}

/// The path of `translate-cuda`, whether it starts or not: in this program's folder, else on PATH.
pub(super) fn candidate() -> Option<PathBuf> {
    let name = format!("{NAME}{}", std::env::consts::EXE_SUFFIX);
    let program = std::env::current_exe().ok();
    let own_folder = program.as_deref().and_then(Path::parent);
    let path = std::env::var_os("PATH").unwrap_or_default();
    own_folder
        .map(Path::to_owned)
        .into_iter()
        .chain(std::env::split_paths(&path).filter(|folder| folder.is_absolute()))
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}

impl CudaBinary {
    /// What it says of this machine, as `doctor --json` prints it.
    pub(super) fn doctor(&self) -> Result<Vec<u8>, String> {
        let output = ask(&self.path, &["doctor", "--json"]).map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(failure(&output));
        }
        Ok(output.stdout)
    }

    /// Replaces this process with `translate-cuda`. Returns only if that fails.
    #[cfg(unix)]
    pub(super) fn replace_process(self) -> Unavailable {
        use std::os::unix::process::CommandExt;
        let source = Command::new(&self.path).args(arguments()).exec();
        Unavailable::Unstartable {
            path: self.path,
            source,
        }
    }

    /// Runs `translate-cuda` and exits with its exit code. Returns only if it cannot be started. An
    /// interrupt reaches both, as they share a console, and this program waits for the other.
    #[cfg(not(unix))]
    pub(super) fn replace_process(self) -> Unavailable {
        // Where it is listened to, it does not end the program.
        #[cfg(windows)]
        let _interrupts = {
            use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
            (ctrl_c(), ctrl_break(), ctrl_close())
        };
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

/// What `translate-cuda --version` prints for this version.
fn expected() -> String {
    format!("translate {CUDA_VERSION}")
}

fn ask(path: &Path, arguments: &[&str]) -> io::Result<Output> {
    Command::new(path)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
}

/// Why a program failed: the loader's message, or its exit status.
fn failure(output: &Output) -> String {
    let said = line(&output.stderr);
    let said = said
        .rsplit_once(&format!("{NAME}: "))
        .map_or(&*said, |(_, rest)| rest);
    match said {
        "" => output.status.to_string(),
        said => shortened(said),
    }
}

/// The first line that is not empty.
fn line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().to_owned()
}

/// As much of a line as a message can hold.
fn shortened(line: &str) -> String {
    line.chars().take(200).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_leaves_room_for_what_the_loader_says() {
        use std::os::unix::process::ExitStatusExt;

        let path = format!("/{}/{NAME}", "folder".repeat(60));
        let said = format!("{path}: symbol lookup error: {path}: undefined symbol: cuInit\n");
        let output = Output {
            status: std::process::ExitStatus::from_raw(127 << 8),
            stdout: Vec::new(),
            stderr: said.into_bytes(),
        };
        assert_eq!(failure(&output), "undefined symbol: cuInit");
    }
}
