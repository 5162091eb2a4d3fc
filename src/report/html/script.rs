//! Scripts within a page, and the policy that allows them and nothing else.

use maud::{Markup, PreEscaped, html};

use crate::files::{base64, sha256};

/// What a page may do that has no script.
pub(in crate::report) const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The text of a script, of which the policy knows the hash: no other one runs, whatever a text of an
/// article says.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Script(pub(in crate::report) &'static str);

impl Script {
    pub(in crate::report) fn element(self) -> Markup {
        html! { script type="module" { (PreEscaped(self.0)) } }
    }

    /// A policy under which the script runs, and loads nothing.
    pub(super) fn policy(self) -> String {
        self.policy_with("", "'none'")
    }

    /// A policy under which the script runs and can load others; where browsers know trusted types,
    /// those alone that `load.js` knows by their names.
    pub(in crate::report) fn loading_policy(self) -> String {
        self.policy_with(" 'strict-dynamic'", "report-index")
    }

    fn policy_with(self, sources: &str, types: &str) -> String {
        let hash = base64(&sha256(self.0.as_bytes()));
        format!(
            "{POLICY}; script-src 'sha256-{hash}'{sources}; \
             require-trusted-types-for 'script'; trusted-types {types}"
        )
    }
}
