"""Read pictures of every kind with this service and its peers, and count the letters found.

python -m benchmarks.reading.compare [--kinds turned huge] [--contestants ours rapidocr]
"""

from __future__ import annotations

import argparse
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmarks.reading.pictures import KINDS, Sheet
from benchmarks.results import put_into
from benchmarks.speed.contestants import CONTESTANTS, Contestant
from benchmarks.speed.environments import InstallError
from benchmarks.speed.readers import Reader, ReadError

README = Path(__file__).parent / "README.md"
WORK = Path.home() / ".cache" / "ocr-benchmarks"
USUAL = ("ours", "faster-paddle-small", "rapidocr", "tesseract")
TEXTLESS = "without text"

Scores = Mapping[str, list[float]]

# Without a meaning of their own: blanks, and marks of direction and joining.
_UNSEEN = re.compile("[\\s\u200b-\u200f\u202a-\u202e\ufeff]")


def main() -> None:
    """Run the comparison and put its table into the README beside this file."""
    options = _options()
    sheets = [sheet for kind in options.kinds for sheet in KINDS[kind]()]
    chosen = [item for item in CONTESTANTS if item.name in options.contestants]
    with tempfile.TemporaryDirectory() as folder:
        found = {item.label: _scores(item, sheets, Path(folder)) for item in chosen}
    table = "\n".join(_table(sheets, found))
    print(table)
    if set(options.kinds) == set(KINDS):
        put_into(README, f"{table}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    names = [item.name for item in CONTESTANTS]
    parser.add_argument("--contestants", nargs="+", choices=names, default=list(USUAL))
    return parser.parse_args()


def _scores(contestant: Contestant, sheets: Sequence[Sheet], folder: Path) -> Scores:
    """Return how much of each sheet one contestant reads, by kind."""
    scores: dict[str, list[float]] = defaultdict(list)
    try:
        reader = contestant.prepared(WORK)
    except InstallError as error:
        print(f"{contestant.label}: {error}")
        return scores
    reader.start()
    try:
        for number, sheet in enumerate(sheets):
            path = folder / f"{number}.png"
            if not path.is_file():
                sheet.picture.save(path)
            scores[sheet.kind].append(_score(sheet, _read(reader, path, number == 0)))
    finally:
        reader.stop()
    return scores


def _read(reader: Reader, path: Path, is_first: bool) -> str:
    try:
        return (reader.read_when_ready(path) if is_first else reader.read(path)).text
    except ReadError as error:
        print(f"{path.name}: {error}")
        return ""


def _score(sheet: Sheet, read: str) -> float:
    """Return the share of a sheet's letters that were read in order; without text 0 or 1."""
    said, truth = _bare(read), _bare(sheet.text)
    if not truth:
        return float(not said)
    return float(LCSseq.similarity(said, truth)) / len(truth)


def _bare(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def _table(sheets: Sequence[Sheet], found: Mapping[str, Scores]) -> Iterator[str]:
    kinds = list(dict.fromkeys(sheet.kind for sheet in sheets))
    yield "| kind | pictures | " + " | ".join(found) + " |"
    yield "|---|---|" + "---|" * len(found)
    for kind in kinds:
        count = sum(sheet.kind == kind for sheet in sheets)
        cells = (_cell(scores[kind]) for scores in found.values())
        yield f"| {kind} | {count} | " + " | ".join(cells) + " |"


def _cell(scores: Sequence[float]) -> str:
    return f"{100 * sum(scores) / len(scores):.1f}" if scores else "-"


if __name__ == "__main__":
    main()
