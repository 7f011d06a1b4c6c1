//! A measured figure beside its target.

use std::time::Duration;

/// One row of the table.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    name: String,
    measured: String,
    target: String,
    met: Option<bool>,
}

impl Figure {
    /// A figure that should be at most `target`.
    pub(crate) fn at_most(name: &str, measured: f64, target: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            measured: spelled(measured, unit),
            target: format!("≤ {}", spelled(target, unit)),
            met: Some(measured <= target),
        }
    }

    /// A figure that should be at least `target`.
    pub(crate) fn at_least(name: &str, measured: f64, target: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            measured: spelled(measured, unit),
            target: format!("≥ {}", spelled(target, unit)),
            met: Some(measured >= target),
        }
    }

    /// A figure without a target, to understand the others by.
    pub(crate) fn plain(name: &str, measured: f64, unit: &str) -> Self {
        let measured = spelled(measured, unit);
        Self { name: name.to_owned(), measured, target: String::new(), met: None }
    }

    /// Whether nothing is wrong with it.
    pub(crate) fn is_met(&self) -> bool {
        self.met != Some(false)
    }
}

/// The table, in columns.
pub(crate) fn table(figures: &[Figure]) -> String {
    let head = ["figure", "measured", "target", "met"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(figures.iter().map(|it| {
        let met = match it.met {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        [it.name.clone(), it.measured.clone(), it.target.clone(), met.to_owned()]
    }));
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let [name, measured, target, met] = row;
        let [first, second, third] = widths;
        format!("{name:<first$}  {measured:>second$}  {target:>third$}  {met}")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Milliseconds as a number.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// The value below which this share of the sorted durations lies.
pub(crate) fn percentile(sorted: &[Duration], share: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a length is a place in the list"
    )]
    let at = (sorted.len() as f64 * share) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// The middle one of the durations.
pub(crate) fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    percentile(&durations, 0.5)
}

fn spelled(value: f64, unit: &str) -> String {
    match value.abs() {
        it if it >= 100.0 => format!("{value:.0} {unit}"),
        it if it >= 1.0 => format!("{value:.2} {unit}"),
        _ => format!("{value:.3} {unit}"),
    }
}
