"""Why no secure connection was made, in our words."""

from __future__ import annotations

from collections.abc import Iterable
import re
import ssl

from urllib3.connection import CertificateError  # type: ignore[import-untyped]  # 1.26 has no types

from ..errors import NetworkError, NoConnection

# OpenSSL's numbers for what is wrong with a certificate; every other one means that nobody vouches for it.
NOT_YET_VALID, EXPIRED, OTHER_HOST, UNTRUSTED = 9, 10, 62, 20
_OTHER_ADDRESS = 64
# What web servers say on a port of theirs that speaks https.
_HTTPS_ONLY = re.compile(
    rb"(?i)plain HTTP (?:request was sent )?to (?:an? )?(?:HTTPS|SSL-enabled)|requires TLS"
)


def certificate_fault(verify_code: int) -> ssl.SSLCertVerificationError:
    """The error that Python raises for such a certificate."""
    error = ssl.SSLCertVerificationError()
    error.verify_code = verify_code
    return error


def not_secure(causes: Iterable[BaseException], host: str) -> NetworkError:
    """What errors of a TLS connection mean; `causes` as they were raised from each other."""
    codes = [code for code in map(_verify_code, causes) if code]
    if not codes:
        return NoConnection(
            "No secure connection to “{host}” could be made: it may not accept https on this port.",
            next_step="Check the port of the address; the portal may also require a client certificate.",
            host=host,
        )
    if codes[0] in (NOT_YET_VALID, EXPIRED):
        return NoConnection(
            "“{host}” could not prove its identity: its certificate has expired or is not valid yet.",
            next_step="Check this computer's clock; if it is right, contact the portal's administrator.",
            host=host,
        )
    if codes[0] in (OTHER_HOST, _OTHER_ADDRESS):
        return NoConnection(
            "“{host}” could not prove its identity: its certificate was issued for another host name.",
            next_step="Use an address with the host name in the certificate, or contact the portal's "
            "administrator.",
            host=host,
        )
    return NoConnection(
        "“{host}” could not prove its identity: its certificate is not trusted.",
        next_step="Ask for its certificate authority to be added to those that QGIS trusts.",
        host=host,
    )


def _verify_code(cause: BaseException) -> int:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_code
    # Where the host is a bare address, urllib3 compares it itself.
    return OTHER_HOST if isinstance(cause, CertificateError) else 0


def wants_https(body: bytes) -> bool:
    """True where a web server says that plain http came to a port for https."""
    return bool(_HTTPS_ONLY.search(body))


def https_only(host: str) -> NoConnection:
    """Plain http came to a port for https."""
    return NoConnection(
        "“{host}” accepts only https on this port.",
        next_step="Use an address that begins with https://.",
        host=host,
    )
