"""Where a comparison's tables go: between two marks of a file."""

from __future__ import annotations

from pathlib import Path

BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def put_into(file: Path, report: str) -> None:
    """Put a report between the marks of a file, made where there is none."""
    text = file.read_text(encoding="utf-8") if file.is_file() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n\n{report}\n{END}{after}", encoding="utf-8")
