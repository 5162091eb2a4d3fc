//! Quotation marks and brackets: which open, which close, and what they enclose.
//!
//! The press mixes `« »`, `“ ”`, `„ “`, `" "` and even `” ”` in one article, so only `«`, `»` and
//! `„` are unambiguous; for the others, the neighbouring characters decide.

use super::characters::is_dash;

/// A pair of an opening and a closing mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Byte offset of the opening mark.
    pub open: usize,
    /// Byte offset of the closing mark.
    pub close: usize,
    /// Whether a colon, comma or dash precedes the opening mark, as it does before direct speech.
    pub introduced: bool,
}

impl Span {
    /// Bytes from the opening to the closing mark.
    pub(crate) fn len(self) -> usize {
        self.close - self.open
    }
}

/// All pairs of marks in a text, and the byte offset of every closing mark, paired or not.
#[derive(Debug, Default)]
pub(crate) struct Enclosures {
    quotes: Vec<Span>,
    brackets: Vec<Span>,
    closing: Vec<usize>,
}

/// What a mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Open,
    Close,
}

impl Enclosures {
    /// Finds the marks of a text and pairs them.
    pub(crate) fn read(text: &str) -> Self {
        let mut found = Enclosures::default();
        let (mut open_quotes, mut open_brackets) = (Vec::<(usize, bool)>::new(), Vec::new());
        let mut previous = ' ';
        let mut previous_visible = ' ';
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map_or(' ', |&(_, next)| next);
            let introduced = matches!(previous_visible, ':' | ',')
                || is_dash(previous_visible)
                // A quotation that begins with another is introduced as that one is.
                || matches!(previous_visible, '«' | '„' | '“' | '"')
                    && open_quotes.last().is_some_and(|&(_, introduced)| introduced);
            let (role, pairs, open) = match c {
                '(' | '[' => (Some(Role::Open), &mut found.brackets, &mut open_brackets),
                ')' | ']' => (Some(Role::Close), &mut found.brackets, &mut open_brackets),
                _ => {
                    let role = quote_role(c, previous, next, !open_quotes.is_empty());
                    (role, &mut found.quotes, &mut open_quotes)
                }
            };
            match role {
                // An apostrophe may be a letter (Latin script): it closes, but is never paired.
                Some(Role::Open) if c != '\'' => open.push((at, introduced)),
                Some(Role::Close) => {
                    found.closing.push(at);
                    if c != '\''
                        && let Some((start, introduced)) = open.pop()
                    {
                        pairs.push(Span {
                            open: start,
                            close: at,
                            introduced,
                        });
                    }
                }
                _ => {}
            }
            previous = c;
            if !c.is_whitespace() {
                previous_visible = c;
            }
        }
        found.quotes.sort_unstable_by_key(|span| span.open);
        found.brackets.sort_unstable_by_key(|span| span.open);
        found
    }

    /// Whether the mark at this offset closes a quotation or a bracket.
    pub(crate) fn closes(&self, at: usize) -> bool {
        self.closing.binary_search(&at).is_ok()
    }

    pub(crate) fn quotes(&self) -> Cursor<'_> {
        Cursor::new(&self.quotes)
    }

    pub(crate) fn brackets(&self) -> Cursor<'_> {
        Cursor::new(&self.brackets)
    }
}

/// Whether the quotation mark `c` opens or closes, by the characters next to it; `None` if it is no
/// quotation mark. `inside`: whether a quotation is open.
fn quote_role(c: char, previous: char, next: char, inside: bool) -> Option<Role> {
    let is_double = match c {
        '«' | '„' | '‹' | '‚' => return Some(Role::Open),
        '»' | '›' => return Some(Role::Close),
        '"' | '“' | '”' | '‟' | '″' => true,
        '\'' | '‘' | '’' => false,
        _ => return None,
    };
    let free_left =
        previous.is_whitespace() || matches!(previous, '(' | '[' | '«' | '„' | '“' | '"');
    let free_right =
        next.is_whitespace() || !(next.is_alphanumeric() || matches!(next, '№' | '…' | '(' | '«'));
    match (free_left, free_right) {
        (true, false) => Some(Role::Open),
        (false, true) if is_double || !previous.is_alphanumeric() => Some(Role::Close),
        // An apostrophe.
        _ if !is_double => None,
        // The neighbours do not decide: it closes if a quotation is open.
        _ if inside => Some(Role::Close),
        _ => Some(Role::Open),
    }
}

/// Finds the pair around an offset, for offsets in ascending order.
#[derive(Debug)]
pub(crate) struct Cursor<'e> {
    /// Pairs that begin at or after the last offset.
    ahead: std::slice::Iter<'e, Span>,
    /// Pairs around the last offset, the innermost last.
    open: Vec<Span>,
}

impl<'e> Cursor<'e> {
    fn new(spans: &'e [Span]) -> Self {
        Cursor {
            ahead: spans.iter(),
            open: Vec::new(),
        }
    }

    /// The innermost pair around a byte offset, which must not be smaller than in the call before.
    pub(crate) fn around(&mut self, at: usize) -> Option<Span> {
        while let Some(span) = self.ahead.as_slice().first().filter(|span| span.open < at) {
            self.close_before(span.open);
            self.open.push(*span);
            self.ahead.next();
        }
        self.close_before(at);
        self.open.last().copied()
    }

    /// Removes the pairs that close before this offset.
    fn close_before(&mut self, at: usize) {
        while self.open.pop_if(|span| span.close < at).is_some() {}
    }
}
