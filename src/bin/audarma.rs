//! Starts the program `translate` beside it under the name of its package, for systems where another
//! program is called `translate`.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// As the command's exit code for wrong usage or configuration.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let program = match program() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("error: the program translate beside this one cannot be found: {error}");
            return ExitCode::from(USAGE);
        }
    };
    let mut arguments = env::args_os();
    let name = arguments
        .next()
        .unwrap_or_else(|| OsString::from("audarma"));
    let mut command = Command::new(&program);
    command.args(arguments);
    let error = run(&mut command, name);
    match error {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {} cannot be started: {error}", program.display());
            ExitCode::from(USAGE)
        }
    }
}

/// The program in the folder of this one.
fn program() -> std::io::Result<PathBuf> {
    let this = env::current_exe()?.canonicalize()?;
    let file = format!("translate{}", env::consts::EXE_SUFFIX);
    this.with_file_name(file).canonicalize()
}

/// Puts the program in the place of this one; it shows `name` as its own.
#[cfg(unix)]
fn run(command: &mut Command, name: OsString) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.arg0(name).exec())
}

/// Runs the program to its end. An interrupt reaches both, as they share a console.
#[cfg(not(unix))]
fn run(command: &mut Command, _name: OsString) -> std::io::Result<ExitCode> {
    // Where it is listened to, it does not end this program.
    #[cfg(windows)]
    let _interrupts = {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
        (ctrl_c(), ctrl_break(), ctrl_close())
    };
    let status = command.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
