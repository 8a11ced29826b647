"""QR codes as SVG text (ISO/IEC 18004), for papers and pages."""

import io


def svg(text: str) -> str:
    """The code of `text` as an SVG document, error correction M, with its quiet zone of four modules."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=True)
    return out.getvalue().decode()


def png(text: str, *, scale: int = 6) -> bytes:
    """The same as PNG; `scale` pixels a module."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=4, scale=scale)
    return out.getvalue()
