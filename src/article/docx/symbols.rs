//! Characters of symbol fonts: a document names the font and a place in it.

/// Letters of the font Symbol, in the order of the Latin ones in whose places they are.
const GREEK_SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
const GREEK_LARGE: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
#[rustfmt::skip]
const SYMBOL: &[(u32, char)] = &[
    (0xA3, '≤'), (0xA5, '∞'), (0xAB, '↔'), (0xAC, '←'), (0xAD, '↑'), (0xAE, '→'), (0xAF, '↓'), (0xB0, '°'),
    (0xB1, '±'), (0xB2, '″'), (0xB3, '≥'), (0xB4, '×'), (0xB7, '•'), (0xB8, '÷'), (0xB9, '≠'), (0xBB, '≈'),
    (0xBC, '…'), (0xD6, '√'), (0xD7, '·'), (0xE5, '∑'),
];
#[rustfmt::skip]
const WINGDINGS: &[(u32, char)] = &[
    (0x28, '☎'), (0x2A, '✉'), (0x4A, '☺'), (0x6C, '●'), (0x6E, '■'), (0x76, '❖'), (0xA7, '▪'), (0xA8, '□'),
    (0xD8, '➢'), (0xDF, '←'), (0xE0, '→'), (0xE1, '↑'), (0xE2, '↓'), (0xE8, '➔'), (0xFB, '✗'), (0xFC, '✓'),
    (0xFE, '☑'),
];

/// The character at a place, given in hexadecimal digits, of a font; a space where it is unknown.
pub(super) fn character(font: &str, place: &str) -> char {
    let Ok(code) = u32::from_str_radix(place, 16) else {
        return ' ';
    };
    // Symbol fonts have their characters from U+F000 on.
    let place = if (0xF000..0xF100).contains(&code) {
        code - 0xF000
    } else {
        code
    };
    let among = |table: &[(u32, char)]| {
        table
            .iter()
            .find(|entry| entry.0 == place)
            .map(|entry| entry.1)
    };
    let font = font.to_ascii_lowercase();
    let known = if font.starts_with("wingdings") {
        among(WINGDINGS)
    } else if font.starts_with("symbol") {
        among(SYMBOL).or_else(|| greek(place))
    } else {
        char::from_u32(place)
    };
    let known = known.filter(|character| !character.is_control());
    known.unwrap_or(' ')
}

fn greek(place: u32) -> Option<char> {
    let latin = char::from_u32(place).filter(char::is_ascii)?;
    let at = |first: u8| usize::try_from(place.checked_sub(u32::from(first))?).ok();
    match latin {
        'a'..='z' => GREEK_SMALL.chars().nth(at(b'a')?),
        'A'..='Z' => GREEK_LARGE.chars().nth(at(b'A')?),
        _ => Some(latin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_the_characters_they_look_like() {
        assert_eq!(character("Symbol", "F0B0"), '°');
        assert_eq!(character("Symbol", "F061"), 'α');
        assert_eq!(character("Symbol", "F057"), 'Ω');
        assert_eq!(character("Wingdings", "F0E0"), '→');
        assert_eq!(character("Arial", "2116"), '№');
        assert_eq!(character("Webdings", "zz"), ' ');
    }
}
