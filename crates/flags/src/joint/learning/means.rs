//! Means of authorities and districts and their spread: Newton steps on the marginal likelihood of all schools.

use super::e_step::SchoolPosterior;
use crate::joint::matrix;
use crate::joint::parameters::Parameters;
use crate::joint::prepared::PreparedSchool;
use crate::joint::prior::{self, PHASES};
use crate::joint::school::{ByGroup, GROUPS};
use senlens_stats::matrix::{Cholesky, Dense, Square};

/// Authorities the shipped mean counts for before data.
pub(in crate::joint) const NATIONAL_PSEUDO_COUNT: f64 = 2.0;

impl Parameters {
    /// Moves the means of authorities, then of districts, by one Newton step each, and their spread with them.
    /// Authorities and districts without a school given stay where they are.
    pub(in crate::joint) fn update_means(
        &mut self,
        schools: &[PreparedSchool],
        posteriors: &[SchoolPosterior],
        with_spread: bool,
    ) {
        const SIZE: usize = PHASES * GROUPS;
        let mut gradient = vec![[0.0; SIZE]; self.authority.len()];
        let mut information = vec![Dense::zero(SIZE); self.authority.len()];
        let mut present = vec![false; self.authority.len()];
        for (school, posterior) in schools.iter().zip(posteriors) {
            let from = school.phase * GROUPS;
            let (sum, matrix) = (
                &mut gradient[school.authority],
                &mut information[school.authority],
            );
            present[school.authority] = true;
            for row in 0..GROUPS {
                sum[from + row] += posterior.gradient[row];
                for column in 0..GROUPS {
                    *matrix.at_mut(from + row, from + column) += posterior.information[row][column];
                }
            }
        }
        let precision = matrix::gauss_jordan_inverse(&self.authority_covariance);
        let mut steps = vec![[[0.0; GROUPS]; PHASES]; self.authority.len()];
        let mut covariances = Vec::with_capacity(self.authority.len());
        for (place, mean) in self.authority.iter_mut().enumerate() {
            if !present[place] {
                covariances.push(Dense::zero(SIZE));
                continue;
            }
            let away = away_from(mean, &self.national);
            let prior_gradient = precision.times(&away);
            let mut posterior = information[place].clone();
            for row in 0..SIZE {
                for column in 0..SIZE {
                    *posterior.at_mut(row, column) += precision.at(row, column);
                }
            }
            let covariance = matrix::gauss_jordan_inverse(&posterior);
            let slope: Vec<f64> = (0..SIZE)
                .map(|at| gradient[place][at] - prior_gradient[at])
                .collect();
            for (at, step) in covariance.times(&slope).iter().enumerate() {
                let step = step.clamp(-1.0, 1.0);
                mean[at / GROUPS][at % GROUPS] += step;
                steps[place][at / GROUPS][at % GROUPS] = step;
            }
            covariances.push(covariance);
        }
        if with_spread {
            self.update_authority_covariance(&covariances);
        }
        self.update_district_means(schools, posteriors, &steps, with_spread);
    }

    fn update_authority_covariance(&mut self, covariances: &[Dense]) {
        const SIZE: usize = PHASES * GROUPS;
        let authorities = self.authority.len() as f64;
        for phase in 0..PHASES {
            for group in 0..GROUPS {
                let sum: f64 = self.authority.iter().map(|mean| mean[phase][group]).sum();
                self.national[phase][group] = (NATIONAL_PSEUDO_COUNT * self.shipped[phase][group] + sum)
                    / (NATIONAL_PSEUDO_COUNT + authorities);
            }
        }
        let mut spread = prior::authority_covariance();
        for row in 0..SIZE {
            for column in 0..SIZE {
                *spread.at_mut(row, column) *= prior::AUTHORITY_PSEUDO_COUNT;
            }
        }
        for (mean, covariance) in self.authority.iter().zip(covariances) {
            let away = away_from(mean, &self.national);
            for row in 0..SIZE {
                for column in 0..SIZE {
                    *spread.at_mut(row, column) += away[row] * away[column] + covariance.at(row, column);
                }
            }
        }
        let pseudo_count = prior::AUTHORITY_PSEUDO_COUNT + authorities;
        for row in 0..SIZE {
            for column in 0..SIZE {
                *spread.at_mut(row, column) /= pseudo_count;
            }
        }
        self.authority_covariance = spread;
    }

    /// Moves the means of districts. `steps` are those just taken by the authorities: the districts' gradients are
    /// corrected for them.
    fn update_district_means(
        &mut self,
        schools: &[PreparedSchool],
        posteriors: &[SchoolPosterior],
        steps: &[[ByGroup; PHASES]],
        with_spread: bool,
    ) {
        let precision = Cholesky::of(&self.district_covariance)
            .expect("a covariance of districts is positive definite")
            .inverse();
        let mut gradient: Vec<ByGroup> = self
            .district
            .iter()
            .map(|shift| matrix::times(&precision, shift).map(|prior_gradient| -prior_gradient))
            .collect();
        let mut information = vec![precision; self.district.len()];
        let mut present = vec![false; self.district.len()];
        for (school, posterior) in schools.iter().zip(posteriors) {
            present[school.district] = true;
            let taken = matrix::times(&posterior.information, &steps[school.authority][school.phase]);
            for row in 0..GROUPS {
                gradient[school.district][row] += posterior.gradient[row] - taken[row];
                for column in 0..GROUPS {
                    information[school.district][row][column] += posterior.information[row][column];
                }
            }
        }
        let mut spread =
            prior::district_covariance().map(|row| row.map(|value| value * prior::DISTRICT_PSEUDO_COUNT));
        let mut pseudo_count = prior::DISTRICT_PSEUDO_COUNT;
        for place in (0..self.district.len()).filter(|place| present[*place]) {
            let Ok(factorised) = Cholesky::of(&information[place]) else {
                continue;
            };
            let step = factorised.solve(&gradient[place]);
            let shift = &mut self.district[place];
            for (value, step) in shift.iter_mut().zip(step) {
                *value += step.clamp(-0.5, 0.5);
            }
            let covariance = factorised.inverse();
            pseudo_count += 1.0;
            for row in 0..GROUPS {
                for column in 0..GROUPS {
                    spread[row][column] += shift[row] * shift[column] + covariance[row][column];
                }
            }
        }
        if with_spread {
            self.district_covariance = spread.map(|row| row.map(|value| value / pseudo_count));
        }
    }
}

fn away_from(mean: &[ByGroup; PHASES], centre: &[ByGroup; PHASES]) -> Vec<f64> {
    (0..PHASES * GROUPS)
        .map(|at| mean[at / GROUPS][at % GROUPS] - centre[at / GROUPS][at % GROUPS])
        .collect()
}
