//! What a terminal shows, whatever its width. `script` (util-linux) is one.

use std::process::{Command, Stdio};

use super::support::{FAST, MODELS, World};

const WIDTHS: [usize; 4] = [40, 60, 80, 120];

/// What a terminal of so many columns gets, without colours.
fn screen(world: &World, columns: usize, arguments: &[&str]) -> String {
    let program = world.command(arguments);
    let words = std::iter::once(program.get_program()).chain(program.get_args());
    let words: Vec<String> = words
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    let line = format!("stty cols {columns} rows 50; {}", words.join(" "));
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(world.path(""))
        .env_clear();
    let settings = program.get_envs();
    command.envs(settings.filter_map(|(key, value)| Some((key, value?))));
    let output = command
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let screen = String::from_utf8(output.stdout).unwrap();
    assert!(!screen.contains("panicked"), "{screen}");
    screen.replace("\r\n", "\n")
}

/// The columns of a line, without what moves the cursor.
fn columns_of(line: &str) -> usize {
    let mut columns = 0;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                let _ = characters.by_ref().skip(1).find(char::is_ascii_alphabetic);
            }
            character if character.is_control() => {}
            _ => columns += 1,
        }
    }
    columns
}

#[track_caller]
fn assert_fits(screen: &str, columns: usize) {
    for line in screen.split(['\n', '\r']) {
        // A word that is wider is left to the terminal.
        let is_one_word = !line.trim().contains(' ');
        let is_narrow = columns_of(line) <= columns || is_one_word;
        assert!(is_narrow, "{columns}: {line:?}\n{screen}");
    }
}

#[test]
fn lists_and_messages_end_between_words_at_any_width() {
    let world = World::new();
    for columns in WIDTHS {
        let models = screen(&world, columns, &["models", "list"]);
        assert_fits(&models, columns);
        insta::assert_snapshot!(format!("models_{columns}"), models);
        let word = "https://turkystan.kz/1";
        let error = screen(&world, columns, &[&MODELS[..], &[word]].concat());
        insta::assert_snapshot!(format!("error_{columns}"), error);
    }
}

#[test]
fn what_doctor_tells_stays_in_its_column() {
    let world = World::new();
    for columns in WIDTHS {
        let told = screen(&world, columns, &["doctor", "--offline"]);
        let lines = told.lines().take_while(|line| !line.is_empty());
        for line in lines.filter(|line| line.starts_with(' ')) {
            assert!(line.starts_with(&" ".repeat(11)), "{told}");
        }
        assert!(told.contains("\nnetwork    not used: offline\n"), "{told}");
        let is_path = |line: &&str| line.contains('/');
        let others: Vec<&str> = told.lines().filter(|line| !is_path(line)).collect();
        assert_fits(&others.join("\n"), columns);
    }
}

#[test]
fn a_run_and_its_last_lines_fit_any_width() {
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    for number in 1..=12 {
        let name = format!("in/2023-08-29-\u{436}\u{435}\u{442}\u{456}\u{441}\u{443}-{number}.txt");
        std::fs::copy(world.path("article.txt"), world.path(&name)).unwrap();
    }
    for columns in WIDTHS {
        let output = format!("out-{columns}");
        let words = [&MODELS[..], &FAST, &["in", "-o", &output]].concat();
        let run = screen(&world, columns, &words);
        assert!(run.contains("12 articles translated\n"), "{run}");
        assert_fits(&run, columns);
    }
}
