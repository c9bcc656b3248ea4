//! The invented Englands of the study.

use senlens_synth::scenario::{CountModel, EffectTails, Masked, Rival, Scenario};

/// Those of the reduced study.
pub(crate) const REDUCED: [&str; 3] = ["nobody", "tenth", "quadrant"];

/// All scenarios. The first twelve are of the reference family, in which even the oracle names
/// about one masked school in ten; the others vary how schools differ.
pub(crate) fn all() -> Vec<Scenario> {
    let nobody = Scenario {
        effect_sd: [0.6; 7],
        correlation: 0.0,
        ..Scenario::default()
    };
    let tenth = Scenario {
        name: "tenth",
        masked: Masked::Share(0.1),
        ..nobody.clone()
    };
    let quadrant_of = |name, base: &Scenario| Scenario {
        name,
        masked: Masked::Quadrant {
            quadrant: 1,
            inside: 0.4,
            outside: 0.05,
        },
        ..base.clone()
    };
    let rival = |name, rival, share| Scenario {
        name,
        rival: Some((rival, share)),
        ..tenth.clone()
    };
    let correlated = Scenario {
        name: "correlated",
        masked: Masked::Share(0.1),
        ..Scenario::default()
    };
    let correlated_rival = |name, rival, share| Scenario {
        name,
        rival: Some((rival, share)),
        ..correlated.clone()
    };
    let substituting = Scenario {
        name: "substituting",
        effect_sd: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6],
        correlation: 0.0,
        mld_correlation: -0.4,
        ..tenth.clone()
    };
    let without = |name, base: &Scenario| Scenario {
        name,
        masked: Masked::Nobody,
        ..base.clone()
    };
    vec![
        nobody.clone(),
        tenth.clone(),
        quadrant_of("quadrant", &nobody),
        rival("over-identifying", Rival::MoreOfEverything, 0.15),
        rival("asd-surge", Rival::AsdSurge, 0.15),
        rival("asd-surge-squeezing", Rival::AsdSurgeSqueezing, 0.15),
        rival("units-of-mld", Rival::FlaggedMldUnit, 0.05),
        rival("units-of-any-need", Rival::FlaggedUnit, 0.08),
        rival("units-not-flagged", Rival::UnflaggedMldUnit, 0.05),
        rival("missing-codes", Rival::MissingCodes, 0.1),
        Scenario {
            name: "heavy-tails-shared",
            tails: EffectTails::StudentShared(4.0),
            ..tenth.clone()
        },
        Scenario {
            name: "heavy-tails-each",
            tails: EffectTails::StudentEach(4.0),
            ..tenth.clone()
        },
        without(
            "heavy-tails-nobody",
            &Scenario {
                tails: EffectTails::StudentEach(4.0),
                ..nobody.clone()
            },
        ),
        correlated_rival("over-identifying-correlated", Rival::MoreOfEverything, 0.15),
        correlated_rival("asd-surge-correlated", Rival::AsdSurge, 0.15),
        correlated_rival("units-not-flagged-correlated", Rival::UnflaggedMldUnit, 0.05),
        Scenario {
            name: "fixed-shares",
            counts: CountModel::Multinomial,
            ..correlated.clone()
        },
        without(
            "fixed-shares-nobody",
            &Scenario {
                counts: CountModel::Multinomial,
                ..correlated.clone()
            },
        ),
        Scenario {
            name: "skewed",
            tails: EffectTails::Gamma,
            ..correlated.clone()
        },
        without(
            "skewed-nobody",
            &Scenario {
                tails: EffectTails::Gamma,
                ..correlated.clone()
            },
        ),
        Scenario {
            name: "fractions-apart",
            same_fraction: false,
            ..tenth.clone()
        },
        substituting.clone(),
        without("substituting-nobody", &substituting),
        quadrant_of("quadrant-correlated", &correlated),
        correlated.clone(),
        Scenario {
            name: "districts-differ",
            district_sd: 0.15,
            ..tenth
        },
        Scenario {
            name: "districts-differ-nobody",
            district_sd: 0.3,
            ..nobody
        },
        quadrant_of(
            "quadrant-districts-differ",
            &Scenario {
                district_sd: 0.15,
                ..correlated
            },
        ),
    ]
}
