//! Looking things up in the catalogue.

use crate::types::{Catalogue, Point};
use contract::{Profile, Severity};

impl Point {
    /// How grave a gap is for a profile: what the point's file says for it, else the general severity, which in a
    /// sector whose level of requirement is very high (source document 004) is never below `majeur`.
    pub fn severity_for(&self, profile: Profile) -> Severity {
        let least = if profile.level() == 3 { Severity::Majeur } else { Severity::Mineur };
        self.severity_by.get(&profile).copied().unwrap_or(self.severity.max(least))
    }
}

impl Catalogue {
    /// The point with this id, whatever the case of the letters.
    pub fn get(&self, id: &str) -> Option<&Point> {
        self.points.iter().find(|p| p.id.eq_ignore_ascii_case(id))
    }

    /// The title of a category, or its code when it is unknown.
    pub fn category_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.categories.iter().find(|c| c.id == id).map_or(id, |c| c.title.as_str())
    }
}
