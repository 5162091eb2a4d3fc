//! Pins of the catalogue: what a model is checked against besides what its hub states.

use std::collections::BTreeMap;
use std::fs;

use crate::bench::{Bench, COMMIT, REPOSITORY, WEIGHTS, entry, model, pinned};
use crate::local_hub::{Attack, LocalHub, sha256};
use audarma::catalogue::{FileEntry, ModelSpec, PinConfidence, entries};
use audarma::hub::{self, HubError, PullEvent};
#[test]
fn a_pin_that_agrees_lets_the_model_in_at_its_commit() {
    let bench = Bench::new();
    let files = bench.pull(&pinned("corroborated", |_, _| ())).unwrap();
    assert_eq!(files.id, format!("{REPOSITORY}@{COMMIT}"));
    assert_eq!(files.licence.unwrap().id, "CC-BY-NC-4.0");
    assert!(
        !bench.repository().join("refs").exists(),
        "a commit needs no ref"
    );
    bench.hub.take_requests();
    bench.pull(&pinned("corroborated", |_, _| ())).unwrap();
    assert_eq!(bench.hub.requests(), []);
}

#[test]
fn a_pin_that_the_hub_contradicts_stops_before_the_download() {
    for spec in [
        pinned("corroborated", |_, hash| *hash = "0".repeat(64)),
        pinned("attested", |n, _| *n += 1),
    ] {
        let bench = Bench::new();
        let error = bench.pull(&spec).unwrap_err();
        assert!(matches!(error, HubError::Disagrees { .. }), "{error}");
        assert!(!bench.hub.requests().iter().any(|request| request.to_cdn));
        bench.assert_sound();
    }
}

#[test]
fn a_pin_holds_against_a_server_that_lies_about_its_hash() {
    let bench = Bench::new();
    let hash = sha256(&model()[WEIGHTS]);
    bench.hub.attack("config.json", Attack::WrongBytes);
    let error = bench.pull(&pinned("corroborated", |_, _| ())).unwrap_err();
    assert!(matches!(error, HubError::Corrupt { .. }), "{error}");
    bench.hub.behave();
    bench
        .hub
        .attack(WEIGHTS, Attack::Etag("opaque-tag-of-a-mirror".to_owned()));
    bench.pull(&pinned("corroborated", |_, _| ())).unwrap();
    assert_eq!(sha256(&bench.pulled_weights()), hash);
}

#[test]
fn a_pin_of_a_single_source_yields_to_the_hub_with_a_warning() {
    let bench = Bench::new();
    let mut warned = Vec::new();
    let mut observer = |event: PullEvent<'_>| {
        if let PullEvent::PinDisagrees { file, .. } = event {
            warned.push(file.to_owned());
        }
    };
    let spec = pinned("single-source", |_, hash| *hash = "0".repeat(64));
    hub::fetch(&spec, &bench.options, &mut observer).unwrap();
    assert_eq!(warned, [WEIGHTS]);
}

/// What a hub has under the name of each model of the catalogue is not what the pins say: the first
/// file with a firm pin stops the pull before anything is downloaded, and a model without firm pins is
/// what its hub states.
#[test]
fn a_pin_holds_for_each_model_of_the_catalogue() {
    for model in entries() {
        let hub = LocalHub::start();
        let names = model.files.iter().map(|file| file.name.as_str());
        let parts: BTreeMap<&str, &str> = names
            .clone()
            .filter(|name| name.contains("-of-"))
            .map(|name| (name, name))
            .collect();
        let index = serde_json::json!({ "weight_map": parts }).to_string();
        let content = |name: &str| match name {
            "pytorch_model.bin.index.json" => index.clone(),
            _ => "made up".to_owned(),
        };
        let files = names.map(|name| (name, content(name)));
        hub.serve_files(&model.repository.to_string(), model.commit.as_str(), files);
        let bench = Bench::with(hub);
        let pulled = bench.pull(&ModelSpec::Catalogue(model));
        let has_firm_pin = |file: &FileEntry| {
            (file.sha256.is_some() || file.bytes.is_some())
                && file.confidence != PinConfidence::SingleSource
        };
        let is_firm = model.files.iter().any(has_firm_pin);
        match pulled {
            Ok(files) => {
                assert!(!is_firm, "{}", model.name);
                assert_eq!(files.id, format!("{}@{}", model.repository, model.commit));
            }
            Err(error) => {
                assert!(is_firm, "{}: {error}", model.name);
                assert!(
                    matches!(error, HubError::Disagrees { .. }),
                    "{}: {error}",
                    model.name
                );
                assert!(!bench.hub.requests().iter().any(|request| request.to_cdn));
            }
        }
    }
}

#[test]
fn a_pin_that_is_missing_is_made_by_the_first_pull() {
    let bench = Bench::new();
    let spec = entry(
        r#"{ name = "config.json" }, { name = "tokenizer.json" }, { name = "model.safetensors" },
           { name = "special.json", optional = true }"#,
    );
    let files = bench.pull(&spec).unwrap();
    bench.hub.take_requests();
    bench.pull(&spec).unwrap();
    assert_eq!(
        bench.hub.requests(),
        [],
        "that special.json is absent is known"
    );

    let mut other = model();
    other.insert(WEIGHTS, b"other weights under the same commit".to_vec());
    bench.hub.serve_files(REPOSITORY, COMMIT, other);
    fs::remove_file(files.root.join(WEIGHTS)).unwrap();
    let error = bench.pull(&spec).unwrap_err();
    assert!(matches!(error, HubError::Disagrees { .. }), "{error}");
    assert!(error.to_string().contains("first pull"), "{error}");
}
