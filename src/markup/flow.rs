//! From a document's elements to blocks of text, with what is around the blocks kept as it was.
//!
//! A format's reader says of each element what it is for ([`Role`]); here its text becomes blocks, in
//! which the elements within a sentence are nodes over the block's characters.

use std::borrow::Cow;
use std::ops::Range;

use crate::language::Language;

use super::units::{self, Segment};

/// The character of a line break within a block's text; a document's own becomes a space.
pub(super) const LINE_BREAK: char = '\u{B}';

/// What an element is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Holds other elements; its own text is none that is read.
    Structure,
    /// Holds text, which is a block, or several between other elements.
    Flow,
    /// As [`Role::Flow`], and its lines are kept.
    Lines,
    /// Goes with the words that it is around. If it holds blocks, it is as [`Role::Flow`].
    Inline,
    /// Stays whole at its place in the text; paragraphs within it are blocks of their own.
    Atom,
}

/// A document, piece by piece.
#[derive(Debug)]
pub(super) enum Event {
    Start {
        open: String,
        close: String,
        role: Role,
    },
    End,
    /// Text without escapes, and the style of its run in formats that have them.
    Text(String, Option<usize>),
    /// What is kept as it is.
    Raw(String),
    /// A line break, kept as it is.
    Break(String),
}

/// A part of a rebuilt document.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Raw(String),
    /// The block of this number.
    Block(usize),
}

/// Something at a place in a block's text.
#[derive(Debug)]
pub(super) struct Node {
    /// The node around it, which comes before it.
    pub parent: Option<usize>,
    /// The bytes of the block's text that it is around.
    pub range: Range<usize>,
    pub kind: NodeKind,
}

#[derive(Debug)]
pub(super) enum NodeKind {
    Element {
        open: String,
        close: String,
    },
    /// Text of a style.
    Run(usize),
    Atom {
        pieces: Vec<Piece>,
        is_break: bool,
    },
}

/// Text that is translated together.
#[derive(Debug)]
pub(super) struct Block {
    pub text: String,
    /// Parents before children, siblings in the order of the text.
    pub nodes: Vec<Node>,
    /// The whole text, cut at its units.
    pub segments: Vec<Segment>,
    /// The style of text that is in no run.
    pub style: Option<usize>,
}

/// A document's blocks, and what is around them.
#[derive(Debug, Default)]
pub(super) struct Skeleton {
    pub pieces: Vec<Piece>,
    pub blocks: Vec<Block>,
    pub units: Vec<String>,
    /// What is before and after a text of each style.
    pub styles: Vec<(String, String)>,
    /// How text at the beginning of a line is written, in formats where it may be a mark.
    pub at_start: Option<EscapeAtStart>,
}

/// How a format writes text.
pub(super) type Escape = fn(&str) -> Cow<'_, str>;

/// How a format writes text that begins a block or follows a break, after what is written already.
pub(super) type EscapeAtStart = for<'t> fn(&str, &'t str) -> Cow<'t, str>;

impl Skeleton {
    /// Reads events, which are balanced.
    pub(super) fn read(events: Vec<Event>, escape: Escape, language: &Language) -> Self {
        let demoted = holding_blocks(&events);
        let mut builder = Builder {
            skeleton: Skeleton::default(),
            language,
            escape,
            levels: vec![Level::default()],
            frames: Vec::new(),
        };
        for (at, event) in events.into_iter().enumerate() {
            let is_demoted = demoted.get(at).copied().unwrap_or_default();
            builder.take(event, is_demoted);
        }
        builder.finish()
    }
}

/// Of each event, whether it starts an inline element that holds blocks.
fn holding_blocks(events: &[Event]) -> Vec<bool> {
    let mut holding = vec![false; events.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        match event {
            Event::Start { role, .. } => {
                let is_block = matches!(role, Role::Structure | Role::Flow | Role::Lines);
                if is_block {
                    mark(&mut holding, events, &open);
                }
                open.push(at);
            }
            Event::End => _ = open.pop(),
            _ => {}
        }
    }
    holding
}

/// Marks the inline elements that are open, up to the nearest that is none or is marked.
fn mark(holding: &mut [bool], events: &[Event], open: &[usize]) {
    for &at in open.iter().rev() {
        let is_inline = matches!(
            events.get(at),
            Some(Event::Start {
                role: Role::Inline,
                ..
            })
        );
        match holding.get_mut(at) {
            Some(marked) if is_inline && !*marked => *marked = true,
            _ => return,
        }
    }
}

/// Pieces in the making; each atom with content has its own.
#[derive(Default)]
struct Level {
    pieces: Vec<Piece>,
    block: Option<BlockBuilder>,
}

/// An element that is open.
struct Frame {
    /// Whether its text is read, and whether its lines are kept.
    text: Option<Lines>,
    end: FrameEnd,
}

#[derive(Clone, Copy)]
struct Lines(bool);

enum FrameEnd {
    Raw(String),
    Node,
    Atom(String),
}

struct Builder<'l> {
    skeleton: Skeleton,
    language: &'l Language,
    escape: Escape,
    levels: Vec<Level>,
    frames: Vec<Frame>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event, is_demoted: bool) {
        let text = self.frames.last().and_then(|frame| frame.text);
        match event {
            Event::Start { open, close, role } => self.start(open, close, role, is_demoted),
            Event::End => self.end(),
            Event::Text(content, style) => match text {
                _ if content.is_empty() => {}
                // A run keeps its white space only within its own marks.
                Some(lines)
                    if self.has_block() || style.is_some() || !content.trim().is_empty() =>
                {
                    self.block(lines).push(&content, style);
                }
                _ => {
                    let escaped = (self.escape)(&content).into_owned();
                    self.raw(escaped);
                }
            },
            Event::Raw(raw) if self.has_block() => self.atom(vec![Piece::Raw(raw)], false),
            Event::Break(raw) if self.has_block() => self.atom(vec![Piece::Raw(raw)], true),
            Event::Raw(raw) | Event::Break(raw) => self.raw(raw),
        }
    }

    fn start(&mut self, open: String, close: String, role: Role, is_demoted: bool) {
        let around = self.frames.last().and_then(|frame| frame.text);
        let (text, end) = match (role, around) {
            (Role::Inline, Some(lines)) if !is_demoted => {
                self.block(lines).open(open, close);
                (around, FrameEnd::Node)
            }
            (Role::Atom, Some(lines)) => {
                self.block(lines);
                self.levels.push(Level::default());
                self.raw(open);
                (None, FrameEnd::Atom(close))
            }
            _ => {
                self.end_block();
                self.raw(open);
                let text = match role {
                    Role::Flow => Some(Lines(false)),
                    Role::Lines => Some(Lines(true)),
                    Role::Inline => around,
                    Role::Structure | Role::Atom => None,
                };
                (text, FrameEnd::Raw(close))
            }
        };
        self.frames.push(Frame { text, end });
    }

    fn end(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        match frame.end {
            FrameEnd::Node => {
                if let Some(block) = self.level().block.as_mut() {
                    block.close();
                }
            }
            FrameEnd::Raw(close) => {
                self.end_block();
                self.raw(close);
            }
            FrameEnd::Atom(close) => {
                self.end_block();
                self.raw(close);
                let pieces = self.levels.pop().unwrap_or_default().pieces;
                self.atom(pieces, false);
            }
        }
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn has_block(&self) -> bool {
        self.levels
            .last()
            .is_some_and(|level| level.block.is_some())
    }

    fn block(&mut self, Lines(keeps_lines): Lines) -> &mut BlockBuilder {
        let new = || BlockBuilder {
            keeps_lines,
            ..BlockBuilder::default()
        };
        self.level().block.get_or_insert_with(new)
    }

    fn raw(&mut self, raw: String) {
        match self.level().pieces.last_mut() {
            Some(Piece::Raw(before)) => before.push_str(&raw),
            _ => self.level().pieces.push(Piece::Raw(raw)),
        }
    }

    fn atom(&mut self, pieces: Vec<Piece>, is_break: bool) {
        if let Some(block) = self.level().block.as_mut() {
            block.atom(pieces, is_break);
        }
    }

    fn end_block(&mut self) {
        let Some(block) = self.level().block.take() else {
            return;
        };
        let skeleton = &mut self.skeleton;
        let block = block.finish(self.language, &mut skeleton.units);
        let number = skeleton.blocks.len();
        skeleton.blocks.push(block);
        self.level().pieces.push(Piece::Block(number));
    }

    fn finish(mut self) -> Skeleton {
        while !self.frames.is_empty() {
            self.end();
        }
        self.end_block();
        self.skeleton.pieces = self.levels.pop().unwrap_or_default().pieces;
        self.skeleton
    }
}

/// A block in the making.
#[derive(Default)]
struct BlockBuilder {
    text: String,
    nodes: Vec<Node>,
    /// The elements that are open.
    open: Vec<usize>,
    /// The last run, if nothing has come after it.
    run: Option<usize>,
    keeps_lines: bool,
}

impl BlockBuilder {
    fn node(&mut self, kind: NodeKind) -> usize {
        self.run = None;
        self.nodes.push(Node {
            parent: self.open.last().copied(),
            range: self.text.len()..self.text.len(),
            kind,
        });
        self.nodes.len() - 1
    }

    fn open(&mut self, open: String, close: String) {
        let node = self.node(NodeKind::Element { open, close });
        self.open.push(node);
    }

    fn close(&mut self) {
        self.run = None;
        let end = self.text.len();
        let node = self.open.pop().and_then(|at| self.nodes.get_mut(at));
        if let Some(node) = node {
            node.range.end = end;
        }
    }

    fn atom(&mut self, pieces: Vec<Piece>, is_break: bool) {
        let node = self.node(NodeKind::Atom { pieces, is_break });
        if is_break {
            self.text.push(LINE_BREAK);
            self.nodes[node].range.end = self.text.len();
        }
    }

    fn push(&mut self, text: &str, style: Option<usize>) {
        let Some(style) = style else {
            self.push_text(text);
            return;
        };
        let same = |node: &Node| matches!(node.kind, NodeKind::Run(other) if other == style);
        let before = self.run.filter(|&at| self.nodes.get(at).is_some_and(same));
        let run = before.unwrap_or_else(|| self.node(NodeKind::Run(style)));
        self.push_text(text);
        self.nodes[run].range.end = self.text.len();
        self.run = Some(run);
    }

    fn push_text(&mut self, text: &str) {
        let characters = text.chars();
        self.text
            .extend(characters.map(|c| if c == LINE_BREAK { ' ' } else { c }));
    }

    fn finish(self, language: &Language, units: &mut Vec<String>) -> Block {
        let style = most_used(&self.nodes);
        let is_plain = |node: &Node| matches!(node.kind, NodeKind::Run(own) if Some(own) == style);
        let mut block = Block {
            segments: units::segments(&self.text, self.keeps_lines, language, units),
            text: self.text,
            nodes: self.nodes,
            style,
        };
        // Runs hold no nodes: leaving some out moves the numbers of the others.
        let mut number = 0;
        let numbers: Vec<usize> = block
            .nodes
            .iter()
            .map(|node| {
                let own = number;
                number += usize::from(!is_plain(node));
                own
            })
            .collect();
        block.nodes.retain(|node| !is_plain(node));
        for node in &mut block.nodes {
            node.parent = node.parent.and_then(|parent| numbers.get(parent).copied());
        }
        block
    }
}

/// The style of the most bytes of runs.
fn most_used(nodes: &[Node]) -> Option<usize> {
    let mut bytes = std::collections::BTreeMap::<usize, usize>::new();
    for node in nodes {
        if let NodeKind::Run(style) = node.kind {
            *bytes.entry(style).or_default() += node.range.len();
        }
    }
    let most = bytes.into_iter().rev().max_by_key(|&(_, count)| count);
    most.map(|(style, _)| style)
}
