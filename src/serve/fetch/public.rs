//! Which addresses belong to the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether a page of the public internet may be at this address: not one of this machine, of its network,
/// or of no network at all, and at a port of the web.
pub(super) fn is_public(address: &SocketAddr) -> bool {
    let is_global = match address.ip().to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    };
    is_global && [80, 443].contains(&address.port())
}

/// IANA's registry of special-purpose addresses, without those that are globally reachable.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = match a {
        // "This network", loopback, and from 224 on multicast and what is reserved.
        0 | 127 | 224..=255 => true,
        // Carriers' own, between them and their customers.
        100 => (64..128).contains(&b),
        // Protocols, documentation, 6to4 relays.
        192 => matches!((b, c), (0, 0 | 2) | (88, 99)),
        // Benchmarks, documentation.
        198 => matches!((b, c), (18 | 19, _) | (51, 100)),
        203 => (b, c) == (0, 113),
        _ => false,
    };
    !(is_special || ip.is_private() || ip.is_link_local())
}

/// Global unicast is 2000::/3; within it, documentation and what carries an address of IPv4 are left out.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let is_global_unicast = a & 0xE000 == 0x2000;
    // Protocols (Teredo among them) are 2001::/23.
    let is_special = match a {
        0x2001 => b < 0x200 || b == 0xDB8,
        0x2002 => true,
        0x3FFF => b < 0x1000,
        _ => false,
    };
    is_global_unicast && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_at_the_webs_ports_are_public() {
        let is_public = |address: &str| is_public(&address.parse().unwrap());
        for address in [
            "93.184.216.34:80",
            "1.1.1.1:443",
            "172.32.0.1:80",
            "192.0.1.1:80",
            "[2606:4700::1111]:443",
            "[::ffff:93.184.216.34]:80",
        ] {
            assert!(is_public(address), "{address}");
        }
        for address in [
            "0.0.0.0:80",
            "127.0.0.1:80",
            "127.1.2.3:443",
            "10.1.2.3:80",
            "172.16.0.1:80",
            "172.31.255.255:80",
            "192.168.1.1:80",
            "169.254.169.254:80",
            "100.64.0.1:80",
            "192.0.0.1:80",
            "192.0.2.1:80",
            "198.18.0.1:80",
            "224.0.0.1:80",
            "255.255.255.255:80",
            "[::]:80",
            "[::1]:80",
            "[::ffff:127.0.0.1]:80",
            "[::ffff:192.168.0.1]:80",
            "[64:ff9b::7f00:1]:80",
            "[2002:7f00:1::]:80",
            "[2001:db8::1]:80",
            "[2001::1]:80",
            "[fe80::1]:80",
            "[fc00::1]:80",
            "[ff02::1]:80",
            "93.184.216.34:22",
            "93.184.216.34:8080",
        ] {
            assert!(!is_public(address), "{address}");
        }
    }
}
