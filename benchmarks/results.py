"""Where a comparison's tables go: between two marks of a file."""

from __future__ import annotations

from pathlib import Path


def put_into(file: Path, report: str, section: str = "results") -> None:
    """Put a report between a section's marks in a file, made where there is none."""
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    text = file.read_text(encoding="utf-8") if file.is_file() else f"{begin}\n{end}\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    file.write_text(f"{before}{begin}\n\n{report}\n{end}{after}", encoding="utf-8")
