//! Names of elements: the namespace counts, whatever prefix a program gave it.

use quick_xml::events::BytesStart;
use quick_xml::name::QName;

/// Maximum prefixes that are known, since each element's is looked for among them; documents have two.
const MAX_PREFIXES: usize = 100;

/// What an element's name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// WordprocessingML.
    Word,
    /// Formulas.
    Math,
    Other,
}

/// The prefixes that the root element declares, besides the usual ones.
#[derive(Debug)]
pub(super) struct Names {
    declared: Vec<(String, Space)>,
    is_root: bool,
}

impl Default for Names {
    fn default() -> Self {
        let usual = [("w", Space::Word), ("m", Space::Math)];
        Self {
            declared: usual.map(|(name, space)| (name.to_owned(), space)).into(),
            is_root: true,
        }
    }
}

impl Names {
    /// Learns the prefixes of the first element; those of the others are the same.
    pub(super) fn learn(&mut self, tag: &BytesStart<'_>) {
        if !std::mem::take(&mut self.is_root) {
            return;
        }
        for attribute in tag.attributes().flatten() {
            let key: &str = attribute.key.as_ref();
            let Some(prefix) = key.strip_prefix("xmlns") else {
                continue;
            };
            let space = match attribute.value.as_ref() {
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
                | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Space::Word,
                "http://schemas.openxmlformats.org/officeDocument/2006/math"
                | "http://purl.oclc.org/ooxml/officeDocument/math" => Space::Math,
                _ => continue,
            };
            if self.declared.len() == MAX_PREFIXES {
                return;
            }
            let prefix = prefix.strip_prefix(':').unwrap_or(prefix).to_owned();
            self.declared.push((prefix, space));
        }
    }

    pub(super) fn of<'n>(&self, name: &QName<'n>) -> (Space, &'n str) {
        let whole: &'n str = name.into_inner();
        let (prefix, local) = whole.split_once(':').unwrap_or(("", whole));
        let found = self.declared.iter().rfind(|(known, _)| known == prefix);
        (found.map_or(Space::Other, |&(_, space)| space), local)
    }
}

/// An attribute by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.attributes().flatten().find(|attribute| {
        let key: &str = attribute.key.as_ref();
        key.rsplit(':').next() == Some(name)
    })?;
    Some(attribute.value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_a_hundred_prefixes_are_known() {
        let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        let prefixes = (0..1_000).map(|at| format!(" xmlns:a{at}=\"{space}\""));
        let tag = format!("document{}", prefixes.collect::<String>());
        let mut names = Names::default();
        names.learn(&BytesStart::from_content(tag.as_str(), "document".len()));
        assert_eq!(names.declared.len(), MAX_PREFIXES);
        assert_eq!(names.of(&QName("a1:p")), (Space::Word, "p"));
    }
}
