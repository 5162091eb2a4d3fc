//! `--device` in a build without CUDA: replacement by the build that has it, and the messages if
//! there is none. tests/fixtures/cuda-binary stands in for that build.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::support::{MODELS, Outcome, World, fixture};

/// What the build with CUDA says of its version.
const VERSION: &str = concat!("translate ", env!("CARGO_PKG_VERSION"), " (cuda)");

/// A line the seed article's model translates.
const SENTENCE: &str = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";

/// The program in a folder of its own, where no other build lies beside it.
pub struct Alone {
    pub world: World,
    folder: TempDir,
}

impl Alone {
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let alone = Self {
            world: World::new(),
            folder,
        };
        alone.world.write("line.txt", SENTENCE);
        std::fs::hard_link(env!("CARGO_BIN_EXE_translate"), alone.beside("translate")).unwrap();
        alone
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, where the programs of these fixtures are on PATH.
    pub fn command(&self, programs: &[&str], arguments: &[&str]) -> Command {
        let program = self.beside("translate");
        let mut command = self.world.command_of(&program, arguments);
        let folders = programs
            .iter()
            .map(|name| fixture(name).display().to_string());
        let path: Vec<String> = folders.chain([String::from("/usr/bin:/bin")]).collect();
        command
            .env_remove("CUDA_VISIBLE_DEVICES")
            .env("PATH", path.join(":"))
            .env("STAND_IN_VERSION", VERSION);
        command
    }
}

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Outcome {
    let alone = Alone::new();
    let mut command = alone.command(&["cuda-binary"], &[&MODELS, arguments].concat());
    let output = command.envs(settings.iter().copied()).output().unwrap();
    alone.world.outcome(output)
}

#[test]
fn translate_cuda_runs_instead_with_arguments_input_and_exit_code() {
    let alone = Alone::new();
    let arguments = ["--device", "cuda:1", "--beam", "2", "a name", "-"];
    let mut child = alone
        .command(&["cuda-binary"], &arguments)
        .env("STAND_IN_EXIT", "75")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all("бір сөз\n".as_bytes()).unwrap();
    drop(input);
    let outcome = alone.world.outcome(child.wait_with_output().unwrap());
    let outcome = outcome.expect_code(75);
    assert_eq!(
        outcome.stdout,
        "--device\ncuda:1\n--beam\n2\na name\n-\nбір сөз\n"
    );
    assert_eq!(outcome.stderr, "from translate-cuda\n");
}

#[test]
fn a_signal_reaches_translate_cuda() {
    let alone = Alone::new();
    let mut child = alone
        .command(&["cuda-binary"], &["--device", "cuda", "article.txt"])
        .env("STAND_IN_WAITS", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let last = said.find(|line| line.as_ref().is_ok_and(|line| line == "article.txt"));
    assert!(last.is_some());
    let kill = Command::new("kill").arg(child.id().to_string()).status();
    assert!(kill.unwrap().success());
    let status = child.wait().unwrap();
    // Before the stand-in has set its trap the signal itself ends it.
    assert!(
        status.code() == Some(143) || status.signal() == Some(15),
        "{status}"
    );
}

#[test]
fn auto_runs_translate_cuda_where_it_starts() {
    let outcome = run(&["line.txt"], &[]).expect_code(0);
    assert!(outcome.stdout.ends_with("line.txt\n"), "{}", outcome.stdout);
    let alone = Alone::new();
    let mut bench = alone.command(&["cuda-binary"], &["bench", "--cases", "1x1"]);
    let outcome = alone.world.outcome(bench.output().unwrap());
    assert_eq!(outcome.stdout, "bench\n--cases\n1x1\n");
}

#[test]
fn translate_cuda_beside_the_program_comes_first() {
    let alone = Alone::new();
    let binary = fixture("cuda-binary/translate-cuda");
    std::os::unix::fs::symlink(binary, alone.beside("translate-cuda")).unwrap();
    let output = alone
        .command(&[], &["--device", "cuda", "line.txt"])
        .output();
    let outcome = alone.world.outcome(output.unwrap()).expect_code(0);
    assert_eq!(outcome.stdout, "--device\ncuda\nline.txt\n");
}

#[test]
fn unavailable_cuda_is_wrong_usage_with_advice() {
    let cuda = ["--device", "cuda", "line.txt"];
    let alone = Alone::new();
    let absent = alone.command(&[], &cuda).output().unwrap();
    let absent = alone.world.outcome(absent).expect_code(2);
    insta::assert_snapshot!("absent", absent.snapshot());
    let library = "libcudart.so.13: cannot open shared object file: No such file or directory";
    let loader = run(&cuda, &[("STAND_IN_LOADER_ERROR", library)]).expect_code(2);
    insta::assert_snapshot!("loader", loader.snapshot());
    let other = run(&cuda, &[("STAND_IN_VERSION", "translate 0.0.9 (cuda)")]).expect_code(2);
    insta::assert_snapshot!("other_version", other.snapshot());
    // The same program without CUDA, under the name translate-cuda, would hand over for ever.
    let plain = concat!("translate ", env!("CARGO_PKG_VERSION"));
    let plain = run(&cuda, &[("STAND_IN_VERSION", plain)]).expect_code(2);
    assert!(plain.stderr.contains("is needed"), "{}", plain.stderr);
    let integers = run(&["--precision", "q8", "--device", "cuda", "line.txt"], &[]);
    insta::assert_snapshot!("integers", integers.expect_code(2).snapshot());
}

#[test]
fn auto_falls_back_to_the_cpu_with_one_line() {
    let broken = [("STAND_IN_LOADER_ERROR", "libcuda.so.1: cannot open")];
    let outcome = run(&["line.txt", "-s", "none"], &broken).expect_code(0);
    let english = "This year the membership of these councils was renewed by 46%.";
    assert_eq!(outcome.stdout.trim(), english);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    assert!(
        outcome.stderr.starts_with("computing on the CPU: ")
            && outcome.stderr.contains("libcuda.so.1"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn auto_without_translate_cuda_computes_on_the_cpu() {
    let alone = Alone::new();
    let arguments = [&MODELS[..], &["line.txt", "-s", "none"]].concat();
    let output = alone.command(&[], &arguments).output().unwrap();
    let outcome = alone.world.outcome(output).expect_code(0);
    let english = "This year the membership of these councils was renewed by 46%.";
    assert_eq!(outcome.stdout.trim(), english);
    // On a machine that has a device, one line says that it is not used.
    let lines = outcome.stderr.lines().collect::<Vec<_>>();
    assert!(lines.len() <= 1, "{}", outcome.stderr);
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("computing on the CPU: ")),
        "{}",
        outcome.stderr
    );
}

#[test]
fn translate_cuda_that_needs_a_newer_driver_does_not_start() {
    let cuda = ["--device", "cuda", "line.txt"];
    let outcome = run(&cuda, &[("STAND_IN_SYMBOL", "cuCtxCreate_v4")]).expect_code(2);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    let reason = "does not start here (undefined symbol: cuCtxCreate_v4): CUDA's libraries or the \
                  NVIDIA driver are missing, or too old";
    assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
}

#[test]
fn auto_does_not_look_for_translate_cuda_if_devices_are_hidden_or_weights_are_integers() {
    for (arguments, settings) in [
        (
            &["line.txt", "-s", "none"][..],
            ("CUDA_VISIBLE_DEVICES", ""),
        ),
        (&["line.txt", "-s", "none"], ("CUDA_VISIBLE_DEVICES", "-1")),
        (&["line.txt", "-s", "none", "--precision", "q8"], ("A", "b")),
        (&["line.txt", "-s", "none", "--device", "cpu"], ("A", "b")),
    ] {
        let outcome = run(arguments, &[settings]).expect_code(0);
        assert_eq!(outcome.stderr, "");
        assert!(
            outcome.stdout.starts_with("This year"),
            "{}",
            outcome.stdout
        );
    }
}
