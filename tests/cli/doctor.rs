//! `translate doctor` in a build without CUDA. The machine may or may not have a device: what is
//! asserted here holds on both, with stand-ins for what would be there.

use serde_json::Value;

use super::device::Alone;
use super::support::Outcome;

/// What a build with CUDA tells of a machine with a device.
const REPORT: &str = r#"{"version": "0.2.0", "cuda": {"built": true, "built_for": "9.0 alone",
    "devices": [{"index": 0, "name": "NVIDIA H100 80GB HBM3", "compute_capability": "9.0",
    "memory_mb": 81559, "free_mb": 81008}], "missing": []}}"#;

/// Runs `doctor` where the programs of these fixtures are on PATH.
fn doctor(arguments: &[&str], programs: &[&str], settings: &[(&str, &str)]) -> Outcome {
    let alone = Alone::new();
    let mut command = alone.command(programs, &[&["doctor"], arguments].concat());
    command
        .env("STAND_IN_REPORT", REPORT)
        .envs(settings.iter().copied());
    alone
        .world
        .outcome(command.output().unwrap())
        .expect_code(0)
}

fn missing(report: &Value) -> String {
    report["cuda"]["missing"].to_string()
}

/// The translation model that a first run would download, in words.
fn to_pull(report: &Value) -> &str {
    report["models"]["to_pull"][0].as_str().unwrap()
}

#[test]
fn devices_are_listed_by_translate_cuda() {
    let report = doctor(&["--json"], &["cuda-binary"], &[]).json();
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert!(report["processor"]["threads"].as_u64().unwrap() > 0);
    if cfg!(target_os = "linux") {
        assert!(report["memory"]["free_mb"].as_u64().unwrap() > 0);
    }
    let cuda = &report["cuda"];
    assert_eq!(
        (&cuda["built"], &cuda["built_for"]),
        (&false.into(), &"9.0 alone".into())
    );
    assert_eq!(cuda["devices"][0]["name"], "NVIDIA H100 80GB HBM3");
    assert_eq!(cuda["devices"][0]["free_mb"], 81008);
    assert_eq!(missing(&report), "[]");
    assert_eq!(report["auto"], "cuda:0 in f16");
    // Integers are taken on a CPU alone.
    assert!(to_pull(&report).starts_with("nllb-600m ("));

    let text = doctor(&[], &["cuda-binary"], &[]).stdout;
    for line in [
        "device     cuda:0 NVIDIA H100 80GB HBM3, compute capability 9.0, 81008 of 81559 MB free",
        "auto       computes on cuda:0 in f16",
    ] {
        assert!(text.lines().any(|found| found == line), "{text}");
    }
    assert!(!text.contains("missing"), "{text}");
}

#[test]
fn what_holds_the_processes_that_read_articles_is_told() {
    let reading = doctor(&["--json"], &[], &[]).json()["reading"].clone();
    assert!(reading["unavailable"].is_null(), "{reading}");
    // Landlock and seccomp depend on the kernel.
    for told in ["paths", "calls"] {
        assert!(reading[told].is_boolean(), "{reading}");
    }
    assert_eq!(reading["memory"], cfg!(target_os = "linux"));
    assert_eq!(reading["cpu_time"], cfg!(unix));
    let text = doctor(&[], &[], &[]).stdout;
    let line = text.lines().find(|line| line.starts_with("reading "));
    assert!(line.is_some_and(|line| line.contains("CPU time")), "{text}");
}

#[test]
fn without_translate_cuda_devices_are_listed_by_the_driver() {
    let report = doctor(&["--json"], &["driver"], &[]).json();
    let cuda = &report["cuda"];
    assert!(cuda["driver"]["version"].is_string(), "{cuda}");
    assert_eq!(cuda["devices"][0]["compute_capability"], "9.0");
    assert!(cuda["cuda_binary"].is_null());
    assert!(
        missing(&report).contains("translate-cuda"),
        "{}",
        missing(&report)
    );
    assert_eq!(report["auto"], "cpu in q8");
    assert!(to_pull(&report).starts_with("nllb-600m-int8 ("));

    let text = doctor(&[], &["driver"], &[]).stdout;
    assert!(
        text.contains("For --device cuda is missing:\n  - "),
        "{text}"
    );
}

#[test]
fn a_translate_cuda_that_does_not_start_is_reported_with_its_reason() {
    let library = "libcublas.so.13: cannot open shared object file: No such file or directory";
    let broken = [("STAND_IN_LOADER_ERROR", library)];
    let report = doctor(&["--json"], &["cuda-binary"], &broken).json();
    assert!(
        missing(&report).contains("libcublas.so.13"),
        "{}",
        missing(&report)
    );
    assert!(report["cuda"]["cuda_binary"].is_string());
}

#[test]
fn what_translate_cuda_lacks_is_reported() {
    let report = r#"{"cuda": {"built": true, "built_for": "9.0 alone", "devices": [],
        "missing": ["there is no CUDA device"]}}"#;
    let text = doctor(&[], &["cuda-binary"], &[("STAND_IN_REPORT", report)]).stdout;
    for line in [
        "device     none found",
        "auto       computes on cpu in q8",
        "For --device cuda is missing:",
        "  - there is no CUDA device",
    ] {
        assert!(text.lines().any(|found| found == line), "{text}");
    }
}

#[test]
fn translate_cuda_whose_report_makes_no_sense_is_not_used() {
    let report = doctor(
        &["--json"],
        &["cuda-binary"],
        &[("STAND_IN_REPORT", "oops")],
    )
    .json();
    assert_ne!(missing(&report), "[]");
    assert_eq!(report["auto"], "cpu in q8");
}

#[test]
fn devices_that_are_hidden_are_named_as_hidden() {
    let report = doctor(&["--json"], &["driver"], &[("CUDA_VISIBLE_DEVICES", "")]).json();
    assert!(
        missing(&report).contains("CUDA_VISIBLE_DEVICES"),
        "{}",
        missing(&report)
    );
}
