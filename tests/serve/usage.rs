//! Wrong usage ends with 2 and says what to give instead.

use std::fs;

use super::server::{command, start};

/// The exit code and what was said on standard error.
fn ended(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("short"), "secret-1\nabc\n").unwrap();
    fs::write(folder.path().join("none"), "# none\n").unwrap();
    let output = command(folder.path(), arguments).output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn other_machines_reach_a_server_only_with_a_key_or_by_decision() {
    let (code, message) = ended(&["--host", "0.0.0.0"]);
    assert_eq!(code, Some(2));
    insta::assert_snapshot!(message);
    let server = start(&["--host", "0.0.0.0", "--no-key"]);
    assert_ne!(server.address.port(), 0);
}

#[test]
fn what_is_wrong_with_an_option_is_told() {
    let mut told = String::new();
    for arguments in [
        ["--host", "no such host"],
        ["--api-keys", "absent"],
        ["--api-keys", "short"],
        ["--api-keys", "none"],
        ["--cors", "example.org"],
        ["--url-prefix", "a b"],
        ["--keep", "absent"],
    ] {
        let (code, message) = ended(&arguments);
        assert_eq!(code, Some(2), "{message}");
        told.push_str(&message);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_port_that_is_taken_is_told() {
    let server = start(&[]);
    let port = server.address.port().to_string();
    let (code, message) = ended(&["--port", &port]);
    assert_eq!(code, Some(2), "{message}");
    assert!(
        message.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{message}"
    );
}
