"""The key that signs heads: Ed25519, the installation's own or one derived from its secret."""

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.settings import Settings


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """``ORDERS_SIGNING_KEY`` (64 hexadecimal digits), or a key that ``ORDERS_SECRET`` always gives again."""
    if settings.signing_key is not None:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.signing_key))
    derivation = HKDF(SHA256(), length=32, salt=None, info=b"credential-orders signed heads")
    return Ed25519PrivateKey.from_private_bytes(derivation.derive(settings.secret.encode()))


def public_key(settings: Settings) -> str:
    """What an auditor needs to check signatures without being able to make them: 64 hexadecimal digits."""
    return signing_key(settings).public_key().public_bytes_raw().hex()


def is_signed(data: bytes, signature: Any, key: str) -> bool:
    """Whether ``signature`` over ``data`` was made with the private half of ``key`` (both hexadecimal)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
