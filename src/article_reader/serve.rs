//! The child's side: confines itself, then reads one article after the other.

use std::io::{self, Write};
use std::process;
use std::thread;
use std::time::Duration;

use super::frame::{self, FrameError};
use super::limits::ReaderLimits;
use super::protocol::{
    Answer, Confinement, Hello, MAX_HELLO_BYTES, MAX_INPUT_BYTES, MAX_REQUEST_BYTES, Reading,
    Request, Settings, VERSION,
};
use crate::article;
use crate::confinement::{self, Calls, MemoryMeter, TEMPORARY_FAILURE};
use crate::panics;

/// The exit code where the parent does not follow the protocol.
const BAD_PARENT: i32 = 2;

/// Reads the articles that the parent process sends to standard input, until it closes it, and ends
/// this process.
///
/// A program calls it before it does anything else: threads that run already are confined too, and
/// nothing else may use standard input and output.
pub fn serve() -> ! {
    panics::silence_caught_panics();
    match start() {
        Ok(()) => process::exit(BAD_PARENT),
        Err(error) => fail(&error),
    }
}

fn fail(error: &io::Error) -> ! {
    let _ = writeln!(io::stderr(), "articles cannot be read: {error}");
    process::exit(match error.kind() {
        io::ErrorKind::OutOfMemory => TEMPORARY_FAILURE,
        _ => BAD_PARENT,
    })
}

/// Confines this process, starts the thread that reads articles, and waits for the parent's end.
fn start() -> io::Result<()> {
    let answers = answers()?;
    let settings = frame::read(&mut io::stdin().lock(), MAX_HELLO_BYTES);
    let settings = settings.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let Settings { limits } = serde_json::from_slice(&settings)?;
    let meter = MemoryMeter::open();
    let memory = confinement::limit_memory(limits.memory);
    let _ = confinement::no_files_and_no_dumps();
    let paths = confinement::refuse_paths();
    let mut server = Server {
        limits,
        answers,
        meter,
        first_data_bytes: None,
    };
    let work = move || {
        let confinement = Confinement {
            memory,
            cpu_time: server.restart_clock(0),
            paths,
            calls: server.refuse_other_calls(),
        };
        match server.serve(confinement) {
            Ok(()) | Err(FrameError::Closed) => process::exit(0),
            Err(FrameError::TooLong) => fail(&io::ErrorKind::InvalidData.into()),
            Err(FrameError::Io(error)) => fail(&error),
        }
    };
    let thread = thread::Builder::new().stack_size(limits.stack_bytes());
    let thread = thread.spawn(|| panics::on_a_big_stack(work))?;
    wait_for_the_parents_end();
    let _ = thread.join();
    Ok(())
}

/// Ends the process when the parent has closed standard input, whatever the other thread does.
/// Returns where the system does not tell; the other thread then finds the end by itself.
#[cfg(unix)]
fn wait_for_the_parents_end() {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = io::stdin();
    // That the other side is closed is told whatever is asked for.
    let mut end = [PollFd::new(&stdin, PollFlags::empty())];
    loop {
        match poll(&mut end, None) {
            Ok(_) => process::exit(0),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    }
}

#[cfg(not(unix))]
fn wait_for_the_parents_end() {}

#[cfg(unix)]
type Answers = std::fs::File;
#[cfg(not(unix))]
type Answers = io::Stdout;

/// Where answers go: what was standard output. What libraries print goes to standard error instead.
#[cfg(unix)]
fn answers() -> io::Result<Answers> {
    let answers = rustix::io::dup(io::stdout())?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(answers.into())
}

#[cfg(not(unix))]
fn answers() -> io::Result<Answers> {
    Ok(io::stdout())
}

/// Reads articles.
struct Server {
    limits: ReaderLimits,
    answers: Answers,
    meter: Option<MemoryMeter>,
    /// What the process could write to before it read an article.
    first_data_bytes: Option<u64>,
}

impl Server {
    /// Allows the CPU time of another article, of so many bytes. Returns whether the kernel limits it.
    fn restart_clock(&self, input: usize) -> bool {
        let seconds = self.limits.cpu_seconds_for(input);
        confinement::limit_cpu_time(Duration::from_secs(seconds)).is_ok()
    }

    /// From here on, this process can only compute, read requests and write answers.
    fn refuse_other_calls(&self) -> bool {
        #[cfg(unix)]
        let descriptors = {
            use std::os::fd::AsRawFd;
            (self.answers.as_raw_fd(), io::stderr().as_raw_fd())
        };
        #[cfg(not(unix))]
        let descriptors = (1, 2);
        let meter = self.meter.as_ref().and_then(MemoryMeter::descriptor);
        let calls = Calls {
            readable: [Some(0), meter].into_iter().flatten().collect(),
            writable: vec![descriptors.0, descriptors.1],
        };
        calls.refuse_others()
    }

    fn serve(&mut self, confinement: Confinement) -> Result<(), FrameError> {
        self.first_data_bytes = self.data_bytes();
        let hello = Hello {
            version: VERSION,
            confinement,
        };
        self.send(&to_json(&hello)?)?;
        loop {
            let mut stdin = io::stdin().lock();
            let request = frame::read(&mut stdin, MAX_REQUEST_BYTES)?;
            let bytes = frame::read(&mut stdin, MAX_INPUT_BYTES)?;
            let request = serde_json::from_slice(&request);
            let request = request.map_err(|error| FrameError::Io(error.into()))?;
            self.restart_clock(bytes.len());
            let answer = self.answer(bytes, &request)?;
            self.send(&answer)?;
        }
    }

    /// Reads one article. Its bytes are gone when the answer is made.
    fn answer(&self, bytes: Vec<u8>, request: &Request) -> Result<Vec<u8>, FrameError> {
        let limit = ReaderLimits::max_answer_bytes(bytes.len());
        let read = || article::parse(&bytes, &request.name, &request.options);
        let result = match panics::catch(read) {
            Ok(Ok(article)) => Reading::Article(Box::new(article)),
            Ok(Err(error)) => Reading::Refused(error),
            Err(panics::Panicked) => Reading::Panicked,
        };
        drop(bytes);
        let answer = to_json(&Answer {
            result,
            is_last: self.has_grown(),
        })?;
        if answer.len() as u64 <= limit {
            return Ok(answer);
        }
        to_json(&Answer {
            result: Reading::TooLarge,
            is_last: true,
        })
    }

    /// Whether much of the memory for the next article is taken already.
    fn has_grown(&self) -> bool {
        let grown = self.data_bytes().zip(self.first_data_bytes);
        grown.is_some_and(|(now, first)| now.saturating_sub(first) > self.limits.memory / 4)
    }

    fn data_bytes(&self) -> Option<u64> {
        self.meter.as_ref()?.data_bytes()
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), FrameError> {
        frame::write(&mut self.answers, &[frame]).map_err(FrameError::Io)
    }
}

fn to_json(message: &impl serde::Serialize) -> Result<Vec<u8>, FrameError> {
    serde_json::to_vec(message).map_err(|error| FrameError::Io(error.into()))
}
