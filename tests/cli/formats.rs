//! Formats and places of the output.

use super::support::{FAST, World};

/// Without the figures that differ between runs (time) and processors (a score's last digits).
fn without_figures(json: &str) -> String {
    let lines = json.lines().map(|line| {
        let name = line.trim_start();
        match ["\"seconds\": ", "\"score\": "]
            .iter()
            .find(|field| name.starts_with(**field))
        {
            Some(field) => {
                let indent = &line[..line.len() - name.len()];
                let comma = if line.ends_with(',') { "," } else { "" };
                format!("{indent}{field}[FIGURE]{comma}")
            }
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_json_of_an_article() {
    let world = World::new();
    let outcome = world
        .translate(&["article.txt", "-f", "json"])
        .expect_code(0);
    let json = outcome.snapshot();
    insta::assert_snapshot!(without_figures(&json));
}

#[test]
fn several_inputs_are_an_array_in_json_and_lines_in_jsonl() {
    let world = World::new();
    world.write("other.txt", "Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.");
    let inputs = ["article.txt", "other.txt", "-s", "none"];
    let array = world
        .translate(&[&inputs[..], &["-f", "json"]].concat())
        .json();
    let ids: Vec<&str> = array
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["article.txt", "other.txt"]);
    let lines = world
        .translate(&[&inputs[..], &["-f", "jsonl"]].concat())
        .expect_code(0);
    assert_eq!(lines.stdout.lines().count(), 2);
}

#[test]
fn several_inputs_are_one_table_on_standard_output_and_in_a_file() {
    let world = World::new();
    let sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    world.write("=1.txt", sentence);
    let inputs = ["article.txt", "=1.txt", "-s", "none"];
    let shown = world.translate(&[&inputs[..], &["-f", "csv"]].concat());
    let shown = shown.expect_code(0).stdout;
    assert_eq!(shown.matches("id,date,section,url,kind").count(), 1);
    let written = world.translate(&[&inputs[..], &["-o", "all.csv"]].concat());
    written.expect_code(0);
    assert_eq!(world.read("all.csv"), shown);
    let mut table = csv::Reader::from_reader(shown.as_bytes());
    let records: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(&records[0][4], "title");
    let last = records.last().unwrap();
    assert_eq!([&last[0], &last[4], &last[5]], ["=1.txt", "text", sentence]);
}

#[test]
fn records_to_standard_output_are_an_array_in_json_even_of_one() {
    let world = World::new();
    let sentence = "Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.";
    let record = |id: u8| format!("{{\"id\":\"{id}\",\"text\":\"{sentence}\"}}\n");
    world.write("one.jsonl", record(1));
    world.write(
        "two.csv",
        format!("id,text\n2,\"{sentence}\"\n3,\"{sentence}\"\n"),
    );
    world.write("bad.jsonl", format!("{{\n{}", record(4)));
    let ids = |inputs: &[&str], code: i32| -> Vec<String> {
        let arguments = [inputs, &["-s", "none", "-f", "json"]].concat();
        let outcome = world.translate(&arguments).expect_code(code);
        let array: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let documents = array.as_array().unwrap().iter();
        let id = |document: &serde_json::Value| document["id"].as_str().unwrap().to_owned();
        documents.map(id).collect()
    };
    assert_eq!(ids(&["one.jsonl"], 0), ["1"]);
    assert_eq!(
        ids(&["one.jsonl", "two.csv", "article.txt"], 0),
        ["1", "2", "3", "article.txt"]
    );
    // What fails is named, and the others come all the same.
    assert_eq!(ids(&["bad.jsonl"], 1), ["4"]);
    // So they are in a file.
    for (inputs, expected) in [
        (&["one.jsonl"][..], &["1"][..]),
        (&["two.csv", "one.jsonl"], &["2", "3", "1"]),
    ] {
        let words = [inputs, &["-s", "none", "-o", "all.json"]].concat();
        world.translate(&words).expect_code(0);
        let array: serde_json::Value = serde_json::from_str(&world.read("all.json")).unwrap();
        let documents = array.as_array().unwrap().iter();
        let ids: Vec<&str> = documents.map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected);
    }
    let lines = world
        .translate(&["two.csv", "-s", "none", "-f", "jsonl"])
        .expect_code(0);
    assert_eq!(lines.stdout.lines().count(), 2);
}

#[test]
fn the_ending_of_the_output_says_the_format() {
    let world = World::new();
    let outcome = world.translate(&["article.txt", "-s", "none", "-o", "out/article.json"]);
    assert_eq!(outcome.expect_code(0).stdout, "");
    let json: serde_json::Value = serde_json::from_str(&world.read("out/article.json")).unwrap();
    assert_eq!(json["schema"], 1);
    world
        .translate(&["article.txt", "-s", "none", "-o", "article.html"])
        .expect_code(0);
    assert!(world.read("article.html").starts_with("<!DOCTYPE html>"));
}

#[test]
fn a_single_article_replaces_what_is_there_with_overwrite_and_without() {
    let world = World::new();
    world.write(
        "other.txt",
        "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
    );
    for output in ["a.docx", "a.csv", "a.json", "out/"] {
        for more in [&[][..], &["--overwrite"]] {
            let output = format!("{}/{output}", more.len());
            let words = [&FAST[..], &["other.txt", "-o", &output], more].concat();
            for _ in 0..1 + more.len() {
                world.translate(&words).expect_code(0);
            }
        }
    }
    for folder in ["0", "1"] {
        let files = world.files(folder);
        assert_eq!(
            files,
            [
                "a.csv",
                "a.docx",
                "a.json",
                "out/.audarma-single.jsonl",
                "out/other.txt"
            ]
        );
    }
}

#[test]
fn a_result_beside_its_article_keeps_the_articles_ending() {
    let world = World::new();
    let words = [&FAST[..], &["article.txt", "-o", "."]].concat();
    let before = world.read("article.txt");
    world.translate(&words).expect_code(0);
    assert!(world.path("article.txt.txt").is_file());
    assert_eq!(world.read("article.txt"), before);
}

#[test]
fn a_single_result_replaces_its_own_alone() {
    let world = World::new();
    let sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    world.write("a.txt", sentence);
    world.write("a.html", format!("<p>{sentence}</p>"));
    for input in ["a.txt", "a.html", "a.txt"] {
        let words = [&FAST[..], &[input, "-o", "out/", "-f", "html"]].concat();
        world.translate(&words).expect_code(0);
    }
    assert_eq!(
        world.files("out"),
        [".audarma-single.jsonl", "a.html.html", "a.txt.html"]
    );
    let words = [&FAST[..], &["a.html", "-o", "."]].concat();
    for _ in 0..2 {
        world.translate(&words).expect_code(0);
        assert_eq!(world.read("a.txt"), sentence);
        assert!(world.path("a.html.txt").is_file());
    }
    // In the article's folder, what has the name already may be anything.
    std::fs::create_dir(world.path("b")).unwrap();
    world.write("b/c.txt", sentence);
    world.write("b/c.json", "mine");
    let words = [&FAST[..], &["b/c.txt", "-o", "b", "-f", "json"]].concat();
    world.translate(&words).expect_code(0);
    assert_eq!(
        world.files("b"),
        [".audarma-single.jsonl", "c.json", "c.txt", "c.txt.json"]
    );
    assert_eq!(world.read("b/c.json"), "mine");
}

#[test]
fn a_single_result_does_not_replace_that_of_another_article_or_a_file_of_the_users() {
    let world = World::new();
    let sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    for folder in ["v", "w", "out"] {
        std::fs::create_dir(world.path(folder)).unwrap();
    }
    world.write("v/a.txt", sentence);
    let other = "Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті.";
    world.write("w/a.txt", other);
    world.write("v/b.txt", sentence);
    let notes = ["out/b.html", "out/b.json", "out/b.txt"].map(|note| world.write(note, "mine"));
    for (format, ending) in [("html", "html"), ("json", "json"), ("text", "txt")] {
        let translate = |input: &str, more: &[&str]| {
            let words = [&FAST[..], &[input, "-o", "out/", "-f", format], more].concat();
            world.translate(&words).expect_code(0).stderr
        };
        let (first, second) = (format!("out/a.{ending}"), format!("out/a.txt.{ending}"));
        translate("v/a.txt", &[]);
        let before = world.read(&first);
        let said = translate("w/a.txt", &[]);
        let told = format!("{first} is no result of w/a.txt");
        assert!(said.contains(&told), "{said}");
        assert!(said.contains(&format!("the result is {second}")), "{said}");
        assert_eq!(world.read(&first), before);
        let after = world.read(&second);
        assert_ne!(after, before);
        // The same again, in any order and by any path, is written to the same files.
        let absolute = world.path("w/a.txt");
        for input in [
            "v/a.txt",
            absolute.to_str().unwrap(),
            "v/../w/a.txt",
            "./v/a.txt",
        ] {
            let said = translate(input, &[]);
            assert!(!said.contains("is no result"), "{said}");
        }
        // The other formats have the seconds.
        if format == "text" {
            assert_eq!((world.read(&first), world.read(&second)), (before, after));
        }
        translate("v/b.txt", &[]);
        assert!(world.path(&format!("out/b.txt.{ending}")).is_file());
        // What was made is changed by hand.
        world.write(&first, "corrected");
        translate("v/a.txt", &[]);
        assert_eq!(world.read(&first), "corrected");
        assert!(world.path(&format!("out/v/a.txt.{ending}")).is_file());
        translate("w/a.txt", &["--overwrite"]);
        assert_eq!(world.read(&first), "corrected");
    }
    for note in notes {
        assert_eq!(std::fs::read_to_string(note).unwrap(), "mine");
    }
}

#[test]
fn articles_of_standard_input_and_the_demonstration_replace_no_other() {
    let world = World::new();
    let pipe = |text: &str| {
        let words = [&super::support::MODELS[..], &FAST, &["-", "-o", "out/"]].concat();
        let mut command = world.command(&words);
        command.stdin(std::process::Stdio::piped());
        command.stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        world
            .outcome(child.wait_with_output().unwrap())
            .expect_code(0);
    };
    let texts = [
        "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
        "Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті.",
    ];
    for text in [texts[0], texts[1], texts[0]] {
        pipe(text);
    }
    let results = || {
        let mut files = world.files("out");
        files.retain(|file| !file.starts_with('.'));
        files
    };
    assert_eq!(results().len(), 2, "{:?}", results());
    world
        .translate(&[&FAST[..], &["article.txt", "-o", "out/"]].concat())
        .expect_code(0);
    let before = world.read("out/article.txt");
    for _ in 0..2 {
        world.run(&["demo", "-o", "out/"]).expect_code(0);
    }
    assert_eq!(world.read("out/article.txt"), before);
    assert_eq!(results().len(), 4, "{:?}", results());
}

#[test]
fn many_inputs_go_to_a_folder_each_to_its_own_file() {
    let world = World::new();
    world.write(
        "other.txt",
        "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
    );
    let outcome = world.translate(&["article.txt", "other.txt", "-s", "none", "-o", "out"]);
    outcome.expect_code(0);
    assert_eq!(
        world.read("out/other.txt"),
        "This year the membership of these councils was renewed by 46%.\n"
    );
    assert!(
        world
            .read("out/article.txt")
            .starts_with("7,154 people found")
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let world = World::new();
    let mut child = world
        .command(&[&super::support::MODELS[..], &["article.txt"]].concat())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let outcome = world
        .outcome(child.wait_with_output().unwrap())
        .expect_code(0);
    assert_eq!(outcome.stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_temporary_and_leaves_no_half_file() {
    let world = World::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command =
        world.command(&[&super::support::MODELS[..], &["article.txt", "-s", "none"]].concat());
    let outcome = world.outcome(command.stdout(full).output().unwrap());
    let outcome = outcome.expect_code(75);
    assert!(
        outcome.stderr.contains("standard output"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_result_never_replaces_its_input() {
    let world = World::new();
    let before = world.read("article.txt");
    let outcome = world.translate(&["article.txt", "-s", "none", "-o", "./article.txt"]);
    let outcome = outcome.expect_code(2);
    assert!(
        outcome.stderr.contains("would replace the input"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.read("article.txt"), before);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let file = world.write("real.txt", "old");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.txt", world.path("link.txt")).unwrap();
    world
        .translate(&["article.txt", "-s", "none", "-o", "link.txt"])
        .expect_code(0);
    assert!(world.read("real.txt").starts_with("7,154 people"));
    assert!(world.path("link.txt").is_symlink());
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_stays_a_device() {
    let outcome = World::new().translate(&["article.txt", "-s", "none", "-o", "/dev/null"]);
    outcome.expect_code(0);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn what_is_neither_replaced_nor_written_through_is_refused_before_any_work() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    let _listener = std::os::unix::net::UnixListener::bind(world.path("socket")).unwrap();
    symlink("nowhere", world.path("dangling")).unwrap();
    std::fs::create_dir(world.path("out")).unwrap();
    symlink("/dev/null", world.path("out/article.txt")).unwrap();
    std::fs::hard_link(world.path("article.txt"), world.path("hard.txt")).unwrap();
    for (arguments, reason) in [
        (&["-o", "socket"][..], "socket is a socket"),
        (&["-o", "dangling"], "dangling is a link that leads nowhere"),
        (&["-o", "out"], "out/article.txt is a pipe or a device"),
        (&["-o", "hard.txt"], "would replace the input article.txt"),
    ] {
        // No model is asked for: the default ones are not here.
        let outcome = world.run(&[&["article.txt"], arguments].concat());
        let outcome = outcome.expect_code(2);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
    assert!(!world.path("nowhere").exists());
}

/// The file of a descriptor keeps what it has, and stays the file that the shell opened.
#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_is_written_through() {
    use std::os::unix::fs::MetadataExt;
    let world = World::new();
    let path = world.write("log", "before\n");
    let number = std::fs::metadata(&path).unwrap().ino();
    for output in ["/dev/fd/2", "/dev/stderr"] {
        let log = std::fs::OpenOptions::new().append(true).open(&path);
        let words = ["article.txt", "-s", "none", "-q", "-o", output];
        let mut command = world.command(&[&super::support::MODELS[..], &words].concat());
        let outcome = command.stderr(log.unwrap()).output().unwrap();
        assert_eq!(outcome.status.code(), Some(0));
    }
    let text = world.read("log");
    let results = text.strip_prefix("before\n").unwrap();
    let (first, second) = results.split_at(results.len() / 2);
    assert!(first.starts_with("7,154 people"), "{text}");
    assert_eq!(first, second);
    assert_eq!(std::fs::metadata(&path).unwrap().ino(), number);
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_any_work() {
    let world = World::new();
    world.write("file", "");
    // No model is asked for: the default ones are not here.
    let outcome = world
        .run(&["article.txt", "-o", "file/below.txt"])
        .expect_code(2);
    assert!(
        outcome.stderr.contains("cannot write to"),
        "{}",
        outcome.stderr
    );
    let outcome = world
        .run(&["article.txt", "other.txt", "-o", "file"])
        .expect_code(2);
    assert!(
        outcome.stderr.contains("go to a folder"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn one_output_that_fails_harms_only_its_input() {
    let world = World::new();
    let sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    world.write("a.txt", sentence);
    world.write("b.txt", sentence);
    std::fs::create_dir_all(world.path("out/a.txt")).unwrap();
    let outcome = world
        .translate(&["a.txt", "b.txt", "-s", "none", "-o", "out"])
        .expect_code(1);
    assert!(outcome.stderr.contains("a.txt"), "{}", outcome.stderr);
    assert!(world.read("out/b.txt").starts_with("This year"));
}

#[cfg(unix)]
#[test]
fn signals_end_the_program_with_a_shells_codes() {
    let world = World::new();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        // Standard input stays open, so the program waits for the article.
        let mut child = world
            .command(&[&super::support::MODELS[..], &["-"]].concat())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // What was taken in shows that the program is up and its handler is set.
        let chunk = vec![b' '; 1 << 20];
        std::io::Write::write_all(&mut input, &chunk).unwrap();
        let kill = std::process::Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let outcome = world.outcome(child.wait_with_output().unwrap());
        outcome.expect_code(code);
        drop(input);
    }
}

/// `script` (util-linux) gives the program a terminal. Seen there: a logging library that panicked on
/// coloured output alone.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_the_text_in_colour() {
    let world = World::new();
    let program =
        world.command(&[&super::support::MODELS[..], &["article.txt", "missing.txt"]].concat());
    let words = std::iter::once(program.get_program()).chain(program.get_args());
    let line: Vec<String> = words
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    let mut command = std::process::Command::new("script");
    command
        .args(["-qec", &line.join(" "), "/dev/null"])
        .current_dir(world.path(""));
    command.env_clear().envs(
        program
            .get_envs()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    let output = command
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let screen = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{screen}");
    assert!(
        screen.contains("7,154 people found permanent jobs"),
        "{screen}"
    );
    assert!(
        screen.contains("\u{1b}[1;31merror: \u{1b}[0mmissing.txt"),
        "{screen}"
    );
    assert!(!screen.contains("panicked"), "{screen}");
}
