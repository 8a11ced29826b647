"""The certificate: made once in demo mode, private, and never good enough for production."""

import datetime as dt
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from yimen.ground.engines import pdf_signing
from yimen.rooms.documents.apps import check_signing


@pytest.fixture
def keys(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    for name in ("YIMEN_SIGNING_CERT", "YIMEN_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def real_pair(folder: Path, name: str = "某市行政审批局") -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(begins).not_valid_after(begins + dt.timedelta(days=900))
    certificate_path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
    certificate_path.write_bytes(built.sign(key, SHA256()).public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate_path, key_path


def use(monkeypatch: pytest.MonkeyPatch, certificate: Path, key: Path) -> None:
    monkeypatch.setenv("YIMEN_SIGNING_CERT", str(certificate))
    monkeypatch.setenv("YIMEN_SIGNING_KEY", str(key))


def test_made_once_and_private(keys: Path) -> None:
    first = pdf_signing.credentials()
    before = Path(first.certificate).read_bytes(), Path(first.key).read_bytes()
    assert pdf_signing.credentials() == first
    assert (Path(first.certificate).read_bytes(), Path(first.key).read_bytes()) == before
    for path in (first.certificate, first.key):
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    certificate = x509.load_pem_x509_certificate(before[0])
    assert pdf_signing.is_development(certificate)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "Yimen development 样本"
    assert pdf_signing.starts_with_development_certificate() == ""


def test_production_makes_none_and_signs_with_none(keys: Path, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(pdf_signing.NoCertificate):
        pdf_signing.credentials()
    assert not (keys / "keys").exists()
    assert pdf_signing.starts_with_development_certificate() == ""
    assert [m.id for m in check_signing(None)] == ["yimen.E301"]


def test_production_does_not_start_with_the_development_one(
    keys: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pdf_signing.credentials()
    settings.DEMO = False
    assert "development certificate" in pdf_signing.starts_with_development_certificate()
    use(monkeypatch, Path(made.certificate), Path(made.key))
    assert "development certificate" in pdf_signing.starts_with_development_certificate()
    with pytest.raises(pdf_signing.NoCertificate):
        pdf_signing.credentials()
    assert [m.id for m in check_signing(None)] == ["yimen.E301"]


def test_production_starts_with_its_own(keys: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = False
    use(monkeypatch, *real_pair(keys))
    assert pdf_signing.starts_with_development_certificate() == "" == pdf_signing.unfit()
    assert check_signing(None) == []
    assert pdf_signing.credentials().certificate.endswith(".pem")


def test_a_wrong_pair_is_said(keys: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = False
    certificate, _key = real_pair(keys)
    _other, key = real_pair(keys, "别的机关")
    use(monkeypatch, certificate, key)
    assert "not the key" in pdf_signing.unfit()
    use(monkeypatch, certificate, keys / "missing.key")
    assert "can't be read" in pdf_signing.starts_with_development_certificate()
