//! Section "Main findings": a sentence each, with plain counts and their uncertainty.

use super::masking;
use crate::ReportError;
use crate::charts::{need_ratios, sensitivity};
use crate::facts::{Facts, Of, Rate};
use crate::html::Html;
use crate::places::{Spot, heads, places, word_for_places};
use crate::wording;
use senlens_model::GeographicLevel;
use senlens_release::{Base, Cell, Position};
use std::fmt::Write;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let mut findings = Vec::new();
    findings.extend(share_of_sen(facts));
    findings.extend(against_england(facts));
    findings.extend(share_of_pupils(facts));
    if findings.is_empty() {
        findings.extend(bounds_of_mld(facts));
    }
    if findings.is_empty() {
        findings.push("The input holds no counts by type of need for the authority.".to_owned());
    }
    findings.push(within(facts));
    findings.push(masking::summary(facts));
    findings.extend(
        sensitivity::focus(facts).map(|place| format!("How firm that is. {}", wording::said(place.wording))),
    );
    html.line("<div class=\"findings\">");
    html.list(&findings);
    html.line("</div>");
    html.paragraph_of(
        "quiet",
        "In this paper c stands for a figure withheld to protect pupils, z for one that does not apply, and x for one \
         the source does not give.",
    );
    Ok(())
}

/// `5,804 of 34,461 pupils with ..., about 1 in 6 (16.8%)`.
///
/// Where the count is withheld no share stands beside it.
fn told(rate: &Rate<'_>, whom: &str) -> String {
    let counts = wording::counts_of(rate.events, rate.population, whom);
    match rate.per_hundred.figure() {
        Some(_) => format!("{counts} ({})", wording::percent(rate.per_hundred)),
        None => counts,
    }
}

fn share_of_sen(facts: &Facts<'_>) -> Option<String> {
    let rate = facts.rate(facts.own(), Of::mld(Base::Sen))?;
    let mut sentence = format!(
        "In {}, {} have moderate learning difficulty (MLD) as their main need.",
        facts.about.authority,
        told(&rate, "pupils with special educational needs (SEN)")
    );
    if rate.lower.figure().is_some() {
        let _ = write!(
            sentence,
            " Allowing for chance, the underlying share is likely to lie between {} and {}.",
            wording::percent(rate.lower),
            wording::percent(rate.upper)
        );
    }
    Some(sentence)
}

/// What is known of the share where the source withholds some of its counts.
fn bounds_of_mld(facts: &Facts<'_>) -> Option<String> {
    let of = Of::mld(Base::Sen);
    let own = facts.own();
    let bounds = facts
        .bounds(Base::Sen)
        .into_iter()
        .find(|row| (row.level, row.area_code) == (own.level, own.code) && row.of == of)?;
    let [least, most] = bounds.per_hundred;
    Some(format!(
        "In {}, {} of {} pupils with special educational needs (SEN) have moderate learning difficulty (MLD) as their main \
         need ({}). More cannot be said: the source does not give every count, so nothing is compared or judged by them.",
        facts.about.authority,
        wording::between(bounds.events),
        wording::between(bounds.population),
        wording::range(least, most, wording::percent),
    ))
}

fn against_england(facts: &Facts<'_>) -> Option<String> {
    let of = Of::mld(Base::Sen);
    let england = facts.rate(facts.england(), of)?;
    let mut sentence = format!("In England it is {}.", told(&england, "such pupils"));
    if let Some(spread) = spread(facts) {
        let _ = write!(sentence, " {spread}");
    }
    if let Some(row) = facts.against_england(facts.own(), of) {
        let name = &facts.about.authority;
        let _ = match row.position.figure() {
            Some(Position::Similar) => write!(
                sentence,
                " Allowing for that, {name} is similar to what is expected: this share by itself raises no alarm about the \
                 authority as a whole."
            ),
            Some(Position::TooFew) => write!(sentence, " In {name} there are too few pupils to say more."),
            Some(Position::Higher | Position::Lower) | None => write!(
                sentence,
                " Allowing for that, {name} is {}.",
                wording::position(row.position)
            ),
        };
    }
    Some(sentence)
}

/// How far authorities ordinarily lie apart; none where fewer than two have figures a reader may see.
fn spread(facts: &Facts<'_>) -> Option<String> {
    let mut shares: Vec<(f64, String)> = facts
        .rates_at(GeographicLevel::LocalAuthority, Of::mld(Base::Sen))
        .into_iter()
        .filter_map(|rate| Some((rate.per_hundred.figure()?, rate.area_name.to_owned())))
        .collect();
    shares.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let [least, .., most] = &shares[..] else {
        return None;
    };
    let told = |(share, name): &(f64, String)| format!("{} ({name})", wording::percent(Cell::Shown(*share)));
    Some(format!(
        "Authorities ordinarily differ a great deal: across {} the share runs from {} to {}.",
        wording::plural(shares.len(), "authority"),
        told(least),
        told(most)
    ))
}

fn share_of_pupils(facts: &Facts<'_>) -> Option<String> {
    let of = Of::mld(Base::Pupils);
    let rate = facts.rate(facts.own(), of)?;
    let mut sentence = format!(
        "Counted among all pupils rather than those with SEN, it is {}",
        told(&rate, "pupils on roll")
    );
    let _ = match facts.rate(facts.england(), of) {
        Some(england) => write!(sentence, "; in England {}.", told(&england, "pupils")),
        None => write!(sentence, "."),
    };
    if let Some(row) = facts.against_england(facts.own(), of) {
        let name = &facts.about.authority;
        let _ = match row.position.figure() {
            Some(Position::TooFew) => write!(sentence, " In {name} there are too few pupils to say more."),
            Some(Position::Higher | Position::Similar | Position::Lower) | None => write!(
                sentence,
                " On this count {name} is {}.",
                wording::position(row.position)
            ),
        };
    }
    Some(sentence)
}

fn within(facts: &Facts<'_>) -> String {
    let places = places(facts);
    let word = word_for_places(facts, &places);
    if places.is_empty() {
        return "The input does not say where in the authority schools lie, so nothing is said of its parts."
            .to_owned();
    }
    let Some(comparison) = need_ratios::comparison(facts, &places) else {
        return if facts.about.needs_by_school {
            format!("The input holds nothing to compare each {word}'s MLD with.")
        } else {
            format!(
                "The input gives no types of need for single schools. So within the authority this page compares special \
                 educational needs as a whole, and cannot say in which {word} MLD is recorded most."
            )
        };
    };
    let heads: Vec<&Spot> = heads(&places);
    let rows: Vec<_> = heads
        .iter()
        .filter_map(|spot| {
            let of = Of::mld(Base::Pupils);
            let row = facts.benchmark(spot.at(), of, comparison.comparator, comparison.adjustment)?;
            Some((spot, row))
        })
        .collect();
    let judged = rows
        .iter()
        .filter(|(_, row)| row.position != Cell::Shown(Position::TooFew))
        .count();
    if judged == 0 {
        return format!("Too few pupils to say whether MLD is higher or lower than expected in any {word}.");
    }
    let high: Vec<String> = rows
        .iter()
        .filter(|(_, row)| row.position == Cell::Shown(Position::Higher))
        .map(|(spot, row)| match row.observed.figure() {
            Some(_) => format!(
                "{} ({} pupils counted where {} are expected)",
                spot.name,
                wording::count(row.observed),
                wording::whole(row.expected)
            ),
            None => format!("{} (counts withheld, c)", spot.name),
        })
        .collect();
    if high.is_empty() {
        return format!(
            "Within the authority, MLD is not higher than expected in any {word}, allowing for ordinary differences."
        );
    }
    format!(
        "Within the authority, MLD is higher than expected in {} of {}: {}.",
        high.len(),
        wording::plural(heads.len(), word),
        wording::list(&high)
    )
}
