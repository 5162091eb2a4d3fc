//! Quotes, dashes and spaces as in NLLB's training text, which was normalised with Moses'
//! punctuation normaliser.

/// Brings quotes to `"` and `'`, dashes to `-`, the ellipsis to three stops, and white space to
/// single spaces, none before a closing mark or after an opening one.
pub(super) fn normalize(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '«' | '‹' => push_opening(&mut plain, &mut characters, '"'),
            '»' | '›' => push_closing(&mut plain, '"'),
            '“' | '”' | '„' | '‟' | '″' | '＂' => plain.push('"'),
            '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' => plain.push('\''),
            '–' | '−' | '‒' | '‐' | '‑' => plain.push('-'),
            '—' | '―' => plain.push_str(" - "),
            '…' => plain.push_str("..."),
            _ => plain.push(character),
        }
    }
    closed_up(&plain)
}

/// An opening quote, and no white space after it.
fn push_opening(
    plain: &mut String,
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    quote: char,
) {
    plain.push(quote);
    while rest.next_if(|next| next.is_whitespace()).is_some() {}
}

/// A closing quote, and no white space before it.
fn push_closing(plain: &mut String, quote: char) {
    plain.truncate(plain.trim_end().len());
    plain.push(quote);
}

/// Single spaces; none before `,.;:!?)%` or after `(`, none at the ends.
fn closed_up(text: &str) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut space = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_whitespace() {
            space = true;
            continue;
        }
        let ends_word = characters.peek().is_none_or(|next| !next.is_alphanumeric());
        let after_digit = closed.ends_with(|last: char| last.is_ascii_digit());
        let after_word =
            closed.ends_with(|last: char| last.is_alphanumeric() || "\")%".contains(last));
        let no_space = closed.is_empty()
            || closed.ends_with('(')
            || matches!(character, ')' | ',' | ';' | ':' | '!' | '?') && ends_word
            || character == '.' && ends_word && characters.peek() != Some(&'.') && after_word
            || character == '%' && after_digit;
        if space && !no_space {
            closed.push(' ');
        }
        space = false;
        closed.push(character);
    }
    closed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_dashes_become_ascii() {
        assert_eq!(
            normalize("«Ұлттық мұра» – „жоба“"),
            "\"Ұлттық мұра\" - \"жоба\""
        );
        assert_eq!(
            normalize("« Ұлттық мұра » жобасы"),
            "\"Ұлттық мұра\" жобасы"
        );
        assert_eq!(normalize("сөз—сөз…"), "сөз - сөз...");
        assert_eq!(normalize("әл‑ауқат 5−3"), "әл-ауқат 5-3");
        assert_eq!(normalize("Қ’аз"), "Қ'аз");
    }

    #[test]
    fn spaces_are_single_and_stand_where_they_belong() {
        assert_eq!(normalize("  46 %-ға ,  бір :  екі !"), "46%-ға, бір: екі!");
        assert_eq!(normalize("( бірінші ) кезең ."), "(бірінші) кезең.");
        assert_eq!(normalize("7\u{A0}154\u{2009}адам"), "7 154 адам");
        assert_eq!(normalize("домен .kz және 5 .NET"), "домен .kz және 5 .NET");
    }
}
