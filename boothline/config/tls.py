"""`boothline run --tls`: a certificate authority of this installation's own, so that the team's phones get camera and offline.

The authority is made once and kept in the data folder, for its owner alone. Phones that install its certificate trust what it
signed: one certificate for every address and name of this machine, made anew when those change or its time runs out.
"""

from __future__ import annotations

import os
import socket
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from boothline.config import env
from boothline.config.terminal import worded as _
from boothline.core.errors import Misconfigured
from boothline.core.machine import addresses, names

if TYPE_CHECKING:
    import trustme
    from cryptography.x509 import Certificate

FOLDER = env.BOOTHLINE_HOME / "tls"
AUTHORITY, FOR_PHONES, SERVER = FOLDER / "authority.pem", FOLDER / "authority.crt", FOLDER / "server.pem"
LIFE, RENEW = timedelta(days=365), timedelta(days=30)  # iPhones refuse a certificate that lives longer than 825 days


def wanted() -> list[str]:
    """Every address and name that the certificate must hold."""
    given = [urlsplit(env.BASE_URL).hostname or ""] if env.BASE_URL else []
    if env.HOST not in ("0.0.0.0", "::"):
        given.append(env.HOST)
    return sorted({"localhost", "127.0.0.1", "::1", *addresses(), *names(), *filter(None, given)})


def prepare() -> bool:
    """Authority and certificate stand ready; whether the certificate was made anew."""
    try:
        FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _authority()
        if _holds(wanted()):
            return False
        issued = authority.issue_cert(
            *wanted(),
            organization_name="Boothline",
            organization_unit_name=_here(),
            not_before=_now() - timedelta(days=1),
            not_after=_now() + LIFE,
        )
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        _keep(SERVER, issued.private_key_pem.bytes() + chain + authority.cert_pem.bytes())
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Misconfigured(_("The certificates in %(folder)s cannot be kept: %(why)s.", folder=FOLDER, why=why)) from error
    return True


def fingerprint() -> str:
    """The authority's SHA-256 as phones show it, to compare by eye."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return _kept(AUTHORITY).fingerprint(SHA256()).hex(" ").upper()


def ends() -> datetime:
    """When the server's certificate runs out."""
    return _kept(SERVER).not_valid_after_utc


def _here() -> str:
    return socket.gethostname()[:50] or "here"


def _now() -> datetime:
    return datetime.now(UTC)


def _authority() -> trustme.CA:
    """The one that is kept, else a new one."""
    import trustme
    from cryptography.hazmat.primitives.serialization import Encoding

    if AUTHORITY.exists():
        kept = AUTHORITY.read_bytes()
        try:
            if not FOR_PHONES.exists():
                _keep(FOR_PHONES, _read_bytes(kept).public_bytes(Encoding.DER))
            return trustme.CA.from_pem(kept, kept)
        except ValueError as error:
            raise Misconfigured(
                _(
                    "%(file)s cannot be read. Restore it, or delete %(folder)s and let the phones trust a new one.",
                    file=AUTHORITY,
                    folder=FOLDER,
                )
            ) from error
    made = trustme.CA(organization_name="Boothline", organization_unit_name=f"{_here()} {_now():%Y-%m-%d}")
    _keep(FOR_PHONES, _read_bytes(made.cert_pem.bytes()).public_bytes(Encoding.DER))
    _keep(AUTHORITY, made.private_key_pem.bytes() + made.cert_pem.bytes())
    return made


def _holds(asked: list[str]) -> bool:
    """Whether the kept certificate is of this authority, holds every address asked for, and has time left."""
    from cryptography import x509

    try:
        kept = _kept(SERVER)
        kept.verify_directly_issued_by(_kept(AUTHORITY))
        stands = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound, _bad_signature()):
        return False
    held = {str(a) for a in stands.get_values_for_type(x509.IPAddress)}
    held |= set(stands.get_values_for_type(x509.DNSName))
    return set(asked) <= held and kept.not_valid_after_utc - RENEW > _now()


def _bad_signature() -> type[Exception]:
    from cryptography.exceptions import InvalidSignature

    return InvalidSignature


def _kept(path: Path) -> Certificate:
    return _read_bytes(path.read_bytes())


def _read_bytes(pem: bytes) -> Certificate:
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(pem)


def _keep(path: Path, content: bytes) -> None:
    """Put in its place whole, for the owner alone."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
    os.replace(new.name, path)
