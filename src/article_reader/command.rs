//! The command that starts a process which reads articles.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program and its arguments. The program has to call [`super::serve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderCommand {
    /// The program's path.
    pub program: PathBuf,
    /// By which the program knows that it is to read articles.
    pub arguments: Vec<OsString>,
}

/// Variables that a child is given, if they are set: where the loader finds libraries, and what
/// programs on Windows need to start.
const KEPT_VARIABLES: &[&str] = &["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"];

/// On Linux, a link to the program that runs, also if its file was replaced by a newer version.
const RUNNING: &str = "/proc/self/exe";

impl ReaderCommand {
    /// This program with other arguments.
    ///
    /// # Errors
    /// If the system does not tell which program this is.
    pub fn this_program<A: Into<OsString>>(
        arguments: impl IntoIterator<Item = A>,
    ) -> io::Result<Self> {
        let running = Path::new(RUNNING);
        let program = if cfg!(target_os = "linux") && running.exists() {
            running.to_owned()
        } else {
            std::env::current_exe()?
        };
        Ok(Self {
            program,
            arguments: arguments.into_iter().map(Into::into).collect(),
        })
    }

    /// The command, with nothing of this process but its pipes. A group of its own keeps the signals
    /// of a terminal from it.
    pub(crate) fn prepared(&self) -> Command {
        #[cfg(unix)]
        let is_this_program = self.program == Path::new(RUNNING);
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(KEPT_VARIABLES.iter().filter_map(|&name| {
                let value = std::env::var_os(name)?;
                Some((name, value))
            }))
            // One heap: that of each thread reserves addresses.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0).current_dir("/");
            // The name of this program, also where it is started by a link to what runs.
            if let Some(name) = std::env::args_os().next().filter(|_| is_this_program) {
                command.arg0(name);
            }
        }
        #[cfg(windows)]
        {
            use std::os::windows::process::CommandExt;
            const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
            command.creation_flags(CREATE_NEW_PROCESS_GROUP);
        }
        command
    }
}
