//! What holds for any bytes.

use proptest::prelude::*;

use super::{key, package};
use crate::{Package, interfaces, sign};

#[test]
fn one_byte_that_changed_anywhere_is_refused() {
    let unsigned = package().pack().unwrap();
    let signed = sign(&unsigned, &key(1)).unwrap();
    // The header whole, and the archive here and there: it is under one digest.
    for at in (0..136).chain((136..unsigned.len()).step_by(7)) {
        for bytes in [&unsigned, &signed] {
            for bit in [0x01, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= bit;
                assert!(Package::read(&changed).is_err(), "byte {at}");
            }
        }
    }
}

#[test]
fn a_package_that_ends_too_early_or_too_late_is_refused() {
    let signed = sign(&package().pack().unwrap(), &key(1)).unwrap();
    for length in (0..signed.len()).step_by(61).chain([135, 136, 137]) {
        assert!(Package::read(&signed[..length]).is_err(), "{length} bytes");
    }
    let longer = [signed, vec![0; 512]].concat();
    assert!(Package::read(&longer).is_err());
}

proptest! {
    #[test]
    fn any_bytes_give_an_error_or_a_package(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = Package::read(&bytes);
        let _ = interfaces(&bytes);
        // With a header that is right, the archive is looked at.
        let opened = crate::envelope::close(&bytes).unwrap();
        prop_assert!(Package::read(&opened).is_err());
    }

    #[test]
    fn a_byte_that_changed_in_a_signed_package_is_refused(at in any::<prop::sample::Index>(), with in 1_u8..) {
        let mut bytes = sign(&package().pack().unwrap(), &key(1)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        prop_assert!(Package::read(&bytes).is_err());
    }

    #[test]
    fn a_byte_that_changed_in_an_archive_is_another_package_or_none(at in any::<prop::sample::Index>(), with in 1_u8..) {
        // As whoever holds the key could sign it.
        let bytes = package().pack().unwrap();
        let mut archive = bytes[136..].to_vec();
        let at = at.index(archive.len());
        archive[at] ^= with;
        if let Ok(read) = Package::read(&crate::envelope::close(&archive).unwrap()) {
            prop_assert_ne!(read.package, package());
        }
    }

    #[test]
    fn a_component_of_any_bytes_gives_interfaces_or_an_error(at in any::<prop::sample::Index>(), with in 1_u8..) {
        let mut bytes = package().component;
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        let _ = interfaces(&bytes);
    }
}
