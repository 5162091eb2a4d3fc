//! `--glossary FILE` and `translate glossary check FILE`.

use serde_json::{Value, json};

use super::support::World;

const TERMS: &str =
    "source,target,note\nАудандық мәслихат,district maslikhat,\nAMANAT,,\nкөпір,viaduct,\n";

#[test]
fn a_glossary_without_faults() {
    let world = World::new();
    world.write("terms.csv", TERMS);
    let outcome = world.run(&["glossary", "check", "terms.csv"]);
    insta::assert_snapshot!(outcome.expect_code(0).snapshot());
}

#[test]
fn entries_that_never_match_or_contradict_each_other() {
    let world = World::new();
    world.write(
        "terms.tsv",
        "әкім\tgovernor\n—\tdash\nәкiм\tgovernor\nәкім\tmayor\nәкім\tgovernor\nкеңес\tкеңес\n",
    );
    let outcome = world.run(&["glossary", "check", "terms.tsv"]);
    insta::assert_snapshot!(outcome.expect_code(1).snapshot());
}

#[test]
fn rows_that_are_no_entries_are_faults_among_the_others() {
    let world = World::new();
    world.write(
        "rows.csv",
        "әкім,governor\n,mayor\nкеңес,кеңес\n,\n,,note\n",
    );
    let outcome = world.run(&["glossary", "check", "rows.csv"]);
    insta::assert_snapshot!(outcome.expect_code(1).snapshot());
}

#[test]
fn files_that_are_no_glossary() {
    let world = World::new();
    world.write("rows.csv", "әкім,governor\n,mayor\n");
    world.write("bytes.csv", b"\xff,mayor\n");
    for words in [
        &["glossary", "check", "missing.csv"][..],
        &["glossary", "check", "bytes.csv"],
        &["glossary", "check"],
        &["--glossary", "rows.csv", "article.txt"],
    ] {
        insta::assert_snapshot!(world.run(words).expect_code(2).snapshot());
    }
}

fn translated(world: &World, arguments: &[&str]) -> Value {
    let arguments = [&["article.txt", "-f", "json", "-s", "none"], arguments].concat();
    world.translate(&arguments).expect_code(0).json()
}

#[test]
fn terms_are_put_in_and_the_document_says_where() {
    let world = World::new();
    // The model says "secretary", "district" and "Zhetisu" by itself.
    world.write(
        "terms.csv",
        "облыс,province\nкөпір,viaduct\nконференция,congress\n",
    );
    let free = translated(&world, &["--retries", "0"]);
    assert!(free.get("glossary").is_none() && free["options"].get("glossary").is_none());
    for beam in ["1", "4"] {
        let more = ["--retries", "0", "--beam", beam, "--glossary", "terms.csv"];
        let found = translated(&world, &more);
        let terms = found["glossary"].as_array().unwrap();
        let sources: Vec<&Value> = terms.iter().map(|term| &term["source"]).collect();
        assert_eq!(
            sources,
            [&json!("облыс"), &json!("конференция")],
            "{terms:?}"
        );
        for term in terms {
            let applied = term["applied"].as_u64().unwrap();
            assert!(applied > 0, "{terms:?}");
        }
        let digest = found["options"]["glossary"].as_str().unwrap();
        assert_eq!(digest.len(), 64);
        assert!(!found.to_string().contains("terms.csv"));
    }
}

#[test]
fn a_name_that_the_model_spells_otherwise_is_written_as_the_glossary_has_it() {
    let world = World::new();
    world.write("terms.csv", "Жетісу,Jetisu\n");
    for names in ["on", "off"] {
        let more = [
            "--retries",
            "0",
            "--names",
            names,
            "--glossary",
            "terms.csv",
        ];
        let found = translated(&world, &more);
        let [term] = found["glossary"].as_array().unwrap().as_slice() else {
            panic!("{}", found["glossary"]);
        };
        assert_eq!(term["missing"], json!(0), "{term}");
        let sentences = found["paragraphs"].as_array().unwrap().iter();
        let sentences = sentences.flat_map(|part| part["sentences"].as_array().unwrap());
        let repaired = sentences
            .flat_map(|sentence| sentence["findings"].as_array().unwrap())
            .filter(|finding| finding["repaired"] == json!(true))
            .inspect(|finding| assert_eq!(finding["target"], json!("Zhetisu")));
        assert!(repaired.count() > 0);
    }
}

#[test]
fn another_glossary_makes_another_result_of_an_archive() {
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    world.write("in/a.txt", "Облыстық конференция өтті.");
    world.write("terms.csv", "көпір,viaduct\n");
    let run = || {
        let arguments = ["in", "-o", "out", "--glossary", "terms.csv"];
        let arguments = [&super::support::FAST[..], &arguments].concat();
        world.translate(&arguments).expect_code(0).stderr
    };
    assert!(run().contains("1 article translated"));
    let again = run();
    assert!(again.contains("1 done before"), "{again}");
    world.write("terms.csv", "көпір,bridge\n");
    let other = run();
    assert!(other.contains("1 article translated"), "{other}");
}
