//! List items, which may bring their own bullet or number from the article.

/// An item's text without its marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// The item has a number of its own, kept unchanged: `3.` or `3)`.
    Numbered { marker: &'a str, text: &'a str },
    /// The item has a bullet or a dash, or no marker at all.
    Bulleted { text: &'a str },
}

impl<'a> Item<'a> {
    /// Takes the marker off an item.
    pub(super) fn of(item: &'a str) -> Self {
        let bulleted = Self::Bulleted { text: item };
        let Some((marker, text)) = item.split_once(' ') else {
            return bulleted;
        };
        let text = text.trim_start();
        if matches!(
            marker,
            "-" | "–" | "—" | "•" | "·" | "*" | "▪" | "●" | "◦" | "‣"
        ) {
            return Self::Bulleted { text };
        }
        match marker.strip_suffix(['.', ')']) {
            // CommonMark knows numbers of up to nine digits.
            Some(number)
                if (1..=9).contains(&number.len())
                    && number.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Self::Numbered { marker, text }
            }
            _ => bulleted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bullet_of_the_article_is_not_doubled() {
        for item in ["- One", "• One", "– One", "One"] {
            assert_eq!(Item::of(item), Item::Bulleted { text: "One" });
        }
    }

    #[test]
    fn a_number_stays() {
        assert_eq!(
            Item::of("12. One two"),
            Item::Numbered {
                marker: "12.",
                text: "One two"
            }
        );
        assert_eq!(
            Item::of("1) One"),
            Item::Numbered {
                marker: "1)",
                text: "One"
            }
        );
    }

    #[test]
    fn what_only_resembles_a_marker_is_text() {
        for item in [
            "2023 was good",
            "-5 degrees",
            "a) One",
            "1234567890. One",
            "-",
            "",
            ". x",
        ] {
            assert_eq!(Item::of(item), Item::Bulleted { text: item });
        }
    }
}
