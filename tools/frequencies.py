"""Count the letters of languages: `python -m tools.frequencies FOLDER`.

The folder holds a text in UTF-8 for each language, `cs.txt` for Czech, such as the Universal
Declaration of Human Rights. What is printed is the table in picture/reading/frequencies.py.
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from collections import Counter
from pathlib import Path

from picture.reading import plain, small

_WHOLE = 10_000
_WIDTH = 84


def counted(text: str) -> str:
    """Return the Latin letters of a text, each with how many of ten thousand it is."""
    letters = Counter(small(char) for char in unicodedata.normalize("NFC", text) if plain(char))
    parts = {char: round(_WHOLE * count / letters.total()) for char, count in letters.items()}
    return " ".join(f"{char}{part}" for char, part in sorted(parts.items()) if part)


def main() -> None:
    """Print what stands for each language in the table."""
    for path in sorted(Path(sys.argv[1]).glob("*.txt")):
        print(f'    "{path.stem}": (')
        for line in textwrap.wrap(counted(path.read_text(encoding="utf-8")), _WIDTH):
            print(f'        "{line} "')
        print("    ),")


if __name__ == "__main__":
    main()
