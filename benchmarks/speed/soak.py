"""Send many different pictures to one worker and watch its memory."""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from benchmarks.speed.compare import CACHE, HERE
from benchmarks.speed.contestants import service
from benchmarks.speed.pictures import pictures_of
from benchmarks.speed.readers import Reader, ReadError

EVERY = 50
WARM = 200
LONGEST, LONGEST_SMALL = 2000, 700
Sample = tuple[int, float, float]


def main() -> None:
    """Write soak.csv and say how memory grew."""
    options = _options()
    longest = LONGEST_SMALL if options.small else LONGEST
    reader = service("soak", "soak", OCR_WORKERS="1").prepared(options.work)
    reader.start()
    try:
        reader.read_when_ready(pictures_of(options.receipts)[-1].path)
        pictures = distinct_pictures(options.receipts, options.count, longest)
        samples, errors = _send(reader, pictures)
    finally:
        reader.stop()
    _write(options.output / "soak.csv", samples)
    print(_summary(samples, errors))
    sys.exit(1 if errors else 0)


def distinct_pictures(receipts: Path, count: int, longest: int) -> Iterator[Image.Image]:
    """Yield receipts cropped, scaled and turned a little, no two of one size."""
    chance = random.Random(0)
    sources = [_opened(picture.path, longest) for picture in pictures_of(receipts)]
    sizes: set[tuple[int, int]] = set()
    while len(sizes) < count:
        picture = _changed(chance.choice(sources), chance)
        if picture.size not in sizes:
            sizes.add(picture.size)
            yield picture


def _opened(path: Path, longest: int) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((longest, longest))
    return picture


def _changed(source: Image.Image, chance: random.Random) -> Image.Image:
    width, height = source.size
    left, top = chance.uniform(0, 0.3) * width, chance.uniform(0, 0.5) * height
    right, bottom = chance.uniform(0.7, 1) * width, chance.uniform(0.7, 1) * height
    scale = chance.uniform(0.6, 1)
    cropped = source.crop((round(left), round(top), round(right), round(bottom)))
    size = (round(scale * cropped.width), round(scale * cropped.height))
    angle = chance.uniform(-2, 2)
    return cropped.resize(size).rotate(angle, Image.Resampling.BILINEAR, True, fillcolor="white")


def _send(reader: Reader, pictures: Iterator[Image.Image]) -> tuple[list[Sample], int]:
    """Return pictures sent, seconds and megabytes from time to time, and the errors."""
    samples: list[Sample] = []
    errors = 0
    started = time.monotonic()
    with TemporaryDirectory(prefix="soak-") as folder:
        for sent, picture in enumerate(pictures, 1):
            errors += not _is_read(reader, picture, Path(folder) / "picture.jpg", sent)
            if sent % EVERY == 0:
                megabytes = reader.tree.rss_bytes() / 1_000_000
                samples.append((sent, time.monotonic() - started, megabytes))
                print(f"{sent} pictures: {megabytes:.0f} MB", flush=True)
    return samples, errors


def _is_read(reader: Reader, picture: Image.Image, path: Path, sent: int) -> bool:
    """Send a picture and tell whether it was read, for the first time."""
    picture.save(path, quality=70 + sent % 26)
    try:
        return not reader.read(path).from_cache
    except ReadError as error:
        print(f"picture {sent}: {error}", file=sys.stderr)
        return False


def _write(path: Path, samples: list[Sample]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["pictures", "seconds", "rss_mb"])
        rows.writerows((sent, f"{seconds:.1f}", f"{rss:.1f}") for sent, seconds, rss in samples)


def _summary(samples: list[Sample], errors: int) -> str:
    if not samples:
        return f"Fewer than {EVERY} pictures: no sample; errors: {errors}"
    warm = next((sample for sample in samples if sample[0] >= WARM), samples[0])
    last = samples[-1]
    growth = 100 * (last[2] / warm[2] - 1)
    return (
        f"RSS after {warm[0]} pictures: {warm[2]:.0f} MB, after {last[0]}: {last[2]:.0f} MB, "
        f"growth {growth:+.1f} %, errors {errors}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("receipts", type=Path, help="folder with pictures and their truth (.csv)")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--small", action="store_true", help="pictures of a third of the size")
    parser.add_argument("--output", type=Path, default=HERE, help="folder of soak.csv")
    parser.add_argument("--work", type=Path, default=CACHE, help="folder of the service's log")
    return parser.parse_args()


if __name__ == "__main__":
    main()
