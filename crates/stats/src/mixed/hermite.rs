//! Nodes and weights of Gauss-Hermite quadrature.

use crate::arithmetic::{fabs, sqrt};
use libm::{exp, log};
use std::f64::consts::PI;

/// A node on the scale of the mode and curvature, and the logarithm of its weight times e to its square over root pi.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) at: f64,
    pub(super) log_weight: f64,
}

/// The rule with `count` nodes (at least 1), lowest node first. One node, at the mode, is Laplace's approximation.
pub(super) fn rule(count: usize) -> Vec<Node> {
    let n = count.max(1) as f64;
    let mut nodes = Vec::with_capacity(count);
    let half = count.div_ceil(2);
    let mut z = 0.0;
    for i in 0..half {
        // Guesses from the largest node inwards (Press and others, Numerical recipes, section 4.5).
        z = match i {
            0 => sqrt(2.0 * n + 1.0) - 1.855_75 * libm::pow(2.0 * n + 1.0, -0.166_67),
            1 => z - 1.14 * libm::pow(n, 0.426) / z,
            2 => 1.86 * z - 0.86 * first(&nodes, 0),
            3 => 1.91 * z - 0.91 * first(&nodes, 1),
            _ => 2.0 * z - first(&nodes, i - 2),
        };
        if count % 2 == 1 && i + 1 == half {
            z = 0.0;
        }
        let mut slope = 0.0;
        for _ in 0..100 {
            let (value, derivative) = orthonormal(count.max(1), z);
            slope = derivative;
            let step = value / derivative;
            z -= step;
            if fabs(step) <= 1e-15 * (1.0 + fabs(z)) {
                break;
            }
        }
        nodes.push(Node {
            at: z,
            log_weight: log(2.0 / (slope * slope)) + z * z - 0.5 * log(PI),
        });
    }
    let mirrored: Vec<Node> = nodes
        .iter()
        .filter(|node| node.at > 1e-12)
        .map(|node| Node {
            at: -node.at,
            ..*node
        })
        .collect();
    let mut all = mirrored;
    all.extend(nodes.iter().rev());
    all.sort_by(|a, b| a.at.total_cmp(&b.at));
    debug_assert!(
        (all.iter()
            .map(|node| exp(node.log_weight - node.at * node.at))
            .sum::<f64>()
            - 1.0)
            .abs()
            < 1e-9,
        "weights add up to root pi"
    );
    all
}

fn first(nodes: &[Node], at: usize) -> f64 {
    nodes.get(at).map_or(0.0, |node| node.at)
}

/// The orthonormal Hermite polynomial of a degree and its derivative.
fn orthonormal(degree: usize, z: f64) -> (f64, f64) {
    let (mut value, mut before) = (libm::pow(PI, -0.25), 0.0);
    for j in 0..degree {
        let j = j as f64;
        let next = z * sqrt(2.0 / (j + 1.0)) * value - sqrt(j / (j + 1.0)) * before;
        before = value;
        value = next;
    }
    (value, sqrt(2.0 * degree as f64) * before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_normal_distribution() {
        for count in [1, 2, 3, 5, 7, 15, 25, 40] {
            let nodes = rule(count);
            assert_eq!(nodes.len(), count);
            // E z^(2k) for z normal with variance one half: (2k - 1)!!/2^k, exact to degree 2 count - 1.
            let mut want = 1.0;
            for k in 0..count.min(12) {
                let got: f64 = nodes
                    .iter()
                    .map(|node| exp(node.log_weight - node.at * node.at) * libm::pow(node.at, 2.0 * k as f64))
                    .sum();
                assert!(
                    fabs(got / want - 1.0) < 1e-10,
                    "{count} nodes, moment {k}: {got} {want}"
                );
                want *= k as f64 + 0.5;
            }
        }
    }
}
