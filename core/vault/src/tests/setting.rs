//! Secret settings of plugins.

use super::Counting;
use crate::{Master, SettingName};

const NAME: SettingName<'_> =
    SettingName { deployment: [2; 16], plugin: "org.example.segment", name: "write_key" };

#[test]
fn a_setting_opens_for_its_own_name_alone() {
    let randomness = Counting::default();
    let master = Master::random(&randomness).unwrap();
    let sealed = master.seal_setting(&NAME, "abc-123", &randomness).unwrap();
    assert_eq!(master.open_setting(&NAME, &sealed, str::to_owned).unwrap(), "abc-123");
    assert!(!sealed.windows(7).any(|it| it == b"abc-123"));
    for other in [
        SettingName { deployment: [3; 16], ..NAME },
        SettingName { plugin: "org.example.other", ..NAME },
        SettingName { name: "other_key", ..NAME },
        SettingName { plugin: "org.example", name: "segment\nwrite_key", ..NAME },
    ] {
        assert!(master.open_setting(&other, &sealed, str::to_owned).is_err(), "{other:?}");
    }
    let another = Master::random(&randomness).unwrap();
    assert!(another.open_setting(&NAME, &sealed, str::to_owned).is_err());
}
