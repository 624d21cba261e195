//! Addresses: text in them, and which lead to pages of ours.

/// Text in an address.
pub use people::oidc::percent as encoded;

/// A page of ours to lead back to; the first page when it isn't one. `//host` and `/\host` would leave, and browsers drop tabs and line
/// feeds from an address, so that one of them could hide the second slash.
pub fn inside(place: Option<String>) -> String {
    let ours =
        |p: &String| p.starts_with('/') && !p[1..].starts_with(['/', '\\']) && p.bytes().all(|b| b.is_ascii_graphic());
    place.filter(ours).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours() {
        assert_eq!(inside(Some("/contrats?q=a%20b".to_owned())), "/contrats?q=a%20b");
        for out in [
            "",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example",
            "/é",
        ] {
            assert_eq!(inside(Some(out.to_owned())), "/", "{out:?}");
        }
    }
}
