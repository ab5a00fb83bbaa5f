"""This machine on its networks: which addresses and names others reach it by. Nothing is sent to find out."""

from __future__ import annotations

import fcntl
import ipaddress
import re
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

_SIOCGIFADDR = 0x8915
_INSIDE = ("lo", "docker", "br-", "veth", "virbr", "cni", "podman")  # networks that end within this machine


def is_loopback(host: str) -> bool:
    """Whether this address or name means the machine itself, and nobody else can reach it by that."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_address(host: str) -> bool:
    """Whether this is an address in figures and no name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def in_url(host: str) -> str:
    """A host as it stands in an address: version 6 in brackets."""
    return f"[{host}]" if ":" in host else host


def addresses() -> list[str]:
    """Every address that others reach this machine by, the one of the way out first."""
    found = [_way_out(), *_version_4(), *_version_6()]
    return list(dict.fromkeys(address for address in found if address and not is_loopback(address)))


def names() -> list[str]:
    """The machine's own names: as it calls itself, and as the local network may find it."""
    own = socket.gethostname().lower()
    return [own, f"{own.split('.')[0]}.local"] if re.fullmatch(r"[a-z0-9][a-z0-9.-]*", own) and own != "localhost" else []


def own_names(host: str, base_url: str) -> set[str]:
    """The names that are answered to: that of `base_url`, the host listened on, and the machine's own where others may come in."""
    given = {"localhost", host.strip("[]").lower(), (urlsplit(base_url).hostname or "").lower()}
    return {name for name in given | set(() if is_loopback(host) else names()) if name}


def _way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for examples: the routing answers, nothing leaves
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _version_4() -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _number, name in socket.if_nameindex():
            if name.startswith(_INSIDE):
                continue
            try:
                answer = fcntl.ioctl(asked, _SIOCGIFADDR, struct.pack("256s", name[:15].encode()))
            except OSError:  # a card without an address
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def _version_6() -> list[str]:
    try:
        rows = [line.split() for line in Path("/proc/net/if_inet6").read_text().splitlines()]
    except OSError:
        return []
    return [str(ipaddress.ip_address(bytes.fromhex(row[0]))) for row in rows if row[3] == "00" and not row[5].startswith(_INSIDE)]
