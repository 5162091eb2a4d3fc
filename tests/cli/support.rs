//! Runs the real binary in a world of its own: an empty home, no hub, no colour.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The folder of the fixtures.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// What translates quickly and says nothing of use: the first tokens of each sentence.
pub const FAST: [&str; 8] = [
    "--beam",
    "1",
    "--retries",
    "0",
    "--max-output-tokens",
    "4",
    "-s",
    "none",
];

/// The fixtures' models, which have memorised the seed article and know nothing else.
pub const MODELS: [&str; 4] = [
    "--model",
    "memorised-nllb",
    "--summary-model",
    "memorised-bart",
];

/// Waits for an event, and fails where it has not come within a minute.
#[track_caller]
pub fn wait_until(event: &str, mut has_come: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !has_come() {
        assert!(Instant::now() < end, "not within a minute: {event}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A working folder with its own home and cache.
pub struct World {
    folder: TempDir,
}

impl World {
    /// A folder that holds the seed article.
    pub fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::copy(fixture("article.txt"), world.path("article.txt")).unwrap();
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary, not yet run. Names of memorised models become their folders.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_translate")), arguments)
    }

    /// As [`World::command`], of a binary that lies elsewhere.
    pub fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear();
        for kept in ["PATH", "SYSTEMROOT", "TMPDIR"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
            .env("HOME", self.path("home"))
            .env("HF_HOME", self.path("hf"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            // A device or a build for it that the machine has are no part of a test's world.
            .env("CUDA_VISIBLE_DEVICES", "")
            // Nothing listens there: a test that asks for the network fails at once.
            .env("HF_ENDPOINT", "http://127.0.0.1:9")
            .stdin(Stdio::null());
        for argument in arguments {
            if argument.starts_with("memorised-") {
                command.arg(fixture(argument));
            } else {
                command.arg(argument);
            }
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.outcome(self.command(arguments).output().unwrap())
    }

    /// Runs the binary on the memorised models.
    pub fn translate(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&MODELS, arguments].concat())
    }

    pub fn outcome(&self, output: Output) -> Outcome {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Outcome {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            folder: self.folder.path().to_owned(),
        }
    }
}

/// What a run said and how it ended.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    folder: PathBuf,
}

impl Outcome {
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Exit code, standard output and standard error, without what differs between machines.
    pub fn snapshot(&self) -> String {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        let text = format!(
            "exit code: {code}\n--- standard output\n{}--- standard error\n{}",
            self.stdout, self.stderr
        );
        text.replace(&self.folder.display().to_string(), "[FOLDER]")
            .replace(&fixture("").display().to_string(), "[FIXTURES]/")
    }
}
