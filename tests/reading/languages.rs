//! How well languages are told apart, measured over text that is not in the repository.
//!
//!     AUDARMA_LANGUAGES=FOLDER cargo test --release --test reading languages -- --ignored --nocapture
//!
//! FOLDER holds `CODE.txt` or `CODE.more.txt` files (`kaz_Cyrl.txt`), one sentence a line. Each line is
//! cut to a length and its language found; what was found for certain is counted apart.
//!
//!     AUDARMA_EVAL=FOLDER cargo test --test reading languages -- --ignored --nocapture latin
//!
//! FOLDER holds `NAME.kk.txt` files: their words are spelt in the official Latin alphabets and back.

use std::collections::BTreeMap;

use audarma::language::{self, Alphabet};

#[test]
#[ignore = "measures over text that is not in the repository"]
fn languages_of_real_lines_are_recognised() {
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

/// The official tables, letter by letter; ъ and ь are not written.
const OF_2018: &str = "\
    а=a ә=á б=b в=v г=g ғ=ǵ д=d е=e ё=ıo ж=j з=z и=ı й=ı к=k қ=q л=l м=m н=n ң=ń о=o ө=ó п=p р=r с=s \
    т=t у=ý ұ=u ү=ú ф=f х=h һ=h ц=ts ч=ch ш=sh щ=sh ъ= ы=y і=i ь= э=e ю=ıý я=ıa";
const OF_2021: &str = "\
    а=a ә=ä б=b в=v г=g ғ=ğ д=d е=e ё=io ж=j з=z и=i й=i к=k қ=q л=l м=m н=n ң=ñ о=o ө=ö п=p р=r с=s \
    т=t у=u ұ=ū ү=ü ф=f х=h һ=h ц=ts ч=tş ш=ş щ=ştş ъ= ы=y і=ı ь= э=e ю=iu я=ia";

fn in_latin(text: &str, alphabet: Alphabet) -> String {
    let table = match alphabet {
        Alphabet::Of2017 | Alphabet::Of2018 => OF_2018,
        Alphabet::Of2021 | Alphabet::WithEng => OF_2021,
    };
    let entries: BTreeMap<&str, &str> = table
        .split(' ')
        .filter_map(|entry| entry.split_once('='))
        .collect();
    let mut latin = String::new();
    for letter in text.chars() {
        let small: String = letter.to_lowercase().collect();
        match entries.get(small.as_str()) {
            Some(spelt) if letter.is_uppercase() => {
                // The alphabet of 2021 has a dotted capital for its dotted letter.
                let of_2021 = matches!(alphabet, Alphabet::Of2021 | Alphabet::WithEng);
                let dotted = of_2021 && spelt.starts_with('i');
                let mut letters = spelt.chars();
                let first = letters.next();
                if dotted {
                    latin.push('İ');
                } else {
                    latin.extend(first.into_iter().flat_map(char::to_uppercase));
                }
                latin.extend(letters);
            }
            Some(spelt) => latin.push_str(spelt),
            None => latin.push(letter),
        }
    }
    let variants: &[(&str, &str)] = match alphabet {
        Alphabet::Of2017 => OF_2017,
        Alphabet::WithEng => WITH_ENG,
        Alphabet::Of2018 | Alphabet::Of2021 => &[],
    };
    let changed = variants.iter();
    changed.fold(latin, |latin, (letter, other)| latin.replace(letter, other))
}

/// What the alphabet of 2017 writes for letters of 2018, and sites for those of 2021.
#[rustfmt::skip]
const OF_2017: &[(&str, &str)] = &[
    ("sh", "s'"), ("ch", "c'"), ("Sh", "S'"), ("Ch", "C'"), ("á", "a'"), ("ǵ", "g'"), ("ı", "i'"), ("ń", "n'"),
    ("ó", "o'"), ("ú", "u'"), ("ý", "y'"), ("Á", "A'"), ("Ǵ", "G'"), ("Ń", "N'"), ("Ó", "O'"), ("Ú", "U'"),
    ("Ý", "Y'"),
];
const WITH_ENG: &[(&str, &str)] = &[("ñ", "ŋ"), ("Ñ", "Ŋ"), ("ğ", "ǧ"), ("Ğ", "Ǧ")];

/// Kazakh and Russian letters in a row.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.starts_with(|letter| ('\u{400}'..='\u{52f}').contains(&letter)))
}

#[test]
#[ignore = "measures over text that is not in the repository"]
fn words_come_back_from_latin_spelling() {
    let folder = std::env::var("AUDARMA_EVAL").expect("AUDARMA_EVAL names a folder");
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
        if entry.file_name().to_string_lossy().ends_with(".kk.txt") {
            text += &std::fs::read_to_string(entry.path()).expect("UTF-8 text");
        }
    }
    for alphabet in Alphabet::ALL {
        let (mut total, mut right, mut native, mut native_right) = (0, 0, 0, 0);
        let (mut lines, mut whole) = (0, 0);
        let mut wrong: BTreeMap<(String, String), usize> = BTreeMap::new();
        for line in text.lines() {
            let back = alphabet.to_cyrillic(&in_latin(line, alphabet));
            lines += 1;
            whole += usize::from(back == line);
            for word in words(line) {
                let back = alphabet.to_cyrillic(&in_latin(word, alphabet));
                let foreign = word.to_lowercase().contains(['ь', 'ъ', 'э', 'щ', 'ц']);
                total += 1;
                right += usize::from(back == word);
                native += usize::from(!foreign);
                native_right += usize::from(!foreign && back == word);
                if back != word {
                    *wrong.entry((word.to_owned(), back)).or_default() += 1;
                }
            }
        }
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "{}: {:.2} % of {total} words, {:.2} % of {native} without ь ъ э щ ц, {:.1} % of {lines} lines",
            alphabet.name(),
            share(right, total),
            share(native_right, native),
            share(whole, lines)
        );
        let mut wrong: Vec<_> = wrong.into_iter().collect();
        wrong.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        println!("{:?}", &wrong[..wrong.len().min(30)]);
    }
}
