//! How long something is kept when the period changes on the way.

use affiant_backend::SwitchRow;
use proptest::prelude::*;

use crate::{Class, DAY, History, MAX_KEEP_DAYS};

/// From a day on, so many days.
type Period = (i64, u32);

/// A history in which the period is set at these days, by two administrators.
fn history(periods: &[Period]) -> History {
    let rows = periods.iter().zip(1..).map(|((day, days), id)| SwitchRow {
        id,
        name: "keep-sessions".to_owned(),
        value: days.to_string(),
        reason: "The board decided it.".to_owned(),
        by: 1,
        second: Some(2),
        asked: day * DAY,
        effective: day * DAY,
        cancelled: None,
    });
    History::read(rows.collect())
}

fn ends(periods: &[Period], used: i64) -> i64 {
    history(periods).ends(Class::Sessions, used * DAY) / DAY
}

#[test]
fn the_period_of_the_last_use_counts() {
    let cases: [(&[Period], i64, i64); 9] = [
        (&[], 1000, 1090),
        (&[(900, 30)], 1000, 1030),
        // It grows: what was used before goes when it was promised to go.
        (&[(1010, 365)], 1000, 1090),
        (&[(1010, 365)], 1010, 1375),
        // It shrinks: nobody loses anything sooner than the new length after that day.
        (&[(1010, 7)], 1000, 1017),
        (&[(1085, 7)], 1000, 1090),
        (&[(1010, 7)], 1010, 1017),
        // Shrunk and grown again.
        (&[(1010, 7), (1012, 365)], 1000, 1017),
        (&[(1010, 60), (1020, 7)], 1000, 1027),
    ];
    for (periods, used, expected) in cases {
        assert_eq!(ends(periods, used), expected, "{periods:?}, used on {used}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_idle_has_ended_and_the_rest_has_not(
        mut periods in prop::collection::vec((5_000_i64..5_400, 1_u32..400), 0..6),
        now in 5_000_i64..6_000,
        used in 3_000_i64..6_000,
    ) {
        periods.sort_unstable();
        let history = history(&periods);
        let (now, used) = (now * DAY, used * DAY);
        let before = history.idle_before(Class::Sessions, now);
        prop_assert_eq!(used < before, history.ends(Class::Sessions, used) <= now);
    }

    #[test]
    fn nothing_goes_sooner_than_the_shortest_period_since_its_last_use(
        mut periods in prop::collection::vec((5_000_i64..5_400, 1_u32..400), 0..6),
        used in 4_900_i64..5_500,
    ) {
        periods.sort_unstable();
        let ends = ends(&periods, used);
        let shortest = periods.iter().map(|(_, days)| i64::from(*days)).min().unwrap_or(90).min(90);
        prop_assert!(ends >= used + shortest);
        prop_assert!(ends <= used + i64::from(MAX_KEEP_DAYS));
    }
}
