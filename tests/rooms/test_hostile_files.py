"""What hides in an upload is found before it is kept: bombs, macros, a second face, a name that runs."""

import io
import struct
import zipfile
from typing import Any

import pytest
from django.utils import translation

from tests import factories
from yimen.faces.web.words import refusal_text
from yimen.ground.engines import archives, sheets
from yimen.ground.files import actions
from yimen.ground.files.models import Upload
from yimen.ground.files.names import fitting
from yimen.ground.kernel.errors import Refused

pytestmark = pytest.mark.django_db
DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
XLSX = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def folder(tmp_path: Any, settings: Any) -> Any:
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


def zipped(members: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def store(content: bytes, name: str = "a.docx") -> Upload:
    return actions.store_upload(io.BytesIO(content), name=name, owner="staff:1", at=factories.now())


def types(part: str) -> bytes:
    return f'<Types><Override PartName="/word/x.bin" ContentType="application/{part}"/></Types>'.encode()


def lying(members: dict[str, Any], name: str, size: int) -> bytes:
    """The ZIP with another size for `name` in its directory, as a bomb says it is small."""
    content = bytearray(zipped(members))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(name.encode()))
    content[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(content)


def locked(members: dict[str, Any]) -> bytes:
    """The ZIP whose directory says of its first member that it is encrypted: nobody could look into it."""
    content = bytearray(zipped(members))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def noise(size: int) -> bytes:
    """Bytes that shrink about seven times: less than a bomb's, more than a picture's."""
    return b"".join(struct.pack("<I", n * 2654435761 % 2**32) * 8 for n in range(size // 32))


MACROS = {
    "docm": zipped({**DOCX, "word/vbaProject.bin": "x"}),
    "xlsm": zipped({**XLSX, "xl/vbaProject.bin": "x"}),
    "other letters": zipped({**DOCX, "word/VBAPROJECT.BIN": "x"}),
    "another name": zipped({**DOCX, "[Content_Types].xml": types("vnd.ms-office.vbaProject"), "word/x.bin": "x"}),
    "UTF-16": zipped({**DOCX, "[Content_Types].xml": types("vnd.ms-office.vbaProject").decode().encode("utf-16")}),
    "claimed": zipped({**DOCX, "[Content_Types].xml": types("vnd.ms-word.document.macroEnabled.main+xml")}),
    "macro sheet": zipped({**XLSX, "xl/macrosheets/sheet1.xml": "x"}),
    "in a document": zipped({**DOCX, "word/embeddings/a.xlsx": zipped({**XLSX, "xl/vbaProject.bin": "x"})}),
    "in an old document": zipped(
        {**DOCX, "word/embeddings/a.doc": b"\xd0\xcf\x11\xe0" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le")}
    ),
}
BOMBS = {
    "zeros": zipped({**DOCX, "word/media/image1.bin": bytes(20 * MIB)}),
    "zeros in a table": zipped({**XLSX, "xl/worksheets/sheet1.xml": bytes(20 * MIB)}),
    "zeros in a document": zipped({**DOCX, "word/embeddings/a.xlsx": zipped({**XLSX, "xl/z": bytes(20 * MIB)})}),
    "that says it is small": lying({**DOCX, "word/z": bytes(20 * MIB)}, "word/z", 10),
    "many members": zipped({**DOCX, **{f"word/{n}": "" for n in range(archives.MOST_MEMBERS)}}, zipfile.ZIP_STORED),
}


def refused(content: bytes, code: str, folder: Any) -> None:
    with pytest.raises(Refused) as found:
        store(content, "harmless.docx")
    assert found.value.code == code
    assert [path for path in folder.rglob("*") if path.is_file()] == [] and not Upload.objects.exists()


@pytest.mark.parametrize("content", MACROS.values(), ids=MACROS.keys())
def test_macros_are_refused_wherever_they_hide(content: bytes, folder: Any) -> None:
    refused(content, "file.macros", folder)


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused(content: bytes, folder: Any) -> None:
    refused(content, "file.unpacks_too_far", folder)


def test_a_bomb_in_many_floors_is_refused(folder: Any) -> None:
    content = zipped(DOCX)
    for _floor in range(archives.MOST_FLOORS):
        content = zipped({**DOCX, "word/embeddings/a.docx": content})
    refused(content, "file.unpacks_too_far", folder)


def test_the_sum_of_all_floors_counts(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zipped({**XLSX, "xl/a": noise(MIB)})
    content = zipped({**DOCX, **{f"word/embeddings/{n}.xlsx": inner for n in range(3)}})
    monkeypatch.setattr(archives._Budget.__init__, "__defaults__", (4 * MIB, archives.MOST_MEMBERS))
    store(content)
    Upload.objects.all().delete()
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()
    monkeypatch.setattr(archives._Budget.__init__, "__defaults__", (3 * MIB, archives.MOST_MEMBERS))
    refused(content, "file.unpacks_too_far", folder)


BROKEN = {
    "lies about a size": lying({**DOCX, "word/a": "x" * 1000}, "word/a", 10),
    "locked": locked(DOCX),
    "climbs": zipped({**DOCX, "../../evil": "x"}),
    "climbs on Windows": zipped({**DOCX, "..\\evil": "x"}),
    "from the root": zipped({**DOCX, "/etc/passwd": "x"}),
    "two of one name": zipped({**DOCX, "word/Document.xml": "<w:other/>"}),
    "rare packing": zipped(DOCX, zipfile.ZIP_BZIP2),
    "spoilt": zipped(DOCX, zipfile.ZIP_STORED).replace(b"<w:document/>", b"<w:documenT/>"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_zip_that_no_writer_makes_is_refused(content: bytes, folder: Any) -> None:
    refused(content, "file.wrong_type", folder)


def test_honest_documents_are_taken() -> None:
    chart = zipped({**XLSX, "xl/worksheets/sheet1.xml": noise(9 * MIB)})
    equation = b"\xd0\xcf\x11\xe0" + bytes(600)
    rows = "<row><c>0</c></row>" * 20_000  # equal rows shrink far, but they are few
    made = store(
        zipped(
            {
                **DOCX,
                "word/media/image1.jpeg": noise(MIB),
                "word/embeddings/chart.xlsx": chart,
                "word/embeddings/equation.bin": equation,
                "word/rows.xml": rows,
            }
        )
    )
    assert made.media_type.endswith("wordprocessingml.document") and made.name == "a.docx"
    table = sheets.as_xlsx([[0, "同一个单位的名称"] * 10] * 5_000)
    assert store(table, "表.xlsx").media_type.endswith("spreadsheetml.sheet")
    assert store(zipped(DOCX, zipfile.ZIP_STORED)).size
    rich = b"1 0 obj<</RC(<body><script>x</script></body>)>>endobj"
    assert store(b"%PDF-1.7\n" + rich + b"\n%%EOF\n", "form.pdf").media_type == "application/pdf"
    camera = b'\xff\xd8\xff\xe1<?xpacket begin=""?><x:xmpmeta><rdf:RDF/></x:xmpmeta>' + bytes(100)
    assert store(camera, "b.jpg").media_type == "image/jpeg"


@pytest.mark.parametrize("code", ["file.macros", "file.unpacks_too_far", "file.wrong_type", "file.bad_name"])
def test_each_refusal_speaks_both_languages(code: str) -> None:
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            text = refusal_text(Refused(code))
            said[language] = text.sentence + text.advice
    assert said["zh-hans"] != said["en"] and not said["zh-hans"].isascii() and said["en"].isascii()


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (b"start calc", "x.bat", "x.bat.txt"),
        (b"=cmd|'/c calc'!A1", "x.csv", "x.csv.txt"),
        (b"<b onmouseover=alert(1)>x</b>", "x.html", "x.html.txt"),
        (factories.PDF, "x.html", "x.html.pdf"),
        (factories.PDF, "申请书.PDF", "申请书.PDF"),
        (factories.PDF, "申请书", "申请书.pdf"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "a.JPEG", "a.JPEG"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "a.jpg.php", "a.jpg.php.jpg"),
        (factories.PDF, "../../etc/passwd", "passwd.pdf"),
        (factories.PDF, "a\x00b.pdf\x00.exe", "ab.pdf.exe.pdf"),
        (factories.PDF, "gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
        (factories.PDF, "😀" * 10_000, "😀" * 251 + ".pdf"),
        (factories.PDF, "长" * 10_000 + ".exe", "长" * 251 + ".pdf"),
    ],
)
def test_a_name_ends_as_its_file_is(content: bytes, name: str, kept: str) -> None:
    upload = store(content, name)
    upload.refresh_from_db()
    assert upload.name == kept and len(upload.name) <= 255


def test_a_kind_that_is_no_longer_known_gets_an_ending_that_nothing_runs() -> None:
    assert fitting("x.html", "application/octet-stream") == "x.html.bin"
