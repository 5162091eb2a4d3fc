//! What a package brings: the demonstration, manual pages, completion scripts, and a second name.

use std::path::Path;

use super::support::{World, fixture};

#[test]
fn the_demonstration_needs_nothing_and_says_what_it_is() {
    let world = World::new();
    let outcome = world.run(&["demo"]).expect_code(0);
    let expected = std::fs::read_to_string(fixture("article.expected.txt")).unwrap();
    assert_eq!(outcome.stdout, expected);
    assert!(
        outcome.stderr.contains("memorised this one article"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_demonstration_is_written_in_every_form() {
    let world = World::new();
    world.run(&["demo", "-q", "-o", "demo.html"]).expect_code(0);
    assert!(world.read("demo.html").contains("Zhetisu Region"));
    let json = world.run(&["demo", "-q", "-f", "json"]).json();
    assert_eq!(json["id"], "article.txt");
    assert_eq!(json["models"]["translation"], "memorised-nllb");
    assert_eq!(json["title"]["flags"].as_array().unwrap().len(), 0);
}

#[test]
fn the_demonstration_overwrites_no_article_of_the_user() {
    let world = World::new();
    world.write("article.txt", "Менің мақалам.");
    world.run(&["demo", "-q", "-o", "."]).expect_code(0);
    assert_eq!(world.read("article.txt"), "Менің мақалам.");
}

#[test]
fn the_program_has_a_second_name() {
    let world = World::new();
    let audarma = Path::new(env!("CARGO_BIN_EXE_audarma"));
    let run = |arguments: &[&str]| {
        let mut command = world.command_of(audarma, arguments);
        world.outcome(command.output().unwrap())
    };
    let version = run(&["--version"]).expect_code(0).stdout;
    assert_eq!(version, world.run(&["--version"]).stdout);
    let completions = run(&["completions", "bash"]).expect_code(0).stdout;
    assert!(
        completions.contains("complete -F _audarma"),
        "{completions}"
    );
}

#[test]
fn completion_scripts_know_the_names_of_models() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = world.run(&["completions", shell]).expect_code(0).stdout;
        for name in ["nllb-600m", "madlad-3b", "bart-large-cnn"] {
            assert!(script.contains(name), "{shell}: {name}");
        }
    }
    // Any other model is taken all the same, and --help lists none.
    let help = world.run(&["--help"]).expect_code(0).stdout;
    assert!(!help.contains("hplt-kk-en"), "{help}");
}

#[test]
fn packages_get_manual_pages_and_completion_scripts() {
    let world = World::new();
    world.run(&["manual", "manual"]).expect_code(0);
    let page = world.read("manual/translate.1");
    assert!(page.contains("article.txt"), "{page}");
    for name in [
        "audarma.1",
        "translate-models.1",
        "audarma.bash",
        "_translate",
    ] {
        assert!(world.path("manual").join(name).is_file(), "{name}");
    }
    let outcome = world.run(&["manual", "article.txt"]).expect_code(1);
    assert!(outcome.stderr.contains("article.txt"), "{}", outcome.stderr);
}

#[test]
fn the_demonstration_leaves_nothing_in_the_cache() {
    let world = World::new();
    world.run(&["demo", "-q"]).expect_code(0);
    let listed = world.run(&["models", "list"]).expect_code(0);
    assert!(!listed.stdout.contains("memorised"), "{}", listed.stdout);
    assert!(!listed.stdout.contains("Converted"), "{}", listed.stdout);
}

#[test]
fn the_demonstration_is_no_run_over_an_archive() {
    let world = World::new();
    let outcome = world.run(&["demo", "-o", "demo.parquet"]).expect_code(2);
    assert!(
        outcome.stderr.contains("demo.parquet"),
        "{}",
        outcome.stderr
    );
    assert!(!world.path("demo.parquet").exists());
}
