//! What the readers of XML share.

use quick_xml::events::BytesStart;

/// The value of an attribute, by its name with its prefix.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    Some(html_escape::decode_html_entities(&*attribute.value).into_owned())
}
