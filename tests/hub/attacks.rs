//! Pulling from a hub that is broken, hostile or gone: what is used is always right, and what is
//! wrong never stays.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::bench::{Bench, COMMIT, REPOSITORY, WEIGHTS, model, repository};
use crate::local_hub::{Attack, LocalHub, Request, sha256};
use audarma::hub::{self, HubError};

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
            matches!(error, HubError::StorageRefused { status: 403, .. })
        });
    }

    #[test]
    fn a_login_page_with_status_200_is_no_weight_file() {
        fails(Attack::HtmlPage, corrupt);
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
        fails(Attack::ShortBody, corrupt);
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
    fn a_hub_that_nobody_answers_for_is_named() {
        let mut bench = Bench::new();
        let gone = LocalHub::start().endpoint();
        bench.options.endpoint = gone.clone();
        let error = bench.pull(&repository()).unwrap_err();
        assert!(
            matches!(error, HubError::Unreachable { .. }) && error.to_string().contains(&gone),
            "{error}"
        );
        bench.assert_sound();
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
    fn begins_anew_where_another_range_comes_than_was_asked_for() {
        for attack in [
            Attack::OtherRange,
            Attack::UnnamedRanges,
            Attack::RefusesRanges,
        ] {
            let (bench, _) = interrupted();
            bench.hub.attack(WEIGHTS, attack);
            bench.pull(&repository()).unwrap();
            assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
            bench.assert_sound();
        }
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

    #[test]
    fn in_processes_both_succeed_with_one_download() {
        let bench = slow();
        let children = [
            another::process(&bench),
            another::process(&bench),
            another::process(&bench),
        ];
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        assert_eq!(downloads_of_weights(&bench), 1);
    }

    #[test]
    fn when_one_is_killed_the_other_continues_its_part() {
        let bench = slow();
        let mut first = another::process(&bench);
        let part = bench
            .repository()
            .join("blobs")
            .join(sha256(&model()[WEIGHTS]) + ".part");
        while fs::metadata(&part).map_or(0, |part| part.len()) == 0 {
            assert!(
                first.try_wait().unwrap().is_none(),
                "it ended before its part was seen"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        first.kill().unwrap();
        first.wait().unwrap();
        bench.pull(&repository()).unwrap();
        assert_eq!(bench.pulled_weights(), model()[WEIGHTS]);
        let asked = bench.hub.requests();
        assert!(
            asked.iter().any(|r| r.to_cdn && r.range.is_some()),
            "{asked:?}"
        );
        bench.assert_sound();
    }
}

/// A process of its own that pulls: this very test binary, told by a variable to do so.
mod another {
    use super::*;

    const ORDERS: &str = "AUDARMA_TEST_PULLS_INTO";

    pub fn process(bench: &Bench) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "attacks::another::pulls_when_started_by_another_test",
            ])
            .env(
                ORDERS,
                format!("{} {}", bench.hub.endpoint(), bench.folder.path().display()),
            )
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    #[test]
    fn pulls_when_started_by_another_test() {
        let Ok(orders) = std::env::var(ORDERS) else {
            return;
        };
        let (endpoint, folder) = orders.split_once(' ').unwrap();
        let options = crate::bench::options(Path::new(folder), endpoint.to_owned());
        hub::fetch(&repository(), &options, &mut ()).unwrap();
    }
}
