"""How the names of files end, by what the files are."""

from collections.abc import Mapping

_OFFICE = "application/vnd.openxmlformats-officedocument."
# Media type of the store → endings that a machine opens as this type; the first one is the usual.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/tiff": (".tif", ".tiff"),
    _OFFICE + "wordprocessingml.document": (".docx",),
    _OFFICE + "spreadsheetml.sheet": (".xlsx",),
    _OFFICE + "presentationml.presentation": (".pptx",),
    "application/ofd": (".ofd",),
    "text/plain": (".txt",),
}
