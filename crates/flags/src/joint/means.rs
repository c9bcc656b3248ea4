//! Means of authorities and districts and their spread: Newton steps on the marginal likelihood of all schools.

use super::look::Look;
use super::matrix::{self, Square};
use super::parameters::{Parameters, Prepared};
use super::prior::{self, PHASES};
use super::school::{ByGroup, GROUPS};

impl Parameters {
    /// Moves the means of authorities, then of districts, by one Newton step each, and their spread with them.
    /// Authorities and districts without a school given stay where they are.
    pub(super) fn learn_means(&mut self, schools: &[Prepared], looks: &[Look], with_spread: bool) {
        const SIZE: usize = PHASES * GROUPS;
        let mut gradient = vec![[0.0; SIZE]; self.authority.len()];
        let mut information = vec![Square::zero(SIZE); self.authority.len()];
        let mut present = vec![false; self.authority.len()];
        for (school, look) in schools.iter().zip(looks) {
            let from = school.phase * GROUPS;
            let (sum, matrix) = (
                &mut gradient[school.authority],
                &mut information[school.authority],
            );
            present[school.authority] = true;
            for row in 0..GROUPS {
                sum[from + row] += look.gradient[row];
                for column in 0..GROUPS {
                    *matrix.at_mut(from + row, from + column) += look.information[row][column];
                }
            }
        }
        let precision = self.authority_covariance.inverse();
        let mut steps = vec![[[0.0; GROUPS]; PHASES]; self.authority.len()];
        let mut covariances = Vec::with_capacity(self.authority.len());
        for (place, mean) in self.authority.iter_mut().enumerate() {
            if !present[place] {
                covariances.push(Square::zero(SIZE));
                continue;
            }
            let away = away_from(mean, &self.national);
            let pull = precision.times(&away);
            let mut posterior = information[place].clone();
            for row in 0..SIZE {
                for column in 0..SIZE {
                    *posterior.at_mut(row, column) += precision.at(row, column);
                }
            }
            let covariance = posterior.inverse();
            let slope: Vec<f64> = (0..SIZE).map(|at| gradient[place][at] - pull[at]).collect();
            for (at, step) in covariance.times(&slope).iter().enumerate() {
                let step = step.clamp(-1.0, 1.0);
                mean[at / GROUPS][at % GROUPS] += step;
                steps[place][at / GROUPS][at % GROUPS] = step;
            }
            covariances.push(covariance);
        }
        if with_spread {
            self.learn_authority_spread(&covariances);
        }
        self.learn_districts(schools, looks, &steps, with_spread);
    }

    fn learn_authority_spread(&mut self, covariances: &[Square]) {
        const SIZE: usize = PHASES * GROUPS;
        /// Authorities the shipped mean counts for.
        const NATIONAL_WORTH: f64 = 2.0;
        let authorities = self.authority.len() as f64;
        for phase in 0..PHASES {
            for group in 0..GROUPS {
                let sum: f64 = self.authority.iter().map(|mean| mean[phase][group]).sum();
                self.national[phase][group] =
                    (NATIONAL_WORTH * self.shipped[phase][group] + sum) / (NATIONAL_WORTH + authorities);
            }
        }
        let mut spread = prior::authority_covariance();
        for row in 0..SIZE {
            for column in 0..SIZE {
                *spread.at_mut(row, column) *= prior::AUTHORITY_WORTH;
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
        let worth = prior::AUTHORITY_WORTH + authorities;
        for row in 0..SIZE {
            for column in 0..SIZE {
                *spread.at_mut(row, column) /= worth;
            }
        }
        self.authority_covariance = spread;
    }

    /// `steps` are those just taken by the authorities: the districts' slopes are corrected for them.
    fn learn_districts(
        &mut self,
        schools: &[Prepared],
        looks: &[Look],
        steps: &[[ByGroup; PHASES]],
        with_spread: bool,
    ) {
        let root =
            matrix::root(&self.district_covariance).expect("a covariance of districts is positive definite");
        let precision = matrix::inverse(&root);
        let mut gradient: Vec<ByGroup> = self
            .district
            .iter()
            .map(|shift| matrix::times(&precision, shift).map(|pull| -pull))
            .collect();
        let mut information = vec![precision; self.district.len()];
        let mut present = vec![false; self.district.len()];
        for (school, look) in schools.iter().zip(looks) {
            present[school.district] = true;
            let taken = matrix::times(&look.information, &steps[school.authority][school.phase]);
            for row in 0..GROUPS {
                gradient[school.district][row] += look.gradient[row] - taken[row];
                for column in 0..GROUPS {
                    information[school.district][row][column] += look.information[row][column];
                }
            }
        }
        let mut spread =
            prior::district_covariance().map(|row| row.map(|value| value * prior::DISTRICT_WORTH));
        let mut worth = prior::DISTRICT_WORTH;
        for place in (0..self.district.len()).filter(|place| present[*place]) {
            let Some(root) = matrix::root(&information[place]) else {
                continue;
            };
            let step = matrix::solve(&root, &gradient[place]);
            let shift = &mut self.district[place];
            for (value, step) in shift.iter_mut().zip(step) {
                *value += step.clamp(-0.5, 0.5);
            }
            let covariance = matrix::inverse(&root);
            worth += 1.0;
            for row in 0..GROUPS {
                for column in 0..GROUPS {
                    spread[row][column] += shift[row] * shift[column] + covariance[row][column];
                }
            }
        }
        if with_spread {
            self.district_covariance = spread.map(|row| row.map(|value| value / worth));
        }
    }
}

fn away_from(mean: &[ByGroup; PHASES], centre: &[ByGroup; PHASES]) -> Vec<f64> {
    (0..PHASES * GROUPS)
        .map(|at| mean[at / GROUPS][at % GROUPS] - centre[at / GROUPS][at % GROUPS])
        .collect()
}
