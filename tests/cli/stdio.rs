//! Pipes that do not block, as a parent such as Node.js gives them.

use std::fmt::Write as _;
use std::io::{Read, Write, pipe};
use std::os::fd::AsFd;
use std::process::Stdio;

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::ioctl_fionread;

use super::support::{World, wait_until};

const LINES: usize = 10_000;

#[test]
fn output_waits_for_room_in_a_pipe_that_does_not_block() {
    let world = World::new();
    world.write("source.txt", "Сәлем.\n".repeat(LINES));
    world.write("target.txt", "Hello.\n".repeat(LINES));
    let (mut ours, theirs) = pipe().unwrap();
    fcntl_setfl(&theirs, OFlags::NONBLOCK).unwrap();
    let mut child = {
        let mut command = world.command(&["check", "source.txt", "target.txt"]);
        command.stdout(theirs).spawn().unwrap()
    };
    wait_until("the pipe is full, or the program has given up", || {
        ioctl_fionread(ours.as_fd()).unwrap() >= 32 << 10 || child.try_wait().unwrap().is_some()
    });
    let mut written = String::new();
    ours.read_to_string(&mut written).unwrap();
    assert_eq!(written.lines().count(), LINES);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// What is told blocks the thread that tells it, while it holds the lock of the lines on a terminal.
#[test]
fn a_signal_ends_the_program_though_nobody_reads_standard_error() {
    let world = World::new();
    let names: Vec<String> = (0..LINES).map(|n| format!("missing-{n}.txt")).collect();
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let (ours, theirs) = pipe().unwrap();
    let mut child = {
        let mut command = world.command(&words);
        let command = command.stdout(Stdio::null()).stderr(theirs);
        command.spawn().unwrap()
    };
    wait_until("the pipe is full, or the program has given up", || {
        ioctl_fionread(ours.as_fd()).unwrap() >= 60 << 10 || child.try_wait().unwrap().is_some()
    });
    let mut kill = std::process::Command::new("kill");
    let status = kill.args(["-s", "TERM", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
    wait_until("the program has ended", || {
        child.try_wait().unwrap().is_some()
    });
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn input_is_waited_for_in_a_pipe_that_does_not_block() {
    let world = World::new();
    let (theirs, mut ours) = pipe().unwrap();
    fcntl_setfl(&theirs, OFlags::NONBLOCK).unwrap();
    let child = {
        let mut command = world.command(&["--files-from", "-", "--dry-run", "-o", "out"]);
        command
            .stdin(theirs)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut list = String::new();
    for number in 0..LINES {
        writeln!(list, "missing-{number}.txt").unwrap();
    }
    world.write("here.txt", "Мәтін.");
    ours.write_all(list.as_bytes()).unwrap();
    ours.write_all(b"here.txt\n").unwrap();
    drop(ours);
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("here.txt"));
}
