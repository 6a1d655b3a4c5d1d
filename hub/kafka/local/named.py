"""A second door to a broker on this machine: over TLS, and whoever comes in is asked for a name and a password (SCRAM).

What no rule allows is refused there. Certificate and passwords are made for one cluster and go with it. By the first
door, which the cluster itself uses, whoever is on this machine may do everything, so that topics and rules can be made.
"""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub import clock
from hub.kafka.local.ports import HOST

LISTENER: Final = "NAMED"
MECHANISM: Final = "SCRAM-SHA-512"
KEY_FILE: Final = "door.pem"
"""In a node's folder: its private key and its certificate."""
CERTIFICATE: Final = "door-certificate.pem"
"""In the cluster's folder: by which clients know it."""
_A_DAY: Final = timedelta(days=1)
_SCRAM: Final = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


def make_certificate(folder: Path) -> str:
    """Write a certificate of this machine's own address to that folder; return key and certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _A_DAY)
        .not_valid_after(now + _A_DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = made.public_bytes(serialization.Encoding.PEM).decode()
    (folder / CERTIFICATE).write_text(certificate, "ascii")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode() + certificate


def properties(door: int, own: Mapping[str, str], operator: str) -> dict[str, str]:
    """What a node is told besides `own`, its usual properties, to have the door; `operator` may do everything there."""
    door_at, prefix = f"{LISTENER}://{HOST}:{door}", f"listener.name.{LISTENER.lower()}"
    return {
        "listeners": f"{own['listeners']},{door_at}",
        "advertised.listeners": f"{own['advertised.listeners']},{door_at}",
        "listener.security.protocol.map": f"{own['listener.security.protocol.map']},{LISTENER}:SASL_SSL",
        f"{prefix}.sasl.enabled.mechanisms": MECHANISM,
        f"{prefix}.{MECHANISM.lower()}.sasl.jaas.config": _SCRAM,
        f"{prefix}.ssl.keystore.type": "PEM",
        f"{prefix}.ssl.keystore.location": KEY_FILE,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{operator}",
    }


def known_as(passwords: Mapping[str, str]) -> list[str]:
    """What the formatter is told so that the cluster knows these names from its first start on."""
    return [
        word for name, password in passwords.items()
        for word in ("--add-scram", f"{MECHANISM}=[name={name},password={password}]")
    ]  # fmt: skip
