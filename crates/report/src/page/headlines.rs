//! Section "Main findings": a sentence each, with plain counts and their uncertainty.

use super::masking;
use crate::ReportError;
use crate::charts::{need_ratios, sensitivity};
use crate::facts::{AUTHORITY, Facts, Of, Rate};
use crate::html::Html;
use crate::places::{Spot, heads, places, word_for_places};
use crate::words;
use senlens_release::Cell;
use std::fmt::Write;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let mut findings = Vec::new();
    findings.extend(share_of_sen(facts));
    findings.extend(against_england(facts));
    findings.extend(share_of_pupils(facts));
    if findings.is_empty() {
        findings.push("The input holds no counts by type of need for the authority.".to_owned());
    }
    findings.push(within(facts));
    findings.push(masking::summary(facts));
    findings.extend(sensitivity::focus(facts).map(|place| format!("How firm that is. {}", place.wording)));
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
///
/// Where the count is withheld no share stands beside it.
fn told(rate: &Rate, whom: &str) -> String {
    let counts = words::counts_of(rate.events, rate.population, whom);
    match rate.per_hundred.figure() {
        Some(_) => format!("{counts} ({})", words::percent(rate.per_hundred)),
        None => counts,
    }
}

fn share_of_sen(facts: &Facts<'_>) -> Option<String> {
    let rate = facts.rate(facts.own(), Of::need("MLD", "sen"))?;
    let mut sentence = format!(
        "In {}, {} have moderate learning difficulty (MLD) as their main need.",
        facts.about.authority,
        told(&rate, "pupils with special educational needs (SEN)")
    );
    if rate.lower.figure().is_some() {
        let _ = write!(
            sentence,
            " Allowing for chance, the underlying share is likely to lie between {} and {}.",
            words::percent(rate.lower),
            words::percent(rate.upper)
        );
    }
    Some(sentence)
}

fn against_england(facts: &Facts<'_>) -> Option<String> {
    let of = Of::need("MLD", "sen");
    let england = facts.rate(facts.england(), of)?;
    let mut sentence = format!("In England it is {}.", told(&england, "such pupils"));
    if let Some(spread) = spread(facts) {
        let _ = write!(sentence, " {spread}");
    }
    if let Some(row) = facts.benchmark(facts.own(), of, "England", "crude") {
        let name = &facts.about.authority;
        let _ = match row.position.as_str() {
            "similar" => write!(
                sentence,
                " Allowing for that, {name} is similar to what is expected: this share by itself raises no alarm about the \
                 authority as a whole."
            ),
            "too_few" => write!(sentence, " In {name} there are too few pupils to say more."),
            position => write!(
                sentence,
                " Allowing for that, {name} is {}.",
                words::position(position)
            ),
        };
    }
    Some(sentence)
}

/// How far authorities ordinarily lie apart; none where fewer than two have figures a reader may see.
fn spread(facts: &Facts<'_>) -> Option<String> {
    let mut shares: Vec<(f64, String)> = facts
        .rates_at(AUTHORITY, Of::need("MLD", "sen"))
        .into_iter()
        .filter_map(|rate| Some((rate.per_hundred.figure()?, rate.area_name)))
        .collect();
    shares.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let [least, .., most] = &shares[..] else {
        return None;
    };
    let told = |(share, name): &(f64, String)| format!("{} ({name})", words::percent(Cell::Shown(*share)));
    Some(format!(
        "Authorities ordinarily differ a great deal: across {} the share runs from {} to {}.",
        words::plural(shares.len(), "authority"),
        told(least),
        told(most)
    ))
}

fn share_of_pupils(facts: &Facts<'_>) -> Option<String> {
    let of = Of::need("MLD", "pupils");
    let rate = facts.rate(facts.own(), of)?;
    let mut sentence = format!(
        "Counted among all pupils rather than those with SEN, it is {}",
        told(&rate, "pupils on roll")
    );
    let _ = match facts.rate(facts.england(), of) {
        Some(england) => write!(sentence, "; in England {}.", told(&england, "pupils")),
        None => write!(sentence, "."),
    };
    if let Some(row) = facts.benchmark(facts.own(), of, "England", "crude") {
        let name = &facts.about.authority;
        let _ = match row.position.as_str() {
            "too_few" => write!(sentence, " In {name} there are too few pupils to say more."),
            position => write!(
                sentence,
                " On this count {name} is {}.",
                words::position(position)
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
            let of = Of::need("MLD", "pupils");
            let row = facts.benchmark(spot.at(), of, comparison.comparator, comparison.adjustment)?;
            Some((spot, row))
        })
        .collect();
    let judged = rows.iter().filter(|(_, row)| row.position != "too_few").count();
    if judged == 0 {
        return format!("Too few pupils to say whether MLD is higher or lower than expected in any {word}.");
    }
    let high: Vec<String> = rows
        .iter()
        .filter(|(_, row)| row.position == "higher")
        .map(|(spot, row)| match row.observed.figure() {
            Some(_) => format!(
                "{} ({} pupils counted where {} are expected)",
                spot.name,
                words::count(row.observed),
                words::whole(row.expected)
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
        words::plural(heads.len(), word),
        words::list(&high)
    )
}
