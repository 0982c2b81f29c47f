"""Which addresses belong to the public internet, so that a card may make this machine connect to them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# The registries of special-purpose addresses (IANA; RFC 6890), and two that clouds serve their secrets on.
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",
        "2001::/23",
        "2001:db8::/32",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_GLOBAL_IPV6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE = ip_network("::/96")


def is_public(address: str) -> bool:
    """Whether an address, as text, is one of the public internet: not private, loopback, link-local, unique-local,
    multicast, reserved or a cloud's metadata service, neither itself nor as the IPv4 address inside an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        inner = _inner(parsed)
        if inner is not None:
            return is_public(str(inner))
        if parsed not in _GLOBAL_IPV6:
            return False
    return not any(parsed in network for network in _NOT_PUBLIC if network.version == parsed.version)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is reached through an IPv6 one: mapped, 6to4, NAT64 or the old compatible form.

    Teredo (2001::/32) is no address to connect to, and refused as a whole.
    """
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address in _NAT64 or address in _IPV4_COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
