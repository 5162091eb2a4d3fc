//! The first pull, from a hub that answers as the real one does: what is told before it, and each way
//! that it can go wrong.

use std::process::Command;

use super::local_hub::{Attack, LocalHub};
use super::support::World;

const MODEL: &str = "org/tiny";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const WEIGHTS: &str = "model.safetensors";

/// A hub with files that have the right names.
fn hub() -> LocalHub {
    let hub = LocalHub::start();
    let weights = vec![7_u8; 300_000];
    let files = [
        ("config.json", b"{}".to_vec()),
        ("tokenizer.json", b"{}".to_vec()),
        (WEIGHTS, weights),
    ];
    hub.serve_files(MODEL, COMMIT, files);
    hub
}

/// What a pull tells, without what differs between machines and runs.
fn told(hub: &LocalHub, model: &str, prepare: impl FnOnce(&World, &mut Command)) -> String {
    let world = World::new();
    let mut command = world.command(&["models", "pull", model]);
    command.env("HF_ENDPOINT", hub.endpoint());
    prepare(&world, &mut command);
    let outcome = world.outcome(command.output().unwrap());
    let text = outcome.snapshot().replace(&hub.endpoint(), "[HUB]");
    let lines = text.lines().map(|line| {
        // How much room there is differs.
        let Some((before, after)) = line.split_once(" free in ") else {
            return line.to_owned();
        };
        let start = before.rfind([';', ',']).map_or(0, |place| place + 1);
        format!("{} [ROOM] free in {after}", &before[..start])
    });
    lines.map(|line| line + "\n").collect()
}

fn nothing(_world: &World, _command: &mut Command) {}

#[test]
fn is_told_before_its_first_byte_with_its_terms_and_a_model_for_any_use() {
    let hub = hub();
    hub.set_licence(MODEL, "cc-by-nc-4.0");
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
}

#[test]
fn goes_on_without_a_token_that_is_not_valid_and_names_where_it_comes_from() {
    let hub = hub();
    hub.refuse_token("hf_expired");
    insta::assert_snapshot!(told(&hub, MODEL, |_, command| {
        command.env("HF_TOKEN", "hf_expired");
    }));
    insta::assert_snapshot!(told(&hub, MODEL, |world, _| {
        std::fs::create_dir_all(world.path("hf")).unwrap();
        world.write("hf/token", "hf_expired\n");
    }));
    // Each pull sends it once.
    let with_token = |request: &&super::local_hub::Request| request.authorization.is_some();
    assert_eq!(hub.requests().iter().filter(with_token).count(), 2);
}

#[test]
fn of_a_gated_model_says_so_whatever_token_there_is() {
    let hub = hub();
    hub.require_token(MODEL, "hf_good");
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
    hub.refuse_token("hf_expired");
    insta::assert_snapshot!(told(&hub, MODEL, |_, command| {
        command.env("HF_TOKEN", "hf_expired");
    }));
    insta::assert_snapshot!(told(&hub, MODEL, |_, command| {
        command.env("HF_TOKEN", "hf_other");
    }));
}

#[test]
fn of_a_mistyped_name_says_that_there_is_none_or_that_it_is_private() {
    let hub = hub();
    insta::assert_snapshot!(told(&hub, "org/tiiny", nothing));
    insta::assert_snapshot!(told(&hub, "org/tiiny", |_, command| {
        command.env("HF_TOKEN", "hf_good");
    }));
}

#[test]
fn follows_a_mirror_a_former_name_and_a_pull_request() {
    let (hub, mirror) = (hub(), LocalHub::start());
    mirror.mirror(&hub);
    insta::assert_snapshot!(told(&mirror, MODEL, |_, command| {
        command.env("HF_TOKEN", "hf_good");
    }));
    let is_for_hub = |request: &super::local_hub::Request| request.authorization.is_none();
    assert!(hub.requests().iter().all(is_for_hub));
    hub.rename("former/name", MODEL);
    insta::assert_snapshot!(told(&hub, "former/name", nothing));
    hub.set_branch(MODEL, "refs/pr/1", COMMIT);
    insta::assert_snapshot!(told(&hub, "org/tiny@refs/pr/1", nothing));
}

#[test]
fn names_a_storage_that_cannot_be_reached() {
    let hub = hub();
    hub.attack(WEIGHTS, Attack::StorageAt("127.0.0.1:9"));
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
}

#[test]
fn asks_for_another_address_where_the_storage_refuses_its_own() {
    let hub = hub();
    let (status, times) = (403, 1);
    hub.attack(WEIGHTS, Attack::StorageRefuses { status, times });
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
}

#[test]
fn begins_a_file_anew_whose_part_cannot_be_continued() {
    for attack in [Attack::RefusesRanges, Attack::UnnamedRanges] {
        let hub = hub();
        hub.attack(WEIGHTS, attack);
        insta::assert_snapshot!(told(&hub, MODEL, nothing));
    }
}

#[test]
fn waits_as_long_as_the_hub_asks_for() {
    let hub = hub();
    let (times, seconds) = (1, 0);
    hub.attack(WEIGHTS, Attack::Busy { times, seconds });
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
    let (times, seconds) = (1, 86_400);
    hub.attack(WEIGHTS, Attack::Busy { times, seconds });
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
}

#[cfg(unix)]
#[test]
fn for_which_there_is_no_room_is_refused_before_its_first_byte() {
    let hub = hub();
    hub.attack(WEIGHTS, Attack::AnnouncedSize(1 << 60));
    insta::assert_snapshot!(told(&hub, MODEL, nothing));
    let downloads = hub.requests();
    let mut downloads = downloads.iter().filter(|request| request.method == "GET");
    assert!(downloads.all(|request| request.path.starts_with("/api/models/org/tiny")));
}
