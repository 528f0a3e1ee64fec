"""Count how often languages have letters with marks: `python -m tools.accents FOLDER`.

The folder holds a text in UTF-8 for each language, `cs.txt` for Czech, such as the Universal
Declaration of Human Rights. What is printed is the table in picture/reading/accents.py.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from pathlib import Path

from picture.reading import plain

# A letter that is rarer, of those that are the same without marks, is a foreign name's; and
# none is alone because a text has no other.
_LEAST, _MOST = 0.0005, 0.99


def counted(text: str) -> str:
    """Return the letters with marks in a text, each with its share of those alike in thousandths.

    Those are the letters that are the same without their marks.
    """
    letters = Counter(filter(plain, unicodedata.normalize("NFC", text)))
    # Turkish has a capital I with a dot as well, and no other language does.
    dotted = letters["İ"] / max(letters["İ"] + letters["I"], 1)
    small = Counter[str]()
    for letter, count in letters.items():
        small[letter if letter == "İ" else letter.lower()] += count
    alike = Counter[str]()
    for letter, count in small.items():
        alike[plain(letter)] += count
    shares = {
        letter: dotted if letter == "İ" else count / alike[plain(letter)]
        for letter, count in sorted(small.items())
        if letter != plain(letter)
    }
    return " ".join(
        f"{letter}{max(1, round(1000 * min(share, _MOST)))}"
        for letter, share in shares.items()
        if share >= _LEAST
    )


def main() -> None:
    """Print a line for each language."""
    for path in sorted(Path(sys.argv[1]).glob("*.txt")):
        print(f'    "{path.stem}": "{counted(path.read_text(encoding="utf-8"))}",')


if __name__ == "__main__":
    main()
