//! How well languages are told apart, measured over text that is not in the repository.
//!
//!     AUDARMA_LANGUAGES=FOLDER cargo test --release --test article_languages -- --ignored --nocapture
//!
//! FOLDER holds `CODE.txt` or `CODE.more.txt` files (`kaz_Cyrl.txt`), one sentence a line. Each line is
//! cut to a length and its language found; what was found for certain is counted apart.

use std::collections::BTreeMap;

use audarma::article::language;

#[test]
#[ignore = "measures over text that is not in the repository"]
fn languages_of_real_lines_are_told() {
    let folder = std::env::var("AUDARMA_LANGUAGES").expect("AUDARMA_LANGUAGES names a folder");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let code = name.split('.').next().unwrap_or_default();
        let text = std::fs::read_to_string(&file).expect("UTF-8 text");
        for length in [25, 50, usize::MAX] {
            let mut found = BTreeMap::new();
            let (mut total, mut right, mut sure_right, mut sure_wrong) = (0, 0, 0, 0);
            for line in text.lines() {
                let line: String = line.chars().take(length).collect();
                let detection = language::detect(&line);
                let found_code = detection.language.unwrap_or("none");
                total += 1;
                *found.entry(found_code).or_insert(0) += 1;
                right += usize::from(found_code == code);
                if detection.is_sure() {
                    sure_right += usize::from(found_code == code);
                    sure_wrong += usize::from(found_code != code);
                }
            }
            let percent = |count: usize| 100.0 * count as f64 / f64::from(total);
            let length = if length == usize::MAX {
                "whole".into()
            } else {
                length.to_string()
            };
            println!(
                "{name} {length:>5}: {total} lines, right {:.2} %, sure and right {:.2} %, sure and \
                 wrong {:.2} %  {found:?}",
                percent(right),
                percent(sure_right),
                percent(sure_wrong),
            );
        }
    }
}
