//! What the fuzzer tries, with bytes that proptest makes.

use proptest::prelude::*;

mod shared;

proptest! {
    #[test]
    fn no_bytes_open_as_an_envelope(data: Vec<u8>) {
        shared::envelope(&data);
    }

    #[test]
    fn two_places_are_never_one(data: Vec<u8>) {
        shared::place(&data);
    }

    #[test]
    fn a_code_that_is_read_is_shown_the_same(
        data in "[0-9A-Za-z]{34}|aff_[0-9a-f]{32}_[0-9a-f]{64}|.*|[0Oo][Ww]3 ?[Gg]",
    ) {
        shared::codes(data.as_bytes());
    }

    #[test]
    fn no_bytes_open_as_something_given(data in prop::collection::vec(any::<u8>(), 0..400)) {
        shared::grants(&data);
    }
}
