//! Pulling models from a hub that may be broken, hostile or gone: what is used is always right, and
//! what is wrong never stays. The hub is on loopback and serves a few made-up kilobytes.

mod local_hub;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use audarma::catalogue::{Entry, ModelSpec, resolve};
use audarma::hub::{
    self, FileState, HubError, HubOptions, ModelFiles, ModelState, PullEvent, TokenizerFiles,
    Weights,
};
use local_hub::{Attack, LocalHub, Request, git_blob_id, sha256};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY: &str = "made-up/tiny";
const WEIGHTS: &str = "model.safetensors";

/// A hub that serves one small model, and an empty cache.
struct Bench {
    hub: LocalHub,
    folder: tempfile::TempDir,
    options: HubOptions,
}

/// The made-up model: no network, just files with the right names.
fn model() -> BTreeMap<&'static str, Vec<u8>> {
    let weights: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    BTreeMap::from([
        ("README.md", b"made up for tests".to_vec()),
        ("config.json", b"{\"model_type\": \"bart\"}".to_vec()),
        ("generation_config.json", b"{\"num_beams\": 4}".to_vec()),
        ("tokenizer.json", b"{\"made\": \"up\"}".to_vec()),
        (
            "pytorch_model.bin",
            b"not wanted where there are safetensors".to_vec(),
        ),
        (WEIGHTS, weights),
    ])
}

impl Bench {
    fn new() -> Self {
        let hub = LocalHub::start();
        hub.serve_files(REPOSITORY, COMMIT, model());
        Self::with(hub)
    }

    fn with(hub: LocalHub) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("huggingface/hub");
        let mut options = HubOptions::new(cache, folder.path().join("audarma"));
        options.endpoint = hub.endpoint();
        options.patience.pause = Duration::from_millis(1);
        options.patience.silence = Duration::from_millis(500);
        Self {
            hub,
            folder,
            options,
        }
    }

    fn pull(&self, spec: &ModelSpec) -> Result<ModelFiles, HubError> {
        hub::fetch(spec, &self.options, &mut ())
    }

    fn repository(&self) -> PathBuf {
        self.options.cache.join("models--made-up--tiny")
    }

    fn pulled_weights(&self) -> Vec<u8> {
        fs::read(
            self.repository()
                .join("snapshots")
                .join(COMMIT)
                .join(WEIGHTS),
        )
        .unwrap()
    }

    /// Everything under the folder of this test, by path, with its content.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match fs::symlink_metadata(&path).unwrap().is_dir() {
                    true => folders.push(path),
                    false => drop(found.insert(path.clone(), fs::read(&path).unwrap_or_default())),
                }
            }
        }
        found
    }

    /// No file of the cache is anything but a whole, right file of the model, a part of one that
    /// the next pull goes on with, a lock or a note.
    fn assert_sound(&self) {
        let right: Vec<Vec<u8>> = model().into_values().collect();
        let notes = self.options.state.clone();
        for (path, content) in self.files() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_part = name.ends_with(".part");
            let ok = match () {
                () if path.starts_with(&notes) || name.ends_with(".lock") => true,
                () if path.parent().unwrap().ends_with("refs") => content == COMMIT.as_bytes(),
                () if path.to_string_lossy().contains(".no_exist") => content.is_empty(),
                () if is_part => right.iter().any(|whole| whole.starts_with(&content)),
                () => right.contains(&content),
            };
            assert!(ok, "{} should not be there", path.display());
            assert!(path.starts_with(self.repository()) || !right.contains(&content));
        }
    }
}

fn repository() -> ModelSpec {
    resolve(REPOSITORY).unwrap()
}

fn files_of(requests: &[Request], method: &str) -> Vec<String> {
    let asked = requests.iter().filter(|request| request.method == method);
    asked.map(|request| request.file().to_owned()).collect()
}

/// A catalogue entry of the made-up model with these files, as TOML.
fn entry(files: &str) -> ModelSpec {
    let text = format!(
        r#"name = "tiny"
        about = "made up"
        task = "summarization"
        protocol = "bart"
        repository = "{REPOSITORY}"
        commit = "{COMMIT}"
        dtype = "float32"
        download = "1 MB"
        licence = {{ id = "CC-BY-NC-4.0", notice = "not for commercial use" }}
        languages = {{ source = "eng_Latn", target = "eng_Latn" }}
        files = [{files}]"#
    );
    let entry: Entry = toml::from_str(&text).unwrap();
    ModelSpec::Catalogue(Box::leak(Box::new(entry)))
}

/// The entry with every file pinned as it is served, but for what `change` makes of the weights'.
fn pinned(evidence: &str, change: impl Fn(&mut u64, &mut String)) -> ModelSpec {
    let files = ["config.json", "tokenizer.json", WEIGHTS].map(|name| {
        let content = &model()[name];
        let (mut bytes, mut hash) = (content.len() as u64, sha256(content));
        if name == WEIGHTS {
            change(&mut bytes, &mut hash);
        }
        format!(
            r#"{{ name = "{name}", bytes = {bytes}, sha256 = "{hash}", evidence = "{evidence}" }}"#
        )
    });
    entry(&files.join(", "))
}

mod a_first_pull {
    use super::*;

    #[test]
    fn brings_what_the_model_needs_and_nothing_else() {
        let bench = Bench::new();
        let files = bench.pull(&repository()).unwrap();
        assert_eq!(files.id, format!("{REPOSITORY}@{COMMIT}"));
        assert_eq!(
            files.weights,
            Weights::Safetensors(vec![files.root.join(WEIGHTS)])
        );
        assert_eq!(
            files.tokenizer,
            TokenizerFiles::Json(files.root.join("tokenizer.json"))
        );
        assert_eq!(fs::read(files.config).unwrap(), model()["config.json"]);
        assert_eq!(
            fs::read(files.generation_config.unwrap()).unwrap(),
            b"{\"num_beams\": 4}"
        );
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        let wanted = [
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            WEIGHTS,
        ];
        assert_eq!(
            files_of(&bench.hub.requests(), "HEAD").len(),
            4 + 3,
            "3 small ones hop once"
        );
        let got = files_of(&bench.hub.requests(), "GET");
        assert!(
            wanted.iter().all(|name| got.contains(&name.to_string())),
            "{got:?}"
        );
        assert!(!got.contains(&"pytorch_model.bin".to_owned()), "{got:?}");
        bench.assert_sound();
    }

    #[test]
    fn leaves_the_cache_as_python_would() {
        let bench = Bench::new();
        bench.pull(&repository()).unwrap();
        let root = bench.repository();
        let weights = root.join("snapshots").join(COMMIT).join(WEIGHTS);
        let blob = Path::new("blobs").join(sha256(&model()[WEIGHTS]));
        assert_eq!(
            fs::canonicalize(&weights).unwrap(),
            fs::canonicalize(root.join(blob)).unwrap()
        );
        let config = Path::new("blobs").join(git_blob_id(&model()["config.json"]));
        assert_eq!(fs::read(root.join(config)).unwrap(), model()["config.json"]);
        assert_eq!(fs::read_to_string(root.join("refs/main")).unwrap(), COMMIT);
        #[cfg(unix)]
        assert!(fs::read_link(weights).unwrap().starts_with("../../blobs"));
    }

    #[test]
    fn tells_the_licence_once_and_how_far_it_is() {
        let bench = Bench::new();
        bench.hub.set_licence(REPOSITORY, "cc-by-nc-4.0");
        let (mut licences, mut done, mut last) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut observer = |event: PullEvent<'_>| match event {
            PullEvent::Licence { licence, .. } => licences.push(licence.id.clone()),
            PullEvent::Progress { file, bytes, have } => {
                last.insert(file.to_owned(), (have, bytes));
            }
            PullEvent::FileDone { file } => done.push(file.to_owned()),
            _ => {}
        };
        hub::fetch(&repository(), &bench.options, &mut observer).unwrap();
        assert_eq!(licences, ["cc-by-nc-4.0"]);
        assert_eq!(
            done,
            [
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                WEIGHTS
            ]
        );
        let size = model()[WEIGHTS].len() as u64;
        assert_eq!(last[WEIGHTS], (size, Some(size)));
    }

    #[test]
    fn of_weights_in_parts_brings_each_part() {
        let hub = LocalHub::start();
        let index = r#"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#;
        hub.serve_files(
            REPOSITORY,
            COMMIT,
            [
                ("config.json", "{}"),
                ("vocab.json", "{}"),
                ("merges.txt", ""),
                ("model.safetensors.index.json", index),
                ("model-1.safetensors", "one"),
                ("model-2.safetensors", "two"),
            ],
        );
        let bench = Bench::with(hub);
        let files = bench.pull(&repository()).unwrap();
        let parts = ["model-1.safetensors", "model-2.safetensors"].map(|n| files.root.join(n));
        assert_eq!(files.weights, Weights::Safetensors(parts.to_vec()));
        assert!(matches!(
            files.tokenizer,
            TokenizerFiles::VocabMerges { .. }
        ));
        assert!(files.generation_config.is_none());
        bench.hub.take_requests();
        bench.pull(&repository()).unwrap();
        assert_eq!(
            bench.hub.requests(),
            [],
            "that there is no generation_config.json is known"
        );
    }

    #[test]
    fn of_a_repository_that_is_no_model_says_what_it_lacks() {
        let hub = LocalHub::start();
        hub.serve_files(
            REPOSITORY,
            COMMIT,
            [("config.json", "{}"), ("tokenizer.json", "{}")],
        );
        let error = Bench::with(hub).pull(&repository()).unwrap_err();
        assert!(matches!(error, HubError::NotAModel { .. }), "{error}");
        assert!(error.to_string().contains("model.safetensors"), "{error}");
    }
}

mod a_second_start {
    use super::*;

    #[test]
    fn asks_nobody() {
        let bench = Bench::new();
        bench.pull(&repository()).unwrap();
        bench.hub.take_requests();
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.hub.requests(), []);
    }

    #[test]
    fn hashes_nothing() {
        let bench = Bench::new();
        bench.pull(&repository()).unwrap();
        let mut observer = |event: PullEvent<'_>| panic!("{event:?}");
        hub::fetch(&repository(), &bench.options, &mut observer).unwrap();
    }

    #[test]
    fn works_offline_and_without_a_server() {
        let Bench {
            hub,
            folder: _folder,
            mut options,
        } = Bench::new();
        hub::fetch(&repository(), &options, &mut ()).unwrap();
        drop(hub);
        options.offline = true;
        hub::fetch(&repository(), &options, &mut ()).unwrap();
    }

    #[test]
    fn stays_at_its_commit_until_asked_to_refresh() {
        let mut bench = Bench::new();
        bench.pull(&repository()).unwrap();
        let newer = "89abcdef0123456789abcdef0123456789abcdef";
        let mut files = model();
        files.insert("config.json", b"{\"newer\": true}".to_vec());
        bench.hub.serve_files(REPOSITORY, newer, files);
        assert!(bench.pull(&repository()).unwrap().id.ends_with(COMMIT));
        bench.options.refresh = true;
        bench.hub.take_requests();
        assert!(bench.pull(&repository()).unwrap().id.ends_with(newer));
        let got = bench.hub.requests();
        assert!(
            !got.iter().any(|request| request.to_cdn),
            "the weights are there: {got:?}"
        );
    }

    #[test]
    fn finds_a_changed_file_and_pulls_it_anew() {
        let bench = Bench::new();
        let files = bench.pull(&repository()).unwrap();
        fs::write(&files.config, "{\"model_type\": \"evil\"}").unwrap();
        let mut discarded = Vec::new();
        let mut observer = |event: PullEvent<'_>| {
            if let PullEvent::Discarded { path, .. } = event {
                discarded.push(path.to_owned());
            }
        };
        hub::fetch(&repository(), &bench.options, &mut observer).unwrap();
        assert_eq!(discarded, [files.config.clone()]);
        assert_eq!(fs::read(files.config).unwrap(), model()["config.json"]);
    }
}

mod offline {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_nobody_asked() {
        let mut bench = Bench::new();
        bench.options.offline = true;
        let spec = pinned("A", |_, _| ());
        let message = bench.pull(&spec).unwrap_err().to_string();
        for part in [
            "config.json, tokenizer.json, model.safetensors",
            "models pull tiny",
            "HF_HOME",
        ] {
            assert!(message.contains(part), "{message}");
        }
        assert!(matches!(
            bench.pull(&repository()),
            Err(HubError::Offline { .. })
        ));
        assert_eq!(bench.hub.requests(), []);
        assert_eq!(bench.files(), BTreeMap::new(), "nothing is written either");
    }

    #[test]
    fn a_damaged_file_is_thrown_away_and_named() {
        let mut bench = Bench::new();
        let files = bench.pull(&repository()).unwrap();
        let blob = fs::canonicalize(&files.config).unwrap();
        fs::write(&blob, "damaged").unwrap();
        bench.options.offline = true;
        let error = bench.pull(&repository()).unwrap_err();
        assert!(matches!(error, HubError::Corrupt { .. }), "{error}");
        assert!(error.to_string().contains("config.json"), "{error}");
        assert!(!blob.exists() && fs::symlink_metadata(&files.config).is_err());
        let error = bench.pull(&repository()).unwrap_err();
        assert!(matches!(error, HubError::Offline { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_cache_that_python_filled_is_verified_and_used() {
        let mut bench = Bench::new();
        write_as_python_does(&bench, |content| content);
        bench.options.offline = true;
        let files = bench.pull(&repository()).unwrap();
        assert_eq!(
            fs::read(files.root.join(WEIGHTS)).unwrap(),
            model()[WEIGHTS]
        );
        assert_eq!(bench.hub.requests(), []);
    }

    #[cfg(unix)]
    #[test]
    fn a_cache_that_python_filled_with_an_error_page_is_not_used() {
        let mut bench = Bench::new();
        write_as_python_does(&bench, |content| match content.len() > 1000 {
            true => b"<html>403</html>".to_vec(),
            false => content,
        });
        bench.options.offline = true;
        let error = bench.pull(&repository()).unwrap_err();
        assert!(matches!(error, HubError::Corrupt { .. }), "{error}");
        bench.options.offline = false;
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
    }

    /// Lays out blobs, links and a ref as huggingface_hub does.
    #[cfg(unix)]
    fn write_as_python_does(bench: &Bench, stored: impl Fn(Vec<u8>) -> Vec<u8>) {
        let root = bench.repository();
        let snapshot = root.join("snapshots").join(COMMIT);
        for folder in [root.join("blobs"), root.join("refs"), snapshot.clone()] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(root.join("refs/main"), COMMIT).unwrap();
        for (name, content) in model() {
            let etag = match name == WEIGHTS {
                true => sha256(&content),
                false => git_blob_id(&content),
            };
            fs::write(root.join("blobs").join(&etag), stored(content)).unwrap();
            std::os::unix::fs::symlink(format!("../../blobs/{etag}"), snapshot.join(name)).unwrap();
        }
    }
}

mod an_attack {
    use super::*;

    /// Pulls under an attack on the weights: it fails in the way told, leaves nothing bad, and the
    /// next pull from an honest hub works.
    fn fails(attack: Attack, expected: impl Fn(&HubError) -> bool) -> String {
        let bench = Bench::new();
        bench.hub.attack(WEIGHTS, attack.clone());
        let error = bench.pull(&repository()).expect_err("an attack");
        assert!(expected(&error), "{attack:?}: {error:?}");
        bench.assert_sound();
        bench.hub.behave();
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        bench.assert_sound();
        let message = error.to_string();
        assert!(message.contains(WEIGHTS), "{message}");
        message
    }

    /// Pulls under an attack on the weights that honest work overcomes.
    fn is_overcome(attack: Attack) -> Vec<Request> {
        let bench = Bench::new();
        bench.hub.attack(WEIGHTS, attack);
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        bench.assert_sound();
        bench.hub.requests()
    }

    fn corrupt(error: &HubError) -> bool {
        matches!(error, HubError::Corrupt { .. })
    }

    fn network(error: &HubError) -> bool {
        matches!(error, HubError::Network { .. })
    }

    fn bad_answer(error: &HubError) -> bool {
        matches!(error, HubError::BadAnswer { .. })
    }

    #[test]
    fn an_error_page_is_no_weight_file() {
        fails(Attack::ForbiddenPage, |error| {
            matches!(
                error,
                HubError::Status { status: 403, .. } | HubError::Gated { .. }
            )
        });
    }

    #[test]
    fn a_login_page_with_status_200_is_no_weight_file() {
        fails(Attack::HtmlPage, |error| network(error) || corrupt(error));
    }

    #[test]
    fn wrong_bytes_of_the_right_length() {
        let message = fails(Attack::WrongBytes, corrupt);
        assert!(
            message.contains("sha256") && message.contains("deleted"),
            "{message}"
        );
    }

    #[test]
    fn a_body_that_is_too_short() {
        fails(Attack::ShortBody, |error| network(error) || corrupt(error));
    }

    #[test]
    fn a_body_that_is_too_long() {
        fails(Attack::LongBody, corrupt);
    }

    #[test]
    fn a_body_without_end() {
        fails(Attack::Endless, corrupt);
    }

    #[test]
    fn a_size_that_is_announced_wrong() {
        fails(Attack::AnnouncedSize(7), corrupt);
        fails(Attack::AnnouncedSize(u64::MAX), |error| {
            network(error) || corrupt(error)
        });
    }

    #[test]
    fn a_connection_that_is_cut_once_is_taken_up_where_it_broke() {
        let requests = is_overcome(Attack::Cut { times: 1 });
        let half = format!("bytes={}-", model()[WEIGHTS].len() / 2);
        assert!(
            requests
                .iter()
                .any(|request| request.range.as_ref() == Some(&half))
        );
    }

    #[test]
    fn a_connection_that_is_always_cut() {
        fails(Attack::Cut { times: usize::MAX }, network);
        fails(Attack::CutWithoutRanges, network);
    }

    #[test]
    fn a_connection_that_falls_silent() {
        fails(Attack::Silence, network);
    }

    #[test]
    fn a_hub_that_is_slow_or_busy_for_a_while() {
        is_overcome(Attack::Slow {
            pieces: 4,
            pause: Duration::from_millis(50),
        });
        is_overcome(Attack::Unavailable { times: 2 });
    }

    #[test]
    fn a_hub_that_stays_busy() {
        fails(Attack::Unavailable { times: usize::MAX }, |error| {
            matches!(error, HubError::Status { status: 503, .. })
        });
    }

    #[test]
    fn a_file_that_is_not_there() {
        fails(Attack::Missing, |error| {
            matches!(error, HubError::NotFound { .. })
        });
    }

    #[test]
    fn an_etag_that_is_a_path() {
        for etag in ["../../../../evil", "/tmp/audarma-evil", "..", "a\\b", ""] {
            fails(Attack::Etag(etag.to_owned()), bad_answer);
        }
        assert!(!Path::new("/tmp/audarma-evil").exists());
    }

    #[test]
    fn an_etag_that_is_no_hash_proves_nothing() {
        fails(Attack::Etag("v1".to_owned()), |e| {
            matches!(e, HubError::Unverifiable { .. })
        });
    }

    #[test]
    fn a_commit_that_is_a_path_or_another_one() {
        for commit in ["../../../evil", "ffffffffffffffffffffffffffffffffffffffff"] {
            fails(Attack::Commit(commit.to_owned()), bad_answer);
        }
    }

    #[test]
    fn redirects_that_lead_nowhere_or_round_and_round() {
        let round = format!("/{REPOSITORY}/resolve/{COMMIT}/{WEIGHTS}");
        for place in ["", "file:///etc/passwd", "http://", "*", &round] {
            fails(Attack::Redirect(place.to_owned()), bad_answer);
        }
        fails(Attack::NotModified, |_| true);
    }

    #[test]
    fn a_list_of_files_that_is_none() {
        let sha = format!(r#"{{"sha": "{COMMIT}", "siblings": [{{"rfilename": "../x"}}]}}"#);
        for text in ["<html>", "{}", r#"{"sha": "../..", "siblings": []}"#, &sha] {
            let bench = Bench::new();
            bench.hub.attack("tiny", Attack::Listing(text.to_owned()));
            let error = bench.pull(&repository()).unwrap_err();
            assert!(
                bad_answer(&error) || matches!(error, HubError::NotAModel { .. }),
                "{error:?}"
            );
            bench.assert_sound();
        }
    }

    #[test]
    fn weights_whose_index_points_out_of_the_folder() {
        let hub = LocalHub::start();
        let index = r#"{"weight_map": {"a": "../../../../../etc/passwd"}}"#;
        let names = [
            ("config.json", "{}"),
            ("tokenizer.json", "{}"),
            ("model.safetensors.index.json", index),
        ];
        hub.serve_files(REPOSITORY, COMMIT, names);
        let error = Bench::with(hub).pull(&repository()).unwrap_err();
        assert!(matches!(error, HubError::NotAModel { .. }), "{error}");
    }
}

mod an_interrupted_pull {
    use super::*;

    /// Leaves the first half of the weights behind, as a process that was ended does.
    fn interrupted() -> (Bench, usize) {
        let bench = Bench::new();
        let weights = &model()[WEIGHTS];
        let blobs = bench.repository().join("blobs");
        fs::create_dir_all(&blobs).unwrap();
        let half = weights.len() / 2;
        fs::write(
            blobs.join(format!("{}.part", sha256(weights))),
            &weights[..half],
        )
        .unwrap();
        (bench, half)
    }

    fn ranges(bench: &Bench) -> Vec<Option<String>> {
        let requests = bench.hub.requests().into_iter();
        requests
            .filter(|r| r.to_cdn && r.method == "GET")
            .map(|r| r.range)
            .collect()
    }

    #[test]
    fn goes_on_where_it_was() {
        let (bench, half) = interrupted();
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        assert_eq!(ranges(&bench), [Some(format!("bytes={half}-"))]);
    }

    #[test]
    fn begins_anew_where_the_server_knows_no_ranges() {
        let (bench, _) = interrupted();
        bench.hub.attack(WEIGHTS, Attack::IgnoresRange);
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        bench.assert_sound();
    }

    #[test]
    fn takes_no_other_range_than_it_asked_for() {
        let (bench, _) = interrupted();
        bench.hub.attack(WEIGHTS, Attack::OtherRange);
        assert!(matches!(
            bench.pull(&repository()),
            Err(HubError::BadAnswer { .. })
        ));
        bench.assert_sound();
    }

    #[test]
    fn whose_part_was_bad_begins_anew() {
        let (bench, half) = interrupted();
        let part = bench
            .repository()
            .join("blobs")
            .join(sha256(&model()[WEIGHTS]) + ".part");
        for content in [
            vec![0; half],
            vec![0; model()[WEIGHTS].len()],
            vec![0; 9_000_000],
        ] {
            fs::write(&part, content).unwrap();
            bench.pull(&repository()).unwrap();
            assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
            hub::remove(&repository(), &bench.options).unwrap();
            fs::create_dir_all(part.parent().unwrap()).unwrap();
        }
    }

    #[test]
    fn that_had_everything_but_the_name_downloads_nothing() {
        let (bench, _) = interrupted();
        let part = bench
            .repository()
            .join("blobs")
            .join(sha256(&model()[WEIGHTS]) + ".part");
        fs::write(&part, &model()[WEIGHTS]).unwrap();
        bench.pull(&repository()).unwrap();
        assert_eq!(ranges(&bench), []);
    }
}

mod a_pin_of_the_catalogue {
    use super::*;

    #[test]
    fn that_agrees_lets_the_model_in_at_its_commit() {
        let bench = Bench::new();
        let files = bench.pull(&pinned("A", |_, _| ())).unwrap();
        assert_eq!(files.id, format!("{REPOSITORY}@{COMMIT}"));
        assert_eq!(files.licence.unwrap().id, "CC-BY-NC-4.0");
        assert!(
            !bench.repository().join("refs").exists(),
            "a commit needs no ref"
        );
        bench.hub.take_requests();
        bench.pull(&pinned("A", |_, _| ())).unwrap();
        assert_eq!(bench.hub.requests(), []);
    }

    #[test]
    fn that_the_hub_contradicts_stops_before_the_download() {
        for spec in [
            pinned("A", |_, hash| *hash = "0".repeat(64)),
            pinned("B", |n, _| *n += 1),
        ] {
            let bench = Bench::new();
            let error = bench.pull(&spec).unwrap_err();
            assert!(matches!(error, HubError::Disagrees { .. }), "{error}");
            assert!(!bench.hub.requests().iter().any(|request| request.to_cdn));
            bench.assert_sound();
        }
    }

    #[test]
    fn holds_against_a_server_that_lies_about_its_hash() {
        let bench = Bench::new();
        let hash = sha256(&model()[WEIGHTS]);
        bench.hub.attack("config.json", Attack::WrongBytes);
        let error = bench.pull(&pinned("A", |_, _| ())).unwrap_err();
        assert!(matches!(error, HubError::Corrupt { .. }), "{error}");
        bench.hub.behave();
        bench
            .hub
            .attack(WEIGHTS, Attack::Etag("opaque-tag-of-a-mirror".to_owned()));
        bench.pull(&pinned("A", |_, _| ())).unwrap();
        assert_eq!(sha256(&bench.pulled_weights()), hash);
    }

    #[test]
    fn of_a_single_source_yields_to_the_hub_with_a_warning() {
        let bench = Bench::new();
        let mut warned = Vec::new();
        let mut observer = |event: PullEvent<'_>| {
            if let PullEvent::PinDisagrees { file, .. } = event {
                warned.push(file.to_owned());
            }
        };
        let spec = pinned("C", |_, hash| *hash = "0".repeat(64));
        hub::fetch(&spec, &bench.options, &mut observer).unwrap();
        assert_eq!(warned, [WEIGHTS]);
    }

    #[test]
    fn that_is_missing_is_made_by_the_first_pull() {
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
}

mod a_token {
    use super::*;

    #[test]
    fn opens_a_gated_repository_and_is_not_sent_to_the_storage() {
        let mut bench = Bench::new();
        bench.hub.require_token(REPOSITORY, "hf_secret");
        bench.options.token = Some("hf_secret".to_owned());
        bench.pull(&repository()).unwrap();
        for request in bench.hub.requests() {
            assert_eq!(
                request.authorization.is_some(),
                !request.to_cdn,
                "{request:?}"
            );
        }
    }

    #[test]
    fn that_is_missing_or_wrong_is_asked_for() {
        let mut bench = Bench::new();
        bench.hub.require_token(REPOSITORY, "hf_secret");
        let message = bench.pull(&repository()).unwrap_err().to_string();
        assert!(message.contains("set HF_TOKEN"), "{message}");
        assert!(
            message.contains(&format!("{}/{REPOSITORY}", bench.hub.endpoint())),
            "{message}"
        );
        bench.options.token = Some("hf_wrong".to_owned());
        let message = bench.pull(&repository()).unwrap_err().to_string();
        assert!(message.contains("check that HF_TOKEN") && !message.contains("hf_wrong"));
    }

    #[test]
    fn may_also_be_wanted_for_one_file_only() {
        let bench = Bench::new();
        bench.hub.attack(WEIGHTS, Attack::Gated);
        let error = bench.pull(&repository()).unwrap_err();
        assert!(
            matches!(error, HubError::Gated { status: 401, .. }),
            "{error}"
        );
    }

    #[test]
    fn is_hinted_at_where_a_repository_is_not_found() {
        let bench = Bench::new();
        let message = bench
            .pull(&resolve("made-up/other").unwrap())
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("made-up/other") && message.contains("HF_TOKEN"),
            "{message}"
        );
        let revision = resolve(&format!("{REPOSITORY}@no-such-branch")).unwrap();
        let message = bench.pull(&revision).unwrap_err().to_string();
        assert!(message.contains("no-such-branch"), "{message}");
    }
}

mod two_pulls_at_once {
    use super::*;

    fn slow() -> Bench {
        let bench = Bench::new();
        bench.hub.attack(
            WEIGHTS,
            Attack::Slow {
                pieces: 8,
                pause: Duration::from_millis(50),
            },
        );
        bench
    }

    fn downloads_of_weights(bench: &Bench) -> usize {
        bench
            .hub
            .requests()
            .iter()
            .filter(|r| r.to_cdn && r.method == "GET")
            .count()
    }

    #[test]
    fn in_threads_both_succeed_with_one_download() {
        let bench = slow();
        std::thread::scope(|scope| {
            let pulls: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| bench.pull(&repository()).unwrap()))
                .collect();
            for pull in pulls {
                pull.join().unwrap();
            }
        });
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        assert_eq!(downloads_of_weights(&bench), 1);
        bench.assert_sound();
    }

    const CHILD: &str = "AUDARMA_TEST_PULLS_INTO";

    #[test]
    fn in_processes_both_succeed_with_one_download() {
        let bench = slow();
        let child = || {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "two_pulls_at_once::this_process_is_one_of_them"]);
            let place = bench.options.cache.display();
            command.env(CHILD, format!("{} {place}", bench.hub.endpoint()));
            command.stdout(std::process::Stdio::null()).spawn().unwrap()
        };
        let children = [child(), child(), child()];
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        assert_eq!(downloads_of_weights(&bench), 1);
    }

    /// Does nothing unless the test above started it.
    #[test]
    fn this_process_is_one_of_them() {
        let Ok(orders) = std::env::var(CHILD) else {
            return;
        };
        let (endpoint, cache) = orders.split_once(' ').unwrap();
        let mut options = HubOptions::new(cache, Path::new(cache).join("../state"));
        options.endpoint = endpoint.to_owned();
        hub::fetch(&repository(), &options, &mut ()).unwrap();
    }
}

mod a_folder {
    use super::*;

    fn folder(names: &[&str]) -> (tempfile::TempDir, ModelSpec) {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        let spec = ModelSpec::Folder(folder.path().to_owned());
        (folder, spec)
    }

    fn open(spec: &ModelSpec) -> Result<ModelFiles, HubError> {
        hub::fetch(spec, &HubOptions::new("/nowhere", "/nowhere"), &mut ())
    }

    #[test]
    fn is_taken_as_it_is() {
        let (folder, spec) = folder(&[
            "config.json",
            "vocab.json",
            "merges.txt",
            "pytorch_model.bin",
        ]);
        let files = open(&spec).unwrap();
        assert_eq!(
            files.weights,
            Weights::Pickle(vec![folder.path().join("pytorch_model.bin")])
        );
        assert_eq!(
            files.id,
            folder.path().file_name().unwrap().to_str().unwrap()
        );
    }

    #[test]
    fn that_is_no_model_says_what_it_lacks() {
        let (_folder, spec) = folder(&["tokenizer.json", "model.safetensors"]);
        assert!(
            open(&spec)
                .unwrap_err()
                .to_string()
                .contains("config.json is missing")
        );
        let (folder, _) = folder(&["config.json"]);
        let file = ModelSpec::Folder(folder.path().join("config.json"));
        assert!(
            open(&file)
                .unwrap_err()
                .to_string()
                .contains("it is a file")
        );
        let nothing = ModelSpec::Folder(folder.path().join("nothing"));
        assert!(matches!(open(&nothing), Err(HubError::Io { .. })));
    }

    #[test]
    fn that_lacks_a_part_of_its_weights_names_it() {
        let (folder, spec) = folder(&["config.json", "tokenizer.json"]);
        let index = r#"{"weight_map": {"a": "model-1.safetensors"}}"#;
        fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
        assert!(
            open(&spec)
                .unwrap_err()
                .to_string()
                .contains("model-1.safetensors")
        );
    }
}

mod administration {
    use super::*;

    #[test]
    fn lists_the_catalogue_and_what_lies_in_the_cache() {
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
        bench.hub.attack(WEIGHTS, Attack::Missing);
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
    fn tells_where_a_model_lies_or_would() {
        let bench = Bench::new();
        let place = || hub::location(&repository(), &bench.options).unwrap();
        assert_eq!(place(), bench.repository());
        bench.pull(&repository()).unwrap();
        assert_eq!(place(), bench.repository().join("snapshots").join(COMMIT));
    }
}
