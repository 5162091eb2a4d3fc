//! Pulling models: the first time, again, offline and with a token. The hub is on loopback
//! and serves a made-up model.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::bench::{
    Bench, COMMIT, REPOSITORY, WEIGHTS, entry, files_of, model, pinned, repository,
};
use crate::local_hub::{Attack, LocalHub, git_blob_id, sha256};
use audarma::catalogue::{ModelSpec, resolve};
use audarma::hub::{self, HubError, HubOptions, PullEvent, TokenState};
use audarma::model_files::{ModelFiles, TokenizerFiles, WeightFiles};

mod a_first_pull {
    use super::*;

    #[test]
    fn brings_what_the_model_needs_and_nothing_else() {
        let bench = Bench::new();
        let files = bench.pull(&repository()).unwrap();
        assert_eq!(files.id, format!("{REPOSITORY}@{COMMIT}"));
        assert_eq!(
            files.network.weights,
            WeightFiles::Safetensors(vec![files.root.join(WEIGHTS)])
        );
        assert_eq!(
            files.tokenizer,
            Some(TokenizerFiles::Json(files.root.join("tokenizer.json")))
        );
        assert_eq!(
            fs::read(files.network.config).unwrap(),
            model()["config.json"]
        );
        assert_eq!(
            fs::read(files.network.generation_config.unwrap()).unwrap(),
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
    fn reports_the_licence_once_and_its_progress() {
        let bench = Bench::new();
        bench.hub.set_licence(REPOSITORY, "cc-by-nc-4.0");
        let (mut licences, mut done, mut last) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut observer = |event: PullEvent<'_>| match event {
            PullEvent::Planned { licence, files, .. } => {
                licences.push((licence.unwrap().id.clone(), files));
            }
            PullEvent::Progress { file, bytes, have } => {
                last.insert(file.to_owned(), (have, bytes));
            }
            PullEvent::FileDone { file } => done.push(file.to_owned()),
            _ => {}
        };
        hub::fetch(&repository(), &bench.options, &mut observer).unwrap();
        assert_eq!(licences, [("cc-by-nc-4.0".to_owned(), 4)]);
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
        assert_eq!(
            files.network.weights,
            WeightFiles::Safetensors(parts.to_vec())
        );
        assert!(matches!(
            files.tokenizer,
            Some(TokenizerFiles::VocabMerges { .. })
        ));
        assert!(files.network.generation_config.is_none());
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
        fs::write(&files.network.config, "{\"model_type\": \"evil\"}").unwrap();
        let mut discarded = Vec::new();
        let mut observer = |event: PullEvent<'_>| {
            if let PullEvent::Discarded { path, .. } = event {
                discarded.push(path.to_owned());
            }
        };
        hub::fetch(&repository(), &bench.options, &mut observer).unwrap();
        assert_eq!(discarded, std::slice::from_ref(&files.network.config));
        assert_eq!(
            fs::read(files.network.config).unwrap(),
            model()["config.json"]
        );
    }
}

mod offline {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_nobody_asked() {
        let mut bench = Bench::new();
        bench.options.offline = true;
        let spec = pinned("corroborated", |_, _| ());
        let message = bench.pull(&spec).unwrap_err().to_string();
        assert!(
            message.contains("config.json, tokenizer.json, model.safetensors"),
            "{message}"
        );
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
        let blob = fs::canonicalize(&files.network.config).unwrap();
        fs::write(&blob, "damaged").unwrap();
        bench.options.offline = true;
        let error = bench.pull(&repository()).unwrap_err();
        assert!(matches!(error, HubError::Corrupt { .. }), "{error}");
        assert!(error.to_string().contains("config.json"), "{error}");
        assert!(!blob.exists() && fs::symlink_metadata(&files.network.config).is_err());
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
        write_as_python_does(&bench, |content| {
            if content.len() > 1000 {
                b"<html>403</html>".to_vec()
            } else {
                content
            }
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
        for (name, content) in model()
            .into_iter()
            .filter(|(name, _)| *name != "pytorch_model.bin")
        {
            let etag = if name == WEIGHTS {
                sha256(&content)
            } else {
                git_blob_id(&content)
            };
            fs::write(root.join("blobs").join(&etag), stored(content)).unwrap();
            std::os::unix::fs::symlink(format!("../../blobs/{etag}"), snapshot.join(name)).unwrap();
        }
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
    fn is_not_held_for_refused_where_the_storage_refuses() {
        let mut bench = Bench::new();
        bench.hub.require_token(REPOSITORY, "hf_secret");
        bench.options.token = Some("hf_secret".to_owned());
        let (status, times) = (401, 1);
        bench
            .hub
            .attack(WEIGHTS, Attack::StorageRefuses { status, times });
        bench.pull(&repository()).unwrap();
        let requests = bench.hub.requests();
        let refused = requests.iter().position(|request| request.to_cdn).unwrap();
        let mut after = requests[refused + 1..].iter();
        assert!(after.any(|request| !request.to_cdn && request.authorization.is_some()));
    }

    #[test]
    fn that_is_missing_or_wrong_is_told_apart() {
        let mut bench = Bench::new();
        bench.hub.require_token(REPOSITORY, "hf_secret");
        let error = bench.pull(&repository()).unwrap_err();
        assert!(
            matches!(&error, HubError::Gated { endpoint, token: TokenState::NotSet, .. }
                if *endpoint == bench.hub.endpoint()),
            "{error}"
        );
        bench.options.token = Some("hf_wrong".to_owned());
        let error = bench.pull(&repository()).unwrap_err();
        assert!(
            matches!(
                error,
                HubError::Gated {
                    token: TokenState::Sent,
                    ..
                }
            ),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("hf_wrong"));
    }

    #[test]
    fn that_hides_a_repository_does_not_make_an_optional_file_absent() {
        let mut bench = Bench::new();
        let spec = entry(
            r#"{ name = "config.json" }, { name = "generation_config.json", optional = true },
               { name = "tokenizer.json" }, { name = "model.safetensors" }"#,
        );
        let files = bench.pull(&spec).unwrap();
        fs::remove_file(files.network.generation_config.unwrap()).unwrap();
        let elsewhere = LocalHub::start();
        bench.options.endpoint = elsewhere.endpoint();
        let error = bench.pull(&spec).unwrap_err();
        assert!(matches!(error, HubError::NotFound { .. }), "{error}");
        bench.options.endpoint = bench.hub.endpoint();
        assert!(
            bench
                .pull(&spec)
                .unwrap()
                .network
                .generation_config
                .is_some()
        );
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
    fn may_be_missing_where_a_repository_is_not_found() {
        let bench = Bench::new();
        let error = bench.pull(&resolve("made-up/other").unwrap()).unwrap_err();
        assert!(
            matches!(&error, HubError::NotFound { what, token: Some(TokenState::NotSet), .. }
                if what.contains("made-up/other")),
            "{error}"
        );
        let revision = resolve(&format!("{REPOSITORY}@no-such-branch")).unwrap();
        let message = bench.pull(&revision).unwrap_err().to_string();
        assert!(message.contains("no-such-branch"), "{message}");
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
            files.network.weights,
            WeightFiles::Pickle(vec![folder.path().join("pytorch_model.bin")])
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
