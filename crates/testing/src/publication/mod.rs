//! An invented authority among forty, as the gate would release it: what the tests of the report draw and write.

mod audit;
mod benchmarks;
mod change;
mod findings;
mod gathered;
mod places;
mod rates;
mod sensitivity;

pub use gathered::Gathered;
pub use places::OWN;

use audit::{audit_plan, corrected};
use benchmarks::{benchmarks, funnel_limits};
use change::change;
use findings::{explanations, flags};
use places::{authority_code, geography, places};
use rates::rates;
use senlens_model::Coverage;
use senlens_release::{About, Audience, Publication, Released, SourceNote, release_published};
use sensitivity::sensitivity;

/// What the publication holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Forty authorities, four parts, twelve districts, needs by school, findings.
    Everything,
    /// Schools carry no counts by need.
    NoNeedsBySchool,
    /// The authority has no parts, and no district is known.
    NoParts,
    /// Nothing to compare with.
    NoBenchmark,
    /// The input holds one authority.
    OneAuthority,
    /// Every figure is withheld.
    Withheld,
    /// There are no tables at all.
    NoTables,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Everything,
        Self::NoNeedsBySchool,
        Self::NoParts,
        Self::NoBenchmark,
        Self::OneAuthority,
        Self::Withheld,
        Self::NoTables,
    ];
}

/// The publication of a kind.
pub fn released(kind: Kind) -> Released<Publication> {
    release_published(publication(kind))
}

/// The publication of a kind, before release.
pub fn publication(kind: Kind) -> Publication {
    let places = places(kind);
    let mut tables = if kind == Kind::NoTables {
        Vec::new()
    } else {
        vec![
            rates(&places, kind),
            benchmarks(&places, kind),
            funnel_limits(kind),
            flags(kind),
            explanations(kind),
        ]
    };
    // Nothing judged, or pupils protected: then the table is not there.
    if !matches!(
        kind,
        Kind::NoNeedsBySchool | Kind::NoBenchmark | Kind::Withheld | Kind::NoTables
    ) {
        tables.extend([sensitivity(kind), audit_plan(), corrected(), change(kind)]);
    }
    Publication {
        about: about(kind),
        tables,
    }
}

fn about(kind: Kind) -> About {
    About {
        authority: "Saltmarsh".to_owned(),
        authority_code: OWN.to_owned(),
        region: "East Coast".to_owned(),
        region_code: "E12000099".to_owned(),
        region_authorities: (0..9).map(authority_code).chain([OWN.to_owned()]).collect(),
        part_word: "quadrant".to_owned(),
        geography: geography(kind),
        time_period: "202223".parse().expect("a year"),
        coverage: Coverage::StateFunded,
        date: Some("2026-01-31".to_owned()),
        neighbours: Some("an invented list, April 2021".to_owned()),
        neighbour_authorities: (6..16).map(authority_code).collect(),
        audience: if kind == Kind::NoNeedsBySchool {
            Audience::Public
        } else {
            Audience::Internal
        },
        invented: true,
        needs_by_school: !matches!(kind, Kind::NoNeedsBySchool | Kind::NoTables),
        sources: vec![
            SourceNote {
                name: "saltmarsh_schools.csv".to_owned(),
                layout: "school-level wide layout".to_owned(),
                sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
                read: 24_950,
                accepted: 568,
                rejected: vec![("blank rows".to_owned(), 24_382)],
            },
            SourceNote {
                name: "needs_by_authority.csv".to_owned(),
                layout: "local authority by phase by need".to_owned(),
                sha256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".to_owned(),
                read: 12_160,
                accepted: 12_160,
                rejected: Vec::new(),
            },
        ],
        notes: vec![
            "One school has no known district: it counts in the authority and in no quadrant.".to_owned(),
        ],
        policy:
            "published figures, shown as the Department for Education publishes them (policy `published` 1)."
                .to_owned(),
        version: "0.1.0".to_owned(),
    }
}
