"""The press: papers are set and signed in a short-lived process of its own.

Typst and pyHanko cost 100 MB and seconds of import, which neither a web process nor the worker should keep; a crash
or an endless page ends with the child. `print_all` starts it, `main` is what runs in it: one JSON request on standard
input, one JSON answer on standard output.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[3]
SECONDS = 30
SECONDS_A_SHEET = 10


class PressFailed(Exception):
    """The press gave no answer; its last words are the message."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper to print: `files` {name: Typst text}, `main` one of them, `data` JSON values, `timestamp` seconds."""

    files: Mapping[str, str]
    main: str
    data: Mapping[str, Any]
    timestamp: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of a sheet: the PDF, or why there is none."""

    pdf: bytes
    error: str = ""


def print_all(sheets: Sequence[Sheet], *, sign: Mapping[str, str] | None) -> list[Printed]:
    """Set every sheet and sign it with `sign` ({certificate, key} paths; None: unsigned). Raises `PressFailed`.

    A sheet that can't be set has its error and does not keep the others. Not inside a transaction.
    """
    request = {
        "sheets": [
            {"files": dict(s.files), "main": s.main, "data": s.data, "timestamp": s.timestamp, "reason": s.reason}
            for s in sheets
        ],
        "sign": dict(sign) if sign else None,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "yimen.ground.engines.press"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=SECONDS + SECONDS_A_SHEET * len(sheets),
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PressFailed(f"no answer within {error.timeout:.0f} s") from None
    if done.returncode:
        raise PressFailed(done.stderr.decode(errors="replace").strip()[-2000:] or f"exit code {done.returncode}")
    answer = json.loads(done.stdout)
    return [Printed(base64.b64decode(one["pdf"]), one["error"]) for one in answer]


def _environment() -> dict[str, str]:
    """No secret of the service reaches the press; a proxy or a package folder of the machine neither."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "LANG": "C.UTF-8", "HOME": os.devnull}


def _print(sheet: dict[str, Any], credentials: dict[str, str] | None) -> dict[str, str]:
    from yimen.ground.engines import pdf_signing, typesetting

    try:
        pdf = typesetting.typeset(sheet["files"], sheet["main"], sheet["data"], timestamp=sheet["timestamp"])
        if credentials:
            pdf = pdf_signing.sign(pdf, reason=sheet["reason"], **credentials)
    except typesetting.NotSet as error:
        return {"pdf": "", "error": str(error)}
    return {"pdf": base64.b64encode(pdf).decode(), "error": ""}


def main() -> None:
    """Answers the one request on standard input."""
    request = json.load(sys.stdin)
    answer = [_print(sheet, request["sign"]) for sheet in request["sheets"]]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
