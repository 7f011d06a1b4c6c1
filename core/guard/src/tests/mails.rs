//! The mails of a day.

use std::sync::Arc;

use crate::Guard;
use crate::tests::memory::{Memory, Plain};

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_day_has_so_many_mails_for_all_guards_together_and_the_next_one_as_many_again() {
    let counters = Arc::new(Memory::default());
    let guards = [(), ()].map(|()| Guard::new(counters.clone(), Arc::new(Plain)));
    let mut taken = Vec::new();
    for now in [100, DAY - 1, DAY] {
        let mut these = 0;
        for at in 0..5 {
            these += usize::from(guards[at % 2].take_mail(3, now).await.unwrap());
        }
        taken.push(these);
    }
    assert_eq!(taken, [3, 0, 3]);
}
