//! A document from its skeleton and the translations of its units.

use std::ops::Range;

use super::TranslatedUnit;
use super::flow::{Block, Escape, LINE_BREAK, NodeKind, Piece, Skeleton};
use super::place::{Placed, place};

impl Skeleton {
    /// The document with each unit's translation in its place; a unit without one is kept.
    pub(super) fn rebuild(&self, translations: &[TranslatedUnit], escape: Escape) -> String {
        let mut renderer = Renderer {
            skeleton: self,
            translations,
            escape,
            is_start: false,
            out: String::new(),
        };
        renderer.pieces(&self.pieces);
        renderer.out
    }

    /// The text of one block with its translations.
    pub(super) fn rebuild_block(
        &self,
        block: usize,
        translations: &[TranslatedUnit],
        escape: Escape,
    ) -> String {
        let mut renderer = Renderer {
            skeleton: self,
            translations,
            escape,
            is_start: false,
            out: String::new(),
        };
        renderer.pieces(&[Piece::Block(block)]);
        renderer.out
    }
}

struct Renderer<'a> {
    skeleton: &'a Skeleton,
    translations: &'a [TranslatedUnit],
    escape: Escape,
    /// Whether nothing of the block or its line is written.
    is_start: bool,
    out: String,
}

/// A node that is being written.
struct Open<'a> {
    /// `None` is the block itself.
    node: Option<usize>,
    range: Range<usize>,
    children: &'a [usize],
    /// Up to where the text is written.
    written: usize,
}

impl Renderer<'_> {
    fn pieces(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Raw(raw) => self.out.push_str(raw),
                Piece::Block(at) => {
                    if let Some(block) = self.skeleton.blocks.get(*at) {
                        self.block(block);
                    }
                }
            }
        }
    }

    fn block(&mut self, block: &Block) {
        let placed = place(block, |unit| self.translations.get(unit));
        self.is_start = true;
        let children = children(block, &placed);
        let of = |place: usize| children.get(place).map_or(&[][..], Vec::as_slice);
        let mut open = vec![Open {
            node: None,
            range: 0..placed.text.len(),
            children: of(0),
            written: 0,
        }];
        while let Some(current) = open.last_mut() {
            let style = current.node.and_then(|node| match block.nodes[node].kind {
                NodeKind::Run(style) => Some(style),
                _ => None,
            });
            let style = style.or(block.style);
            let Some((&next, rest)) = current.children.split_first() else {
                let left = current.written..current.range.end;
                let node = current.node;
                self.text(&placed, left, style);
                if let Some(NodeKind::Element { close, .. }) = node.map(|at| &block.nodes[at].kind)
                {
                    self.out.push_str(close);
                }
                open.pop();
                continue;
            };
            let range = placed.ranges[next].clone();
            let before = current.written..range.start;
            current.children = rest;
            current.written = range.end;
            self.text(&placed, before, style);
            match &block.nodes[next].kind {
                NodeKind::Atom { pieces, is_break } => {
                    let [before, after] = spaces(block, next, &placed);
                    if before && !is_break {
                        self.styled(" ", style);
                    }
                    self.pieces(pieces);
                    self.is_start = *is_break;
                    if after && !is_break {
                        self.styled(" ", style);
                    }
                }
                kind => {
                    if let NodeKind::Element { open, .. } = kind {
                        self.out.push_str(open);
                        self.is_start = false;
                    }
                    open.push(Open {
                        node: Some(next),
                        written: range.start,
                        range,
                        children: of(next + 1),
                    });
                }
            }
        }
    }

    fn text(&mut self, placed: &Placed, range: Range<usize>, style: Option<usize>) {
        let mut text = String::new();
        let mut start = range.start;
        for &at in placed.left_out.range(range.clone()) {
            text.push_str(placed.text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        text.push_str(placed.text.get(start..range.end).unwrap_or_default());
        // Where the break was; it is written at its place.
        text.retain(|c| c != LINE_BREAK);
        if !text.is_empty() {
            self.styled(&text, style);
        }
    }

    fn styled(&mut self, text: &str, style: Option<usize>) {
        let style = style.and_then(|style| self.skeleton.styles.get(style));
        if let Some((open, _)) = style {
            self.out.push_str(open);
        }
        let at_start = self.skeleton.at_start.filter(|_| self.is_start);
        let text = match at_start {
            Some(escape) => escape(&self.out, text),
            None => (self.escape)(text),
        };
        self.out.push_str(&text);
        self.is_start = false;
        if let Some((_, close)) = style {
            self.out.push_str(close);
        }
    }
}

/// Whether an atom had a space before it, and after it, that its place in the translation does not have.
fn spaces(block: &Block, node: usize, placed: &Placed) -> [bool; 2] {
    let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    let around = |text: &str, place: usize| {
        let (before, after) = text.split_at_checked(place).unwrap_or_default();
        [before.chars().next_back(), after.chars().next()]
    };
    let had = around(&block.text, block.nodes[node].range.start).map(is_space);
    let has = around(&placed.text, placed.ranges[node].start);
    [0, 1].map(|side| had[side] && has[side].is_some() && !is_space(has[side]))
}

/// The children of the block and, after it, of each node, in the order of the translation.
fn children(block: &Block, placed: &Placed) -> Vec<Vec<usize>> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); block.nodes.len() + 1];
    for (at, node) in block.nodes.iter().enumerate() {
        children[node.parent.map_or(0, |parent| parent + 1)].push(at);
    }
    for siblings in &mut children {
        siblings.sort_by_key(|&at| (placed.ranges[at].start, placed.ranges[at].end, at));
    }
    children
}
