"""Public keys as OpenSSH writes them on one line: kind, key in base64, comment (RFC 4253 §6.6, PROTOCOL of OpenSSH). Pure."""

from __future__ import annotations

from itilcli.values import value

KINDS = frozenset(
    [
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ]
)
"""What a person signs with; a certificate or a DSA key is none."""
LONGEST = 8192
"""Characters of a line; an RSA key of 16,384 bits has about 2,800."""
_LEAST_RSA = 2048 // 8
"""Bytes of the modulus; OpenSSH refuses less than 1,024 bits, and less than 2,048 is advised against."""


@value
class PublicKey:
    """One public key: its kind, the key itself as OpenSSH encodes it, and what its owner calls it."""

    kind: str
    data: str
    comment: str = ""

    @property
    def line(self) -> str:
        """Kind and key, as they stand in a file of keys."""
        return f"{self.kind} {self.data}"

    @property
    def fingerprint(self) -> str:
        """``SHA256:…``, as ssh-keygen and git show a key."""
        import base64
        import hashlib

        digest = hashlib.sha256(base64.b64decode(self.data)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def parse_key(text: str) -> PublicKey | None:
    """The public key that a line tells, None where it tells none: a private key, a certificate, a key cut short."""
    import base64
    import binascii

    kind, _, rest = text.strip().partition(" ")
    data, _, comment = rest.strip().partition(" ")
    if kind not in KINDS or len(text) > LONGEST or not text.strip().isprintable():
        return None
    try:
        blob = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    parts = _parts(blob)
    if not parts or parts[0] != kind.encode() or not _whole(kind, parts):
        return None
    return PublicKey(kind, base64.b64encode(blob).decode(), comment.strip())


def _parts(blob: bytes) -> list[bytes]:
    """The strings that a key consists of, each after its length; none where they do not fill it."""
    found, at = [], 0
    while at + 4 <= len(blob):
        end = at + 4 + int.from_bytes(blob[at : at + 4], "big")
        found.append(blob[at + 4 : end])
        at = end
    return found if at == len(blob) else []


def _whole(kind: str, parts: list[bytes]) -> bool:
    """Whether a key has the parts of its kind, none of them cut short."""
    if kind == "ssh-rsa":
        return len(parts) == 3 and len(parts[2].lstrip(b"\0")) >= _LEAST_RSA
    applied = 1 if kind.startswith("sk-") else 0
    if "ed25519" in kind:
        return len(parts) == 2 + applied and len(parts[1]) == 32
    curve = kind.removeprefix("sk-").removeprefix("ecdsa-sha2-").partition("@")[0]
    size = {"nistp256": 32, "nistp384": 48, "nistp521": 66}[curve]
    return len(parts) == 3 + applied and parts[1] == curve.encode() and len(parts[2]) == 1 + 2 * size
