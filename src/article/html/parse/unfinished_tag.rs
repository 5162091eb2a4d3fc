//! A tag whose end is not parsed yet: its attributes are counted in its text.

use super::{MAX_TAG_ATTRIBUTES, too_many};
use crate::article::ArticleError;

/// A tag that is not at its end yet.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct UnfinishedTag {
    state: TagState,
    attributes: usize,
}

/// Where in a tag its next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum TagState {
    /// After `<`.
    #[default]
    Open,
    /// After `</`.
    EndOpen,
    /// After `<!`.
    Declaration,
    /// In a comment, up to its end, which is a token.
    Comment,
    Name,
    BeforeAttribute,
    AttributeName,
    AfterAttributeName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Unquoted,
}

impl TagState {
    /// The state after a byte, as the HTML standard has it; `None` after the tag's end, and where it
    /// is no tag.
    fn after(self, byte: u8) -> Option<TagState> {
        let is_space = byte.is_ascii_whitespace();
        Some(match (self, byte) {
            (Self::Open, b'/') => Self::EndOpen,
            (Self::Open, b'!') => Self::Declaration,
            (Self::Declaration, b'-') | (Self::Comment, _) => Self::Comment,
            (Self::Declaration, _) => return None,
            (Self::Open | Self::EndOpen, _) => {
                return byte.is_ascii_alphabetic().then_some(Self::Name);
            }
            (Self::DoubleQuoted, b'"') | (Self::SingleQuoted, b'\'') => Self::BeforeAttribute,
            (Self::DoubleQuoted | Self::SingleQuoted, _) => self,
            (_, b'>') => return None,
            (Self::Name | Self::BeforeAttribute | Self::Unquoted, _) if is_space => {
                Self::BeforeAttribute
            }
            (Self::AttributeName | Self::AfterAttributeName, _) if is_space => {
                Self::AfterAttributeName
            }
            (Self::BeforeValue, _) if is_space => Self::BeforeValue,
            (Self::BeforeValue, b'"') => Self::DoubleQuoted,
            (Self::BeforeValue, b'\'') => Self::SingleQuoted,
            (Self::BeforeValue | Self::Unquoted, _) => Self::Unquoted,
            (_, b'/') => Self::BeforeAttribute,
            (Self::AttributeName | Self::AfterAttributeName, b'=') => Self::BeforeValue,
            (Self::Name, _) => Self::Name,
            _ => Self::AttributeName,
        })
    }
}

impl UnfinishedTag {
    /// The tag with more of its bytes; `None` if they end it. Refuses it where it has too many
    /// attributes.
    pub(super) fn with(mut self, chunk: &str) -> Result<Option<Self>, ArticleError> {
        for byte in chunk.bytes() {
            let Some(state) = self.state.after(byte) else {
                return Ok(None);
            };
            if state == TagState::AttributeName && self.state != state {
                self.attributes += 1;
            }
            self.state = state;
        }
        if self.attributes > MAX_TAG_ATTRIBUTES {
            return Err(too_many("attributes in a tag", MAX_TAG_ATTRIBUTES));
        }
        Ok(Some(self))
    }
}
