"""The store of files: what it takes, how it names, what it sweeps."""

import hashlib
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from yimen.ground.files import actions, queries
from yimen.ground.files.models import Upload
from yimen.ground.files.names import clean
from yimen.ground.kernel.errors import Refused

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


def store(content=PDF, name="a.pdf", owner="staff:1"):
    return actions.store_upload(io.BytesIO(content), name=name, owner=owner, at=AT)


def archive(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name in names:
            out.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.django_db
def test_an_upload_lies_under_its_hash_and_comes_back(folder):
    upload = store()
    digest = hashlib.sha256(PDF).hexdigest()
    assert (upload.sha256, upload.size, upload.media_type, upload.uploaded_at) == (
        digest,
        len(PDF),
        "application/pdf",
        AT,
    )
    assert (folder / digest[:2] / digest[2:4] / digest).read_bytes() == PDF
    assert queries.open_file(digest).read() == PDF
    assert queries.find(upload.public_id, ["staff:1"]) == upload
    assert list((folder / "incoming").iterdir()) == []


@pytest.mark.django_db
def test_the_same_bytes_twice_are_two_uploads_of_one_file(folder):
    one, two = store(), actions.store_upload(SimpleUploadedFile("b.pdf", PDF), name="b.pdf", owner="staff:2", at=AT)
    assert one.sha256 == two.sha256
    assert one.public_id != two.public_id
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1


@pytest.mark.django_db
def test_only_an_owner_finds_an_upload():
    upload = store(owner="staff:1")
    for public_id, owners in [(upload.public_id, ["staff:2"]), ("0" * 32, ["staff:1"]), ("a\x00b", ["staff:1"])]:
        with pytest.raises(Refused, match=r"file\.unknown"):
            queries.find(public_id, owners)


@pytest.mark.django_db
def test_many_uploads_are_found_in_one_query(django_assert_num_queries):
    uploads = [store(PDF + bytes([n]), owner="staff:1") for n in range(3)]
    with django_assert_num_queries(1):
        found = queries.find_all([u.public_id for u in uploads] + ["junk"], ["staff:1"])
    assert set(found) == {u.public_id for u in uploads}


@pytest.mark.parametrize("text", ["", "../x", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_is_a_place_in_the_store(text):
    with pytest.raises(ValueError, match="SHA-256"):
        queries.path_of(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "image/png"),
        (b"II*\x00" + bytes(9), "image/tiff"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (archive("[Content_Types].xml", "word/document.xml"), None),
        ("申请书\n第一行".encode(), "text/plain"),
    ],
)
def test_the_type_is_told_by_the_content(content, kind):
    made = store(content, name="x.exe").media_type
    assert made == kind or (kind is None and made.endswith("wordprocessingml.document"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(50),
        b"\x7fELF" + bytes(50),
        b"<!DOCTYPE html><p>x",
        b"  <html><script>alert(1)</script>",
        b'<?xml version="1.0"?><svg onload="x"/>',
        b"text <script>x</script>",
        b"#!/bin/sh\nrm",
        archive("a.txt"),
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50),
        "中文".encode("gbk"),
        b"text" * 20000 + b"\x00",
        b"%PDF-1.7\n<html><script>alert(1)</script></html>",
        b"%PDF-1.7\n<!DOCTYPE html><body>\n1 0 obj<<>>endobj\n%%EOF\n",
        PDF + b"\n%%EOF\n" + b"<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0<?php system($_GET['c']); ?>" + bytes(9000),
        b"\xff\xd8\xff\xe0" + bytes(9000) + b"<?php system($_GET['c']); ?>",
        b"GIF89a/*<svg onload=alert(1)>*/=1;",
        b"<?php system($_GET['c']); ?>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    ],
)
def test_other_types_are_refused_whatever_they_are_called(content, folder):
    with pytest.raises(Refused, match=r"file\.wrong_type"):
        store(content, name="harmless.pdf")
    assert [p for p in folder.rglob("*") if p.is_file()] == []
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_an_empty_file_is_refused():
    with pytest.raises(Refused, match=r"file\.empty"):
        store(b"")


@pytest.mark.django_db
def test_reading_stops_at_the_limit(settings, folder):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024

    class Endless:
        given = 0

        def read(self, size):
            self.given += size
            return b"%PDF-" + bytes(size - 5)

    stream = Endless()
    with pytest.raises(Refused, match=r"file\.too_large"):
        actions.store_upload(stream, name="a.pdf", owner="staff:1", at=AT)
    assert stream.given <= settings.MAX_UPLOAD_BYTES + actions.CHUNK_BYTES
    assert [p for p in folder.rglob("*") if p.is_file()] == []


@pytest.mark.django_db
def test_a_file_of_exactly_the_limit_is_taken(settings):
    settings.MAX_UPLOAD_BYTES = len(PDF)
    assert store().size == len(PDF)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\图纸.pdf", "图纸.pdf"),
        ("申请书😀👨‍👩‍👧.pdf", "申请书😀👨‍👩‍👧.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("", "file"),
        (None, "file"),
        ("..", "file"),
        ("a/", "file"),
        ("x" * 10_000 + ".pdf", "x" * 251 + ".pdf"),
        ("长" * 10_000, "长" * 255),
        ("a." + "b" * 10_000, "a." + "b" * 253),
    ],
)
def test_a_name_is_made_harmless_and_keeps_its_extension(given_name, kept):
    assert clean(given_name) == kept


@given(st.text(st.characters(codec=None), max_size=600))
def test_no_name_fails(name):
    kept = clean(name)
    assert 0 < len(kept) <= 255
    assert not set(kept) & set("/\\\x00\n\r")
    kept.encode()


@pytest.mark.django_db
def test_orphans_of_yesterday_are_swept_and_nothing_else(folder):
    kept = store()
    orphan, young = store(PDF + b"1"), store(PDF + b"2")
    Upload.objects.filter(pk__in=[orphan.pk, young.pk]).delete()
    waiting = folder / "incoming" / "left"
    waiting.write_bytes(b"x")
    old = (AT - timedelta(days=2)).timestamp()
    now = AT.timestamp()
    for path, when in [
        (queries.path_of(kept.sha256), old),
        (queries.path_of(orphan.sha256), old),
        (queries.path_of(young.sha256), now),
        (waiting, old),
    ]:
        os.utime(path, (when, when))
    assert actions.sweep_orphans(at=AT) == 2
    left = {p.name for p in folder.rglob("*") if p.is_file()}
    assert left == {kept.sha256, young.sha256}
    assert actions.sweep_orphans(at=AT) == 0


@pytest.mark.django_db
def test_a_sweeper_that_died_half_way_loses_no_file(folder):
    upload = store()
    path = queries.path_of(upload.sha256)
    aside = path.with_name(path.name + ".swept")
    path.rename(aside)
    old = (AT - timedelta(days=2)).timestamp()
    os.utime(aside, (old, old))
    actions.sweep_orphans(at=AT)
    assert queries.open_file(upload.sha256).read() == PDF
