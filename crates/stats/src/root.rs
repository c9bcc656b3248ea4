//! The root of a monotone function between two points.

use crate::arithmetic::fabs;

/// The point between `low` and `high` where `f` crosses zero, to the last few bits.
///
/// Illinois' regula falsi with bisection to fall back on: it never leaves the bracket. When both ends have one sign the
/// end nearer zero is given: the callers' brackets are proved, so that is rounding at an end.
pub(crate) fn bracketed(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return a;
    }
    if fb == 0.0 {
        return b;
    }
    if (fa > 0.0) == (fb > 0.0) {
        return if fabs(fa) < fabs(fb) { a } else { b };
    }
    let mut width = b - a;
    let mut kept = 0_i8;
    for turn in 0..200 {
        let mut c = (a * fb - b * fa) / (fb - fa);
        // Every third turn must have shrunk the bracket by half, or the next is a bisection.
        if turn % 3 == 2 {
            if b - a > 0.5 * width {
                c = 0.5 * (a + b);
            }
            width = b - a;
        }
        if !(c > a && c < b) {
            c = 0.5 * (a + b);
        }
        if c <= a || c >= b {
            break;
        }
        let fc = f(c);
        if fc == 0.0 {
            return c;
        }
        if (fc > 0.0) == (fb > 0.0) {
            b = c;
            fb = fc;
            if kept == -1 {
                fa *= 0.5;
            }
            kept = -1;
        } else {
            a = c;
            fa = fc;
            if kept == 1 {
                fb *= 0.5;
            }
            kept = 1;
        }
        if b - a <= 2.0 * f64::EPSILON * fabs(c) {
            break;
        }
    }
    0.5 * (a + b)
}
