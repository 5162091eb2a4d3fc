//! The plural of an English term.

/// The plural of `term`, of which the last word is made plural; `None` if that is a name, has other
/// letters than English or may be a plural already.
pub(crate) fn plural(term: &str) -> Option<String> {
    let last = term.rsplit(' ').next()?;
    let is_noun = last.len() > 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_noun || last.ends_with('s') {
        return None;
    }
    let begins = |ending: &str| term.strip_suffix(ending);
    let is_vowel = |c: char| "aeiou".contains(c);
    if let Some(stem) = begins("y").filter(|stem| !stem.ends_with(is_vowel)) {
        return Some(format!("{stem}ies"));
    }
    let hisses = ["x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end));
    Some(format!("{term}{}", if hisses { "es" } else { "s" }))
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn nouns_have_a_plural_and_names_have_none() {
        for (term, expected) in [
            ("party branch", Some("party branches")),
            ("treasury", Some("treasuries")),
            ("survey", Some("surveys")),
            ("akim", Some("akims")),
            ("news", None),
            ("Majilis", None),
            ("Astana", None),
            ("AMANAT", None),
            ("", None),
        ] {
            assert_eq!(plural(term).as_deref(), expected, "{term}");
        }
    }
}
