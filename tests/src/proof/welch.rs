//! Whether two kinds of request take different times: Welch's t-test (Welch 1947).

/// Of all measurements the slowest hundredth is left out: what the machine did meanwhile, not what
/// was asked for.
const KEPT: f64 = 0.99;

/// Welch's t of two samples; within ±4.5 nothing can be told apart. Zero where nothing varies.
pub(crate) fn t(one: &[f64], other: &[f64]) -> f64 {
    let limit = limit(one, other);
    let (one, other) = (moments(one, limit), moments(other, limit));
    let spread = (one.variance / one.count + other.variance / other.count).sqrt();
    if spread > 0.0 { (one.mean - other.mean) / spread } else { 0.0 }
}

struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

/// The value below which the measurements that are kept lie.
fn limit(one: &[f64], other: &[f64]) -> f64 {
    let mut all = [one, other].concat();
    all.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a length is a place in the list"
    )]
    let at = (all.len() as f64 * KEPT) as usize;
    all.get(at).copied().unwrap_or(f64::INFINITY)
}

#[expect(clippy::cast_precision_loss, reason = "fewer measurements than fit")]
fn moments(all: &[f64], limit: f64) -> Moments {
    let kept: Vec<f64> = all.iter().copied().filter(|it| *it <= limit).collect();
    let count = kept.len() as f64;
    let mean = kept.iter().sum::<f64>() / count;
    let squares: f64 = kept.iter().map(|it| (it - mean).powi(2)).sum();
    Moments { count, mean, variance: squares / (count - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::t;

    /// Values around `middle`, spread evenly.
    fn around(middle: f64, count: u32) -> Vec<f64> {
        (0..count).map(|it| middle + f64::from(it * 7 % 101) - 50.0).collect()
    }

    #[test]
    fn what_is_slower_is_told_and_what_is_not_is_not() {
        assert!(t(&around(1_000.0, 500), &around(1_000.0, 400)).abs() < 1.0);
        assert!(t(&around(1_000.0, 500), &around(1_010.0, 500)) < -4.5);
        assert!(t(&around(1_010.0, 500), &around(1_000.0, 500)) > 4.5);
    }
}
