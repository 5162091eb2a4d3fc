//! Listing, verifying, finding and removing what lies in the cache.

use std::fs;

use crate::bench::{Bench, COMMIT, REPOSITORY, WEIGHTS, model, repository};
use crate::local_hub::Attack;
use audarma::catalogue::resolve;
use audarma::hub::{self, FileState, ModelState};

#[test]
fn lists_the_catalogue_and_the_cache() {
    let bench = Bench::new();
    let state = |name: &str| {
        let models = hub::list(&bench.options).unwrap();
        models
            .into_iter()
            .find(|model| model.name == name)
            .map(|m| (m.state, m.bytes))
    };
    assert_eq!(state("nllb-600m"), Some((ModelState::Absent, 0)));
    assert_eq!(state(REPOSITORY), None);
    bench.hub.attack(WEIGHTS, Attack::WrongBytes);
    bench.pull(&repository()).unwrap_err();
    assert_eq!(state(REPOSITORY).unwrap().0, ModelState::Partial);
    bench.hub.behave();
    bench.pull(&repository()).unwrap();
    let wanted = [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        WEIGHTS,
    ];
    let bytes = wanted.iter().map(|name| model()[name].len() as u64).sum();
    assert_eq!(state(REPOSITORY), Some((ModelState::Complete, bytes)));
}

#[test]
fn verifies_again_whatever_was_noted() {
    let bench = Bench::new();
    let files = bench.pull(&repository()).unwrap();
    let states = || -> Vec<_> {
        let reports = hub::verify(&repository(), &bench.options, &mut ()).unwrap();
        reports
            .into_iter()
            .map(|report| (report.file, report.state))
            .collect()
    };
    assert!(
        states()
            .iter()
            .all(|(_, state)| matches!(state, FileState::Good(_)))
    );
    let weights = fs::canonicalize(files.root.join(WEIGHTS)).unwrap();
    let before = fs::metadata(&weights).unwrap().modified().unwrap();
    let mut content = fs::read(&weights).unwrap();
    content[1000] ^= 1;
    fs::write(&weights, content).unwrap();
    fs::File::options()
        .write(true)
        .open(&weights)
        .unwrap()
        .set_modified(before)
        .unwrap();
    let bad = |(_, state): &&(String, FileState)| matches!(state, FileState::Bad { .. });
    let found: Vec<String> = states()
        .iter()
        .filter(bad)
        .map(|(file, _)| file.clone())
        .collect();
    assert_eq!(found, [WEIGHTS]);
    assert!(!weights.exists());
}

#[test]
fn removes_a_model_and_leaves_its_neighbours() {
    let bench = Bench::new();
    bench.hub.serve_files("made-up/neighbour", COMMIT, model());
    bench.pull(&repository()).unwrap();
    bench.pull(&resolve("made-up/neighbour").unwrap()).unwrap();
    let wanted = [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        WEIGHTS,
    ];
    let bytes: usize = wanted.iter().map(|name| model()[name].len()).sum();
    let removed = hub::remove(&repository(), &bench.options).unwrap();
    // A ref is counted too: 40 bytes.
    assert!(
        (bytes as u64..bytes as u64 + 100).contains(&removed.bytes),
        "{removed:?}"
    );
    assert!(!bench.repository().exists());
    bench.hub.take_requests();
    bench.pull(&resolve("made-up/neighbour").unwrap()).unwrap();
    assert_eq!(bench.hub.requests(), []);
    assert_eq!(hub::remove(&repository(), &bench.options).unwrap().bytes, 0);
}

#[test]
fn removes_only_what_no_other_snapshot_needs() {
    let mut bench = Bench::new();
    bench.pull(&repository()).unwrap();
    let newer = "89abcdef0123456789abcdef0123456789abcdef";
    let mut files = model();
    files.insert("config.json", b"{\"newer\": true}".to_vec());
    bench.hub.serve_files(REPOSITORY, newer, files);
    bench.options.refresh = true;
    bench.pull(&repository()).unwrap();
    let old = resolve(&format!("{REPOSITORY}@{COMMIT}")).unwrap();
    let removed = hub::remove(&old, &bench.options).unwrap();
    assert_eq!(removed.bytes, model()["config.json"].len() as u64);
    bench.options.offline = true;
    bench.pull(&repository()).unwrap();
}

#[test]
fn says_where_a_model_is_or_would_be() {
    let bench = Bench::new();
    let place = || hub::location(&repository(), &bench.options).unwrap();
    assert_eq!(place(), bench.repository());
    bench.pull(&repository()).unwrap();
    assert_eq!(place(), bench.repository().join("snapshots").join(COMMIT));
}
