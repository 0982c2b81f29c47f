"""Which addresses belong to the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.links.addresses import is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "223.255.255.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.168.0.1"),
        *("100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1"),
        *("2001:db8::1", "2001::1", "64:ff9b:1::1", "3fff::1", "5f00::1", "4000::1"),
        *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::a00:1"),
        *("", "localhost", "1.2.3", "8.8.8.8/32"),
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_never_more_than_python_calls_global_in_any_form(address: IPv4Address) -> None:
    number = int(address)
    forms = [str(address), f"::ffff:{address}", str(ip_address((0x2002 << 112) | (number << 80)))]
    answers = {is_public(form) for form in forms}
    assert len(answers) == 1
    assert address.is_global or answers == {False}
