"""A throw-away certificate authority, made with openssl for one run: nothing secret is in the repository."""

from __future__ import annotations

from pathlib import Path
import ssl
import subprocess

_NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


class Certificates:
    """Files in `folder`: `authority` (to be trusted), the server's and, on demand, a client's key pair."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", days: int = 2) -> None:
        """The server's certificate is for `host` and holds for `days` from now on."""
        self._folder = folder
        self.authority = folder / "authority.pem"
        self._openssl(
            f"req -x509 -subj /CN=portal-stand-in -days 2 {_NEW_KEY} -keyout authority.key -out authority.pem"
            " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"
        )
        names = "IP:127.0.0.1,DNS:localhost" if host == "127.0.0.1" else f"DNS:{host}"
        self.server, self._server_key = self.issue(host, f"subjectAltName={names}", days)

    def issue(
        self, name: str, extension: str = "extendedKeyUsage=clientAuth", days: int = 2
    ) -> tuple[Path, Path]:
        """Certificate and key for `name`; by default those of a user, to sign in with."""
        (self._folder / f"{name}.ext").write_text(f"basicConstraints=CA:FALSE\n{extension}\n")
        self._openssl(f"req -new -subj /CN={name} {_NEW_KEY} -keyout {name}.key -out {name}.csr")
        self._openssl(
            f"x509 -req -in {name}.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days {days}"
            f" -extfile {name}.ext -out {name}.pem"
        )
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server, self._server_key)
        context.load_verify_locations(self.authority)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], cwd=self._folder, check=True, capture_output=True)
