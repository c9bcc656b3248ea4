//! Authorities' names, in a form in which published files agree.

use crate::fold;

/// A form of an authority's name in which published files agree: `Kingston Upon Hull, City of` and `Kingston upon Hull`,
/// `Durham` and `County Durham`, `St. Helens` and `St Helens`, `Redcar & Cleveland` and `Redcar and Cleveland`.
///
/// ```
/// use senlens_model::authority_key;
/// assert_eq!(authority_key("Bristol, City of"), authority_key("bristol city council"));
/// assert_ne!(authority_key("Bedford"), authority_key("Central Bedfordshire"));
/// assert_ne!(authority_key("City of London"), authority_key("London"));
/// ```
pub fn authority_key(name: &str) -> String {
    let folded = fold(name);
    let all: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut words: Vec<&str> = Vec::with_capacity(all.len());
    for (place, word) in all.iter().enumerate() {
        let filler = matches!(
            *word,
            "county"
                | "borough"
                | "city"
                | "of"
                | "the"
                | "council"
                | "ua"
                | "royal"
                | "metropolitan"
                | "unitary"
                | "authority"
                | "and"
                | "upon"
                | "on"
        );
        // "London Borough of Camden" is Camden; the City of London keeps its name.
        let of_borough = *word == "london" && all.get(place + 1) == Some(&"borough");
        if !filler && !of_borough {
            words.push(if *word == "saint" { "st" } else { word });
        }
    }
    // The region London is not the City of London.
    if words == ["london"] && all.contains(&"city") {
        words.insert(0, "city");
    }
    words.join(" ")
}
