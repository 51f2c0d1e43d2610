"""A listener for `RealKafka` as production has it: SASL_SSL, SCRAM-SHA-512, and an authority of the test's own."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "rebato", "correct-horse-scram"
_DAYS = "2"
_STORE_PASSWORD = "changeit"


@dataclass(frozen=True, slots=True)
class Authority:
    """A self-made authority and a certificate that it gave to a server."""

    ca: Path
    """What clients have to trust (PEM)."""
    key: Path
    certificate: Path
    store: Path
    """Key and certificate as Java takes them (PKCS #12)."""


def make_authority(folder: Path, names: str = "IP:127.0.0.1,DNS:localhost") -> Authority:
    """Makes both with openssl in ``folder``. ``names``: for whom the certificate is good (subjectAltName)."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Authority(folder / "ca.pem", folder / "key.pem", folder / "certificate.pem", folder / "store.p12")
    ca_key, request, extensions = folder / "ca-key.pem", folder / "request.pem", folder / "names.txt"
    new = ["req", "-newkey", "rsa:2048", "-nodes"]
    _openssl(*new, "-x509", "-days", _DAYS, "-subj", "/CN=rebato test CA", "-keyout", ca_key, "-out", made.ca)
    _openssl(*new, "-subj", "/CN=broker", "-keyout", made.key, "-out", request)
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    by = ["-CA", made.ca, "-CAkey", ca_key, "-CAcreateserial"]
    _openssl("x509", "-req", "-in", request, *by, "-days", _DAYS, "-extfile", extensions, "-out", made.certificate)
    own = ["-in", made.certificate, "-inkey", made.key, "-certfile", made.ca]
    _openssl("pkcs12", "-export", *own, "-out", made.store, "-passout", f"pass:{_STORE_PASSWORD}")
    return made


@dataclass(frozen=True, slots=True)
class TlsListener:
    """What `RealKafka` needs to open it; ``port`` is the broker's to choose."""

    authority: Authority

    def properties(self, port: int) -> dict[str, str]:
        """Additions to the broker's settings."""
        return {
            "listeners": f"SASL_SSL://127.0.0.1:{port}",
            "advertised.listeners": f"SASL_SSL://127.0.0.1:{port}",
            "listener.security.protocol.map": "SASL_SSL:SASL_SSL",
            "listener.name.sasl_ssl.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.sasl_ssl.ssl.keystore.location": str(self.authority.store),
            "listener.name.sasl_ssl.ssl.keystore.password": _STORE_PASSWORD,
            "listener.name.sasl_ssl.ssl.keystore.type": "PKCS12",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
        }

    @property
    def format_options(self) -> list[str]:
        """Options of ``kafka-storage format`` that make the user known before the first start."""
        return ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"]

    def client(self, port: int) -> dict[str, str]:
        """A config's ``kafka`` for it."""
        return {
            "brokers": f"127.0.0.1:{port}",
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-512",
            "username": USER,
            "password": PASSWORD,
            "ssl_ca_file": str(self.authority.ca),
        }


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
