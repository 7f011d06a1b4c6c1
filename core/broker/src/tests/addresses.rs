//! Every special network, at its first and last address and beside it.

use std::net::IpAddr;

use crate::{Reach, reach};

const GLOBAL: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "3ffe::1",
];

const PRIVATE: &[&str] = &[
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "::1",
    "fc00::1",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

const NEVER: &[&str] = &[
    // No host.
    "0.0.0.0",
    "0.255.255.255",
    "::",
    // Metadata of clouds, and all that is link-local.
    "100.100.100.200",
    "169.254.0.1",
    "169.254.169.254",
    "fe80::1",
    "febf::1",
    "fd00:ec2::254",
    // Documentation, benchmarks, protocols, relays.
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "2001:2::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    // Many, or all.
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "ff02::1",
    // What wraps an address of version 4: mapped, compatible, NAT64, 6to4, Teredo, ISATAP's old site.
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:10.0.0.1",
    "::10.0.0.1",
    "::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "2002:a00:1::1",
    "2002:808:808::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fec0::1",
];

#[test]
fn address_of_the_own_network_or_of_none_is_told_from_one_of_the_internet() {
    for (addresses, expected) in
        [(GLOBAL, Reach::Global), (PRIVATE, Reach::Private), (NEVER, Reach::Never)]
    {
        for address in addresses {
            let parsed: IpAddr = address.parse().unwrap();
            assert_eq!(reach(parsed), expected, "{address}");
        }
    }
}
