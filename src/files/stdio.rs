//! Standard input and output, without buffers. A parent may have made its pipes non-blocking, as
//! Node.js does: there std's streams fail and lose what they have buffered; these wait.

#[cfg(feature = "cli")]
use std::io::Write;
use std::io::{self, Read};

/// Standard input.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stdin;

/// Standard output.
#[cfg(feature = "cli")]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stdout;

/// Whether something was given on standard input: a pipe, a file or a connection, no terminal and no
/// `/dev/null`.
#[cfg(all(unix, feature = "cli"))]
pub(crate) fn has_stdin() -> bool {
    use rustix::fs::FileType;
    let kind = rustix::fs::fstat(rustix::stdio::stdin());
    kind.is_ok_and(|stat| {
        let kind = FileType::from_raw_mode(stat.st_mode);
        matches!(
            kind,
            FileType::Fifo | FileType::RegularFile | FileType::Socket
        )
    })
}

/// Whether nothing comes on standard input within a time, not even its end. Nothing is read of it.
#[cfg(all(unix, feature = "cli"))]
pub(crate) fn is_stdin_silent(within: std::time::Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = rustix::stdio::stdin();
    let mut ready = [PollFd::from_borrowed_fd(stdin, PollFlags::IN)];
    let within = Timespec::try_from(within).ok();
    within.is_some_and(|within| poll(&mut ready, Some(&within)) == Ok(0))
}

/// Whether nothing comes on standard input within a time, as far as it can be known without reading.
#[cfg(all(not(unix), feature = "cli"))]
pub(crate) fn is_stdin_silent(_: std::time::Duration) -> bool {
    true
}

/// Whether something was given on standard input: no terminal.
#[cfg(all(not(unix), feature = "cli"))]
pub(crate) fn has_stdin() -> bool {
    use std::io::IsTerminal;
    !io::stdin().is_terminal()
}

#[cfg(unix)]
impl Read for Stdin {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        use rustix::event::PollFlags;
        let stdin = rustix::stdio::stdin();
        waiting(stdin, PollFlags::IN, || {
            rustix::io::read(stdin, &mut *bytes)
        })
    }
}

#[cfg(all(unix, feature = "cli"))]
impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::event::PollFlags;
        let stdout = rustix::stdio::stdout();
        waiting(stdout, PollFlags::OUT, || rustix::io::write(stdout, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `transfer` returns as soon as it need not wait.
#[cfg(unix)]
fn waiting(
    stream: std::os::fd::BorrowedFd,
    ready: rustix::event::PollFlags,
    mut transfer: impl FnMut() -> rustix::io::Result<usize>,
) -> io::Result<usize> {
    use rustix::event::{PollFd, poll};
    loop {
        match transfer() {
            Err(rustix::io::Errno::AGAIN) => {
                poll(&mut [PollFd::from_borrowed_fd(stream, ready)], None)?;
            }
            result => return Ok(result?),
        }
    }
}

#[cfg(not(unix))]
impl Read for Stdin {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        io::stdin().read(bytes)
    }
}

#[cfg(all(not(unix), feature = "cli"))]
impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}
