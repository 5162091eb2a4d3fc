//! Converted weights: shown, and removed with their model or alone.

use audarma::model::converted::file_name;
use audarma::model_files::WeightFiles;
use audarma::nn::Precision;

use super::support::{World, fixture};

/// Puts a file where the weights of the fixtures' model would be kept, converted.
fn convert(world: &World) -> String {
    let weights = fixture("memorised-nllb").join("pytorch_model.bin");
    let files = WeightFiles::Pickle(vec![weights]);
    let name = file_name("memorised-nllb", &files, Precision::Q8, 1);
    let folder = world.path("cache/audarma/converted");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name), [0; 2000]).unwrap();
    name
}

#[test]
fn converted_weights_are_listed_with_their_size() {
    let world = World::new();
    let name = convert(&world);
    let listed = world.run(&["models", "list"]).expect_code(0).stdout;
    assert!(listed.contains(&format!("{name}  2.00 kB")), "{listed}");
}

#[test]
fn removing_a_folder_frees_what_was_converted_from_it_and_leaves_the_folder() {
    let world = World::new();
    let name = convert(&world);
    let removed = world
        .run(&["models", "rm", "memorised-nllb"])
        .expect_code(0);
    assert!(
        removed.stdout.contains("2.00 kB freed"),
        "{}",
        removed.stdout
    );
    assert!(!world.path("cache/audarma/converted").join(name).exists());
    assert!(
        fixture("memorised-nllb")
            .join("pytorch_model.bin")
            .is_file()
    );
    // The folder itself is its owner's.
    let again = world.run(&["models", "rm", "memorised-nllb"]);
    assert!(
        again.stderr.contains("is a folder") && again.code != Some(0),
        "{}",
        again.stderr
    );
}

#[test]
fn audarma_cache_names_their_folder() {
    let world = World::new();
    let own = world.path("own");
    let output = world
        .command(&["models", "where"])
        .env("AUDARMA_CACHE", &own)
        .output()
        .unwrap();
    let said = world.outcome(output).expect_code(0).stdout;
    let line = format!("converted  {}\n", own.join("converted").display());
    assert!(said.ends_with(&line), "{said}");
}

#[test]
fn a_flipped_bit_is_noticed_and_the_weights_are_converted_again() {
    let world = World::new();
    let arguments = ["--summary", "none", "article.txt"];
    let first = world.translate(&arguments).expect_code(0);
    let folder = world.path("cache/audarma/converted");
    let file = folder.read_dir().unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    for at in [whole.len() / 3, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&file, damaged).unwrap();
        let outcome = world.translate(&arguments).expect_code(0);
        assert_eq!(outcome.stdout, first.stdout);
        assert!(outcome.stderr.contains("is damaged"), "{}", outcome.stderr);
        assert!(std::fs::read(&file).unwrap() == whole, "{at}");
    }
    let outcome = world.translate(&arguments).expect_code(0);
    assert!(!outcome.stderr.contains("damaged"), "{}", outcome.stderr);
}
