//! The prefix of all paths, for servers behind a proxy that passes one on.

use axum::http::uri::{PathAndQuery, Uri};

/// What becomes of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stripped {
    /// The address without the prefix.
    Uri(Uri),
    /// The prefix without a slash at its end, where relative links would lead elsewhere.
    Redirect(String),
    /// Not below the prefix.
    Elsewhere,
}

/// Takes the prefix from an address.
pub(super) fn strip(uri: &Uri, prefix: &str) -> Stripped {
    if prefix.is_empty() {
        return Stripped::Uri(uri.clone());
    }
    let Some(rest) = uri.path().strip_prefix(prefix) else {
        return Stripped::Elsewhere;
    };
    if rest.is_empty() {
        return Stripped::Redirect(format!("{prefix}/"));
    }
    if !rest.starts_with('/') {
        return Stripped::Elsewhere;
    }
    let rest = match uri.query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    match rest.parse::<PathAndQuery>() {
        Ok(rest) => Stripped::Uri(rest.into()),
        Err(_) => Stripped::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(path: &str, prefix: &str) -> Stripped {
        strip(&path.parse().unwrap(), prefix)
    }

    fn uri(path: &str) -> Stripped {
        Stripped::Uri(path.parse().unwrap())
    }

    #[test]
    fn the_prefix_is_a_part_of_the_path() {
        assert_eq!(stripped("/kk/translate?q=1", "/kk"), uri("/translate?q=1"));
        assert_eq!(stripped("/kk/", "/kk"), uri("/"));
        assert_eq!(stripped("/kk", "/kk"), Stripped::Redirect("/kk/".into()));
        assert_eq!(stripped("/kkk/translate", "/kk"), Stripped::Elsewhere);
        assert_eq!(stripped("/translate", "/kk"), Stripped::Elsewhere);
        assert_eq!(stripped("/translate", ""), uri("/translate"));
    }
}
