//! The one rounding function: half up as the Department does, on released figures, at the edge of the house.

/// Rounds half up to a number of decimals, and prints it so.
///
/// What is rounded is the shortest decimal that reads back to the same number: the figure a reader finds in the CSV.
/// So 2.675 gives 2.68, though the nearest binary number lies a hair below. A negative figure is rounded by its size
/// (-0.25 gives -0.3), so that two places equally far from what is expected look equally far. Nothing prints as "-0".
///
/// ```text
/// 16.85 -> 16.9      2.675 -> 2.68      0.5 -> 1      999.95 -> 1000.0
/// ```
pub(crate) fn round_half_up(figure: f64, decimals: usize) -> String {
    if !figure.is_finite() {
        return "not a number".to_owned();
    }
    // `Display` of f64 prints the shortest decimal that reads back, never with an exponent.
    let printed = figure.abs().to_string();
    let (whole, part) = printed.split_once('.').unwrap_or((&printed, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(part.bytes().take(decimals)).collect();
    digits.resize(whole.len() + decimals, b'0');
    if part.as_bytes().get(decimals).is_some_and(|next| *next >= b'5') {
        carry(&mut digits);
    }
    let point = digits.len() - decimals;
    let mut rounded: String = digits[..point].iter().map(|digit| char::from(*digit)).collect();
    if decimals > 0 {
        rounded.push('.');
        rounded.extend(digits[point..].iter().map(|digit| char::from(*digit)));
    }
    if figure < 0.0 && digits.iter().any(|digit| *digit != b'0') {
        rounded.insert(0, '-');
    }
    rounded
}

/// Rounds half up to a whole number.
pub(crate) fn round_to_whole(figure: f64) -> String {
    with_commas(&round_half_up(figure, 0))
}

/// Sets commas between thousands: `1453576` gives `1,453,576`.
pub(crate) fn with_commas(whole: &str) -> String {
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut spaced = String::from(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}

/// Adds one to the last digit.
fn carry(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::{round_half_up, round_to_whole, with_commas};
    use proptest::prelude::*;

    #[test]
    fn halves_go_up() {
        for (figure, decimals, rounded) in [
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (2.499_999, 0, "2"),
            (0.05, 1, "0.1"),
            (0.25, 1, "0.3"),
            (0.35, 1, "0.4"),
            (0.45, 1, "0.5"),
            (16.85, 1, "16.9"),
            (16.849_999, 1, "16.8"),
            (2.675, 2, "2.68"),
            (1.005, 2, "1.01"),
            (999.95, 1, "1000.0"),
            (99.5, 0, "100"),
            (12.5, 1, "12.5"),
            (7.0, 2, "7.00"),
            (0.0, 1, "0.0"),
            (1e-9, 1, "0.0"),
            (-0.25, 1, "-0.3"),
            (-0.04, 1, "0.0"),
            (-0.0, 0, "0"),
            (1e15, 1, "1000000000000000.0"),
            (f64::NAN, 1, "not a number"),
        ] {
            assert_eq!(round_half_up(figure, decimals), rounded, "{figure} to {decimals}");
        }
    }

    #[test]
    fn a_share_made_from_counts_rounds_as_the_fraction_does() {
        // 321 of 2,000 is 16.05% exactly: up.
        assert_eq!(round_half_up(100.0 * 321.0 / 2000.0, 1), "16.1");
        assert_eq!(round_half_up(100.0 * 5_804.0 / 34_461.0, 1), "16.8");
    }

    #[test]
    fn thousands_have_commas() {
        for (plain, spaced) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1453576", "1,453,576"),
            ("-1234", "-1,234"),
        ] {
            assert_eq!(with_commas(plain), spaced);
        }
        assert_eq!(round_to_whole(34_460.5), "34,461");
    }

    proptest! {
        #[test]
        fn never_further_than_half_a_step(figure in -1e6..1e6f64, decimals in 0usize..4) {
            let rounded: f64 = round_half_up(figure, decimals).parse().expect("a number");
            let step = [1.0, 0.1, 0.01, 0.001][decimals];
            prop_assert!((rounded - figure).abs() <= step / 2.0 + 1e-9);
        }
    }
}
