"""pyHanko adapter: an invisible PAdES B-B signature, and the certificate that it is made with.

YIMEN_SIGNING_CERT and YIMEN_SIGNING_KEY name the PEM files of the centre's certificate (with its chain) and of its
key, which is not encrypted and readable by the service alone. In demo mode a self-signed certificate is made at the
first use under var/keys; it proves nothing to anybody, and production never signs with one.
pyHanko takes 1.7 s and 80 MB to import: it is imported inside `sign` alone, in the process of `engines.press`.
"""

import contextlib
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from django.conf import settings

DEVELOPMENT = "Yimen development 样本"
FIELD = "Seal"
_YEARS = 10
# A certificate that begins in the past also fits a machine whose clock is a little slow, and papers of a sample.
_BEGINS = datetime(2020, 1, 1, tzinfo=UTC)


class NoCertificate(Exception):
    """There is no certificate that may sign here; the message says why and what to set."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where certificate (PEM, chain behind it) and key (PEM) lie."""

    certificate: str
    key: str

    def as_dict(self) -> dict[str, str]:
        """As JSON for the press."""
        return asdict(self)


def credentials() -> Credentials:
    """What papers are signed with; raises `NoCertificate`. In demo mode the development certificate is made."""
    found = _configured() or _development()
    if not settings.DEMO and (problem := unfit()):
        raise NoCertificate(problem)
    if found.certificate == str(_own()[0]):
        _make_development()
    return found


def unfit() -> str:
    """Why production may not sign with what there is; empty when it may (always in demo mode)."""
    if settings.DEMO:
        return ""
    found = _configured()
    if found is None:
        return "no signing certificate: set YIMEN_SIGNING_CERT and YIMEN_SIGNING_KEY to PEM files"
    try:
        certificate = x509.load_pem_x509_certificate(Path(found.certificate).read_bytes())
        key = load_pem_private_key(Path(found.key).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        return f"the signing certificate or its key can't be read: {error}"
    if is_development(certificate):
        return "YIMEN_SIGNING_CERT is a development certificate, which production must not use"
    if key.public_key() != certificate.public_key():
        return "YIMEN_SIGNING_KEY is not the key of YIMEN_SIGNING_CERT"
    return ""


def starts_with_development_certificate() -> str:
    """Why production must not start at all: the certificate that would sign is a development one. Else empty."""
    if settings.DEMO:
        return ""
    if _configured() is None and _own()[0].exists():
        return (
            "var/keys holds a development certificate and no other is set: "
            "set YIMEN_SIGNING_CERT and YIMEN_SIGNING_KEY, or give production a YIMEN_VAR of its own"
        )
    problem = unfit()
    return problem if _configured() is not None else ""


def is_development(certificate: x509.Certificate) -> bool:
    """Whether the certificate is one that `yimen` made for itself."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(str(name.value).startswith("Yimen development") for name in names)


def _configured() -> Credentials | None:
    certificate, key = os.environ.get("YIMEN_SIGNING_CERT", ""), os.environ.get("YIMEN_SIGNING_KEY", "")
    return Credentials(certificate, key) if certificate or key else None


def _own() -> tuple[Path, Path]:
    return Path(settings.KEYS_DIR) / "signing_development.pem", Path(settings.KEYS_DIR) / "signing_development.key"


def _development() -> Credentials:
    certificate, key = _own()
    return Credentials(str(certificate), str(key))


def _make_development() -> None:
    """The key first, then the certificate: of two processes that are first at once one wins both names."""
    certificate_path, key_path = _own()
    if certificate_path.exists():
        return
    key_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = ec.generate_private_key(ec.SECP256R1())
    _write_once(key_path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(key_path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    _write_once(certificate_path, _self_signed(key).public_bytes(Encoding.PEM))


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEVELOPMENT)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(_BEGINS)
    built = built.not_valid_after(_BEGINS + timedelta(days=365 * (_YEARS + 10)))
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return built.add_extension(usage, critical=True).sign(key, SHA256())


def _write_once(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


def sign(pdf: bytes, *, certificate: str, key: str, reason: str) -> bytes:
    """The PDF with an invisible PAdES B-B signature appended; the bytes before it stay as they are."""
    import io

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    signer = signers.SimpleSigner.load(key, certificate)
    if signer is None:
        raise NoCertificate("certificate and key can't be loaded")
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason or None
    )
    out = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer)
    return bytes(out.getvalue())
