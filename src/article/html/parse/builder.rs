//! A tree builder that knows what it has open.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{Tracer, TreeBuilder};

use super::sink::{CountingSink, Handle};
use super::{MAX_OPEN, MAX_OPEN_SUM};
use crate::article::ArticleError;

/// The elements that are open or whose formatting is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Open {
    pub elements: usize,
    pub weight: usize,
}

/// A tree builder that gets a run of text as one token, and nothing more after a limit.
pub(super) struct BoundedBuilder {
    pub builder: TreeBuilder<Handle, CountingSink>,
    text: RefCell<StrTendril>,
    /// Whether there was a token since this was asked.
    pub had_token: Cell<bool>,
    /// What was open when it was last counted, the tokens since then, and the weight that all elements
    /// had.
    open: Cell<Open>,
    tokens: Cell<usize>,
    created: Cell<usize>,
    /// The sum for [`MAX_OPEN_SUM`].
    sum: Cell<usize>,
}

impl BoundedBuilder {
    pub(super) fn new(builder: TreeBuilder<Handle, CountingSink>) -> Self {
        Self {
            builder,
            text: RefCell::default(),
            had_token: Cell::default(),
            open: Cell::default(),
            tokens: Cell::default(),
            created: Cell::default(),
            sum: Cell::default(),
        }
    }

    pub(super) fn refusal(&self) -> Result<(), ArticleError> {
        self.builder
            .sink
            .refusal
            .borrow()
            .clone()
            .map_or(Ok(()), Err)
    }

    fn is_refused(&self) -> bool {
        self.builder.sink.refusal.borrow().is_some()
    }

    fn pass_on(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let result = self.builder.process_token(token, line);
        let sink = &self.builder.sink;
        // A new element may be open and its formatting too. Elements that are not open any more are
        // noticed by counting again, not at each token: that would take as long as the work itself.
        let new = sink.weight.get() - self.created.get();
        let most = self.open.get().weight.saturating_add(new.saturating_mul(2));
        self.sum.set(self.sum.get().saturating_add(most));
        self.tokens.set(self.tokens.get() + 1);
        if self.tokens.get() > most || new > self.open.get().weight / 2 + 8 {
            let counter = OpenCounter::default();
            self.builder.trace_handles(&counter);
            self.open.set(counter.0.get());
            self.tokens.set(0);
            self.created.set(sink.weight.get());
        }
        sink.refuse_beyond(self.open.get().elements, MAX_OPEN, "elements open at once");
        sink.refuse_beyond(
            self.sum.get(),
            MAX_OPEN_SUM,
            "open elements, added up over its tags",
        );
        result
    }

    fn pass_text_on(&self, line: u64) {
        let text = self.text.take();
        if !text.is_empty() {
            // A text changes no state of the tokenizer.
            let _ = self.pass_on(Token::CharacterTokens(text), line);
        }
    }
}

impl TokenSink for BoundedBuilder {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        match token {
            _ if self.is_refused() => return TokenSinkResult::Continue,
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::CharacterTokens(text) => self.text.borrow_mut().push_tendril(&text),
            token => {
                self.had_token.set(true);
                self.pass_text_on(line);
                return self.pass_on(token, line);
            }
        }
        self.had_token.set(true);
        TokenSinkResult::Continue
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Counts what a tree builder has open.
#[derive(Default)]
struct OpenCounter(Cell<Open>);

impl Tracer for OpenCounter {
    type Handle = Handle;

    fn trace_handle(&self, node: &Handle) {
        let Open { elements, weight } = self.0.get();
        self.0.set(Open {
            elements: elements + 1,
            weight: weight + node.weight,
        });
    }
}
