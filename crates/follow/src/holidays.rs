//! Public holidays in France (Code du travail, article L. 3133-1), in Alsace-Moselle (L. 3134-13) and overseas.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where the contract is performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Metropolitan France.
    #[default]
    Metropole,
    /// Bas-Rhin, Haut-Rhin and Moselle: Good Friday and 26 December besides. Good Friday is a holiday only where a
    /// Protestant church or a mixed one stands; it is counted everywhere here.
    AlsaceMoselle,
    /// 27 May besides.
    Guadeloupe,
    /// 22 May besides.
    Martinique,
    /// 10 June besides.
    Guyane,
    /// 20 December besides.
    Reunion,
    /// 27 April besides.
    Mayotte,
    /// 9 October besides.
    SaintBarthelemy,
    /// 28 May besides.
    SaintMartin,
}

impl Region {
    /// Every region with the name used on the command line.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Metropole, "metropole"),
        (Self::AlsaceMoselle, "alsace-moselle"),
        (Self::Guadeloupe, "guadeloupe"),
        (Self::Martinique, "martinique"),
        (Self::Guyane, "guyane"),
        (Self::Reunion, "reunion"),
        (Self::Mayotte, "mayotte"),
        (Self::SaintBarthelemy, "saint-barthelemy"),
        (Self::SaintMartin, "saint-martin"),
    ];

    /// By its name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(r, _)| *r)
    }
}

/// Easter Sunday of a year (the calendar's computation of Meeus, Jones and Butcher).
pub fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).unwrap_or(Date::ZERO)
}

/// The name of the holiday on this date, if it is one.
pub fn holiday(date: Date, region: Region) -> Option<&'static str> {
    let fixed = match (date.month(), date.day()) {
        (1, 1) => Some("jour de l’an"),
        (5, 1) => Some("fête du Travail"),
        (5, 8) => Some("8 mai"),
        (7, 14) => Some("fête nationale"),
        (8, 15) => Some("Assomption"),
        (11, 1) => Some("Toussaint"),
        (11, 11) => Some("11 novembre"),
        (12, 25) => Some("Noël"),
        _ => None,
    };
    fixed.or_else(|| movable(date)).or_else(|| local(date, region))
}

fn movable(date: Date) -> Option<&'static str> {
    let after = (date - easter(date.year())).get_days();
    match after {
        1 => Some("lundi de Pâques"),
        39 => Some("Ascension"),
        50 => Some("lundi de Pentecôte"),
        _ => None,
    }
}

fn local(date: Date, region: Region) -> Option<&'static str> {
    let abolition = match region {
        Region::Metropole => return None,
        Region::AlsaceMoselle => {
            let good_friday = easter(date.year()).saturating_sub(2.days());
            return match (date.month(), date.day()) {
                (12, 26) => Some("Saint-Étienne"),
                _ if date == good_friday => Some("vendredi saint"),
                _ => None,
            };
        }
        Region::Guadeloupe => (5, 27),
        Region::Martinique => (5, 22),
        Region::Guyane => (6, 10),
        Region::Reunion => (12, 20),
        Region::Mayotte => (4, 27),
        Region::SaintBarthelemy => (10, 9),
        Region::SaintMartin => (5, 28),
    };
    ((date.month(), date.day()) == abolition).then_some("abolition de l’esclavage")
}
