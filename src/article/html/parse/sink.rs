//! What makes the tree, and counts what it is made of.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashSet;

use dom_query::{Document, LocalName, NodeId};
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName};

use super::{
    BYTES_OF_WEIGHT, MAX_ATTRIBUTE_BYTES, MAX_ATTRIBUTES, MAX_ELEMENTS, MAX_NAMES,
    MAX_TAG_ATTRIBUTES, MAX_TEXTS, too_many,
};
use crate::article::ArticleError;

/// A node of the tree, and how much work it makes while it is open.
#[derive(Clone, Copy)]
pub(super) struct Handle {
    pub id: NodeId,
    pub weight: usize,
}

/// Any node but an element.
fn weightless(id: NodeId) -> Handle {
    Handle { id, weight: 1 }
}

/// Makes the tree and counts what it is made of.
#[derive(Default)]
pub(super) struct CountingSink {
    pub document: Document,
    elements: Cell<usize>,
    texts: Cell<usize>,
    attributes: Cell<usize>,
    attribute_bytes: Cell<usize>,
    /// Attributes added to elements that were made before.
    added_attributes: Cell<usize>,
    /// Of all elements.
    pub weight: Cell<usize>,
    names: RefCell<HashSet<LocalName>>,
    pub refusal: RefCell<Option<ArticleError>>,
}

impl CountingSink {
    pub(super) fn refuse_beyond(&self, count: usize, limit: usize, what: &'static str) {
        if count > limit {
            let mut refusal = self.refusal.borrow_mut();
            refusal.get_or_insert_with(|| too_many(what, limit));
        }
    }

    /// Counts attributes; returns their weight.
    fn count_attributes(&self, attributes: &[Attribute]) -> usize {
        let bytes: usize = attributes.iter().map(|one| one.value.len()).sum();
        self.attributes
            .set(self.attributes.get() + attributes.len());
        self.attribute_bytes.set(self.attribute_bytes.get() + bytes);
        let mut names = self.names.borrow_mut();
        for attribute in attributes {
            if !names.contains(&attribute.name.local) {
                names.insert(attribute.name.local.clone());
            }
        }
        self.refuse_beyond(self.attributes.get(), MAX_ATTRIBUTES, "attributes");
        self.refuse_beyond(
            self.attribute_bytes.get(),
            MAX_ATTRIBUTE_BYTES,
            "bytes of attributes",
        );
        self.refuse_beyond(
            names.len(),
            MAX_NAMES,
            "different names of elements and attributes",
        );
        attributes.len() + bytes / BYTES_OF_WEIGHT
    }

    fn count_text(&self) {
        self.texts.set(self.texts.get() + 1);
        self.refuse_beyond(self.texts.get(), MAX_TEXTS, "texts and comments");
    }
}

fn with_id(child: NodeOrText<Handle>) -> NodeOrText<NodeId> {
    match child {
        NodeOrText::AppendNode(node) => NodeOrText::AppendNode(node.id),
        NodeOrText::AppendText(text) => NodeOrText::AppendText(text),
    }
}

impl TreeSink for CountingSink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        weightless(self.document.get_document())
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.document.elem_name(&target.id)
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> Handle {
        self.elements.set(self.elements.get() + 1);
        self.refuse_beyond(self.elements.get(), MAX_ELEMENTS, "elements");
        self.names.borrow_mut().insert(name.local.clone());
        let weight = 1 + self.count_attributes(&attributes);
        self.weight.set(self.weight.get() + weight);
        let id = self.document.create_element(name, attributes, flags);
        Handle { id, weight }
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.count_text();
        weightless(self.document.create_comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.count_text();
        weightless(self.document.create_pi(target, data))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.count_text();
        self.document.append(&parent.id, with_id(child));
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        self.count_text();
        self.document
            .append_based_on_parent_node(&element.id, &previous.id, with_id(child));
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.document
            .append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        weightless(self.document.get_template_contents(&target.id))
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.count_text();
        self.document
            .append_before_sibling(&sibling.id, with_id(child));
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        // Each is compared with all that are there: those of the first tag, and those added since.
        let there = MAX_TAG_ATTRIBUTES + self.added_attributes.get();
        let weight = (1 + self.count_attributes(&attributes)).saturating_mul(there);
        self.weight.set(self.weight.get().saturating_add(weight));
        self.added_attributes
            .set(self.added_attributes.get() + attributes.len());
        self.document.add_attrs_if_missing(&target.id, attributes);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.document.remove_from_parent(&target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.document.reparent_children(&node.id, &new_parent.id);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        self.document
            .is_mathml_annotation_xml_integration_point(&handle.id)
    }
}
