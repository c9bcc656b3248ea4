//! What the charts draw, where, and with which label.

use super::drawing::{Anchor, Drawing, Mark, Shape};
use super::{Chart, FUNNEL, NEED_MIX, NEED_RATIOS, SEN_RATES, SENSITIVITY, Size, inline_svg, png, svg};
use crate::facts::Facts;
use senlens_testing::publication::{Kind, publication};

const CHARTS: [(&str, Chart); 5] = [
    ("funnel", FUNNEL),
    ("ratios", NEED_RATIOS),
    ("rates", SEN_RATES),
    ("mix", NEED_MIX),
    ("sensitivity", SENSITIVITY),
];

fn draw(kind: Kind, chart: Chart, size: Size) -> Option<Drawing> {
    chart(&Facts::new(&publication(kind)), size)
}

fn every_drawing() -> Vec<(String, Drawing)> {
    let mut drawings = Vec::new();
    for kind in Kind::ALL {
        for (name, chart) in CHARTS {
            for size in [Size::Wide, Size::Narrow] {
                if let Some(drawing) = draw(kind, chart, size) {
                    drawings.push((format!("{kind:?} {name} {size:?}"), drawing));
                }
            }
        }
    }
    drawings
}

fn texts(drawing: &Drawing) -> Vec<&str> {
    drawing
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// Shape and place of the points of a label.
fn points<'a>(drawing: &'a Drawing, wanted: &str) -> impl Iterator<Item = (Shape, (f64, f64))> + use<'a> {
    let wanted = wanted.to_owned();
    drawing.marks.iter().filter_map(move |mark| match mark {
        Mark::Point { at, shape, label, .. } if *label == wanted => Some((*shape, *at)),
        _ => None,
    })
}

#[test]
fn everything_lies_on_its_canvas() {
    for (name, drawing) in every_drawing() {
        for mark in &drawing.marks {
            let (left, top, right, bottom) = mark.bounds();
            assert!(
                left >= 0.0 && top >= 0.0 && right <= drawing.width && bottom <= drawing.height,
                "{name}: {mark:?} lies at {left:.1} {top:.1} {right:.1} {bottom:.1}"
            );
        }
    }
}

#[test]
fn no_text_lies_on_another() {
    for (name, drawing) in every_drawing() {
        let texts: Vec<&Mark> = drawing
            .marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Text { .. }))
            .collect();
        for (position, one) in texts.iter().enumerate() {
            for other in &texts[position + 1..] {
                let (a, b) = (one.bounds(), other.bounds());
                let apart = a.2 <= b.0 + 0.5 || b.2 <= a.0 + 0.5 || a.3 <= b.1 + 1.0 || b.3 <= a.1 + 1.0;
                assert!(apart, "{name}: {one:?} lies on {other:?}");
            }
        }
    }
}

#[test]
fn titles_have_ten_words_or_fewer() {
    for (name, drawing) in every_drawing() {
        assert!(
            drawing.title.split_whitespace().count() <= 10,
            "{name}: {}",
            drawing.title
        );
        assert!(
            !drawing.alt.is_empty() && !drawing.alt.contains("NaN"),
            "{name}: {}",
            drawing.alt
        );
    }
}

#[test]
fn every_chart_of_an_internal_run_is_marked_and_says_its_source() {
    for (name, drawing) in every_drawing() {
        let all = texts(&drawing).join(" ");
        let public = name.starts_with("NoNeedsBySchool");
        assert_eq!(
            all.contains("Official-sensitive: not for publication"),
            !public,
            "{name}"
        );
        for part in [
            "Source: saltmarsh_schools.csv",
            "Coverage: state-funded",
            "Period: 2022/23.",
            "invented",
        ] {
            assert!(all.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn the_funnel_names_the_authority_and_marks_its_kin_by_shape() {
    let funnel = draw(Kind::Everything, FUNNEL, Size::Wide).expect("drawn");
    assert_eq!(
        funnel.title,
        "Share with MLD in Saltmarsh is similar to England's"
    );
    assert!(texts(&funnel).contains(&"Saltmarsh 16.8%"));
    let shapes = |label| points(&funnel, label).map(|(shape, _)| shape).collect::<Vec<_>>();
    assert_eq!(shapes("Saltmarsh"), [Shape::Diamond]);
    // Codes 0 to 8 are of the region, 6 to 15 are neighbours.
    assert_eq!(shapes("Invented authority 1"), [Shape::Square]);
    assert_eq!(shapes("Invented authority 8"), [Shape::TriangleUp, Shape::Square]);
    assert_eq!(shapes("Invented authority 12"), [Shape::TriangleUp]);
    assert_eq!(shapes("Invented authority 30"), [Shape::Circle]);
    // Nearer the right edge than any other, for it has the most pupils.
    let across = |label: &str| points(&funnel, label).next().expect("drawn").1.0;
    assert!((0..40).all(|other| across(&format!("Invented authority {}", other + 1)) < across("Saltmarsh")));
    assert_eq!(funnel.data.rows(), 41);
    assert!(texts(&funnel).iter().any(|text| text.contains("153.6 times")));
}

#[test]
fn one_authority_gets_limits_by_chance_alone() {
    let funnel = draw(Kind::OneAuthority, FUNNEL, Size::Wide).expect("drawn");
    let all = texts(&funnel).join(" ");
    assert!(all.contains("limits are by chance alone") && !all.contains("allowing for ordinary differences"));
}

#[test]
fn ratios_print_counts_and_show_positions_by_shape() {
    let ratios = draw(Kind::Everything, NEED_RATIOS, Size::Wide).expect("drawn");
    assert_eq!(ratios.title, "MLD is higher than expected in North Reach");
    assert!(texts(&ratios).contains(&"1,428 / 839"));
    let shape = |label| points(&ratios, label).next().expect("drawn").0;
    assert_eq!(shape("North Reach MLD"), Shape::TriangleUp);
    assert_eq!(shape("North Reach SLCN"), Shape::TriangleDown);
    assert_eq!(shape("Mid MLD"), Shape::Circle);
    // Each district stands below its part and above the next.
    let down = |label| points(&ratios, label).next().expect("drawn").1.1;
    assert!(down("North Reach MLD") < down("Tarnby MLD") && down("Tarnby MLD") < down("Mid MLD"));
    assert_eq!(ratios.data.rows(), 16 * 3);
}

#[test]
fn without_needs_by_school_the_rate_of_sen_stands_in() {
    assert!(draw(Kind::NoNeedsBySchool, NEED_RATIOS, Size::Wide).is_none());
    let rates = draw(Kind::NoNeedsBySchool, SEN_RATES, Size::Wide).expect("drawn");
    assert_eq!(rates.title, "SEN is most common in North Reach, least in West");
    assert!(texts(&rates).contains(&"5,762 / 32,738"));
    assert!(texts(&rates).contains(&"England 17.1%"));
}

#[test]
fn the_mix_sets_region_and_england_on_the_bar_by_shape() {
    let mix = draw(Kind::Everything, NEED_MIX, Size::Wide).expect("drawn");
    assert_eq!(mix.title, "MLD is 16.8% of SEN in Saltmarsh, 15.3% in England");
    let shape = |label| points(&mix, label).next().expect("drawn").0;
    assert_eq!(
        (shape("region MLD"), shape("England MLD")),
        (Shape::Diamond, Shape::Circle)
    );
    let order: Vec<&str> = texts(&mix)
        .into_iter()
        .filter(|text| text.ends_with("assessment yet"))
        .collect();
    assert_eq!(order, ["No specialist assessment yet"]);
}

#[test]
fn nothing_withheld_is_drawn() {
    for (_, chart) in CHARTS {
        assert!(draw(Kind::Withheld, chart, Size::Wide).is_none());
        assert!(draw(Kind::NoTables, chart, Size::Wide).is_none());
    }
}

#[test]
fn a_picture_has_the_shape_of_its_drawing() {
    let drawing = draw(Kind::Everything, NEED_MIX, Size::Narrow).expect("drawn");
    let picture = png(&drawing, &svg(&drawing).expect("drawn"), 720).expect("rendered");
    let size = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(&picture[1..4], b"PNG");
    // Heights are whole pixels, so twice as wide is twice as high exactly.
    assert!((f64::from(size(16)) - 2.0 * drawing.width).abs() < 1e-9);
    assert!((f64::from(size(20)) - 2.0 * drawing.height).abs() < 1e-9);
}

#[test]
fn whole_drawings() {
    for (name, kind, chart) in [
        ("funnel_of_one_authority", Kind::OneAuthority, FUNNEL),
        ("need_mix_without_benchmark", Kind::NoBenchmark, NEED_MIX),
    ] {
        let drawing = draw(kind, chart, Size::Narrow).expect("drawn");
        insta::assert_snapshot!(name, inline_svg(&drawing, name).expect("drawn"));
    }
}

#[test]
fn a_name_in_the_middle_lies_on_both_sides_of_its_place() {
    let text = |anchor| Mark::Text {
        at: (100.0, 50.0),
        text: "Essex".to_owned(),
        size: 14.0,
        weight: crate::font::Weight::Regular,
        anchor,
        colour: super::drawing::Colour::INK,
    };
    let (left, _, right, _) = text(Anchor::Middle).bounds();
    assert!((100.0 - left - (right - 100.0)).abs() < 1e-9 && right > left);
    assert!((text(Anchor::End).bounds().2 - 100.0).abs() < 1e-9);
    assert!((text(Anchor::Start).bounds().0 - 100.0).abs() < 1e-9);
}

#[test]
fn the_likeliest_place_stands_in_front_and_its_shape_tells_its_level() {
    let drawing = draw(Kind::Everything, SENSITIVITY, Size::Wide).expect("verdicts were varied");
    let shapes: Vec<Shape> = points(&drawing, "North Reach").map(|(shape, _)| shape).collect();
    assert_eq!(shapes.len(), 10);
    // As judged and on SEN support alone red, on plans alone neither, with schools thought to differ more amber.
    assert_eq!(
        (shapes[0], shapes[1], shapes[2], shapes[9]),
        (Shape::Square, Shape::Square, Shape::Circle, Shape::Diamond)
    );
    assert_eq!(points(&drawing, "Mid").count(), 10);
    assert!(
        drawing.title.contains("North Reach stays red under"),
        "{}",
        drawing.title
    );
    assert!(
        drawing.alt.contains("Of the other places the highest is Mid"),
        "{}",
        drawing.alt
    );
}
