//! What languages are called: the codes and names under which a user may ask for one.

/// NLLB's code, then what else the language is called, in lower case: codes of ISO 639-1 and 639-3 and
/// English names (tests/reference/language_codes.py).
const TABLE: &str = include_str!("codes.tsv");

/// NLLB's code (`uzn_Latn`) of the language with this code of NLLB, of ISO 639 (`uz`, `uzb`), tag of
/// BCP 47 (`uz-UZ`, `zh-Hant`) or English name, in whatever case it is; `None` if there is none.
pub fn code_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase().replace('_', "-");
    if let Some(code) = named(&name) {
        return Some(code);
    }
    // A tag: its language, then perhaps a script of four letters; a country says nothing more.
    let (language, rest) = name.split_once('-')?;
    let code = named(language)?;
    let script = rest.split('-').next().filter(|part| part.len() == 4);
    match script {
        None => Some(code),
        Some(script) => {
            let (base, _) = code.split_once('_')?;
            named(&format!("{base}-{script}"))
        }
    }
}

/// `name` is in lower case, with hyphens.
fn named(name: &str) -> Option<&'static str> {
    TABLE.lines().find_map(|row| {
        let mut cells = row.split('\t');
        let code = cells.next()?;
        let is_code = || code.to_lowercase().replace('_', "-") == name;
        (cells.any(|cell| cell == name) || is_code()).then_some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_language_has_codes_and_names_in_any_case() {
        let names = [
            (
                "kaz_Cyrl",
                ["kk", "kaz", "Kazakh", "KAZ_CYRL", "kk-KZ", "kk-Cyrl-KZ"],
            ),
            (
                "uzn_Latn",
                ["uz", "uzb", "Uzbek", "Northern Uzbek", "uzn", "uz_UZ"],
            ),
            ("rus_Cyrl", ["ru", "rus", "russian", "RU", "ru-RU", " ru "]),
            (
                "zho_Hans",
                ["zh", "zho", "Chinese", "zh-CN", "zh-Hans", "zho_hans"],
            ),
            (
                "nob_Latn",
                ["no", "nb", "nor", "Norwegian", "nb-NO", "norwegian bokmål"],
            ),
        ];
        for (code, names) in names {
            for name in names {
                assert_eq!(code_of(name), Some(code), "{name}");
            }
        }
        assert_eq!(code_of("zh-Hant"), Some("zho_Hant"));
        for unknown in ["", "-", "klingon", "kk-Arab", "auto", "xx"] {
            assert_eq!(code_of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn no_name_is_of_two_languages() {
        let mut seen = HashSet::new();
        for name in TABLE.lines().flat_map(|row| row.split('\t')) {
            assert!(seen.insert(name), "{name}");
        }
        assert_eq!(TABLE.lines().count(), 202);
    }
}
