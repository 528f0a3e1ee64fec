"""One cut of a font file: what text looks like in it, and files of a few of its letters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

import uharfbuzz as hb

# What a file of glyphs that were shaped before has no use for.
_LAYOUT = (b"GSUB", b"GPOS", b"GDEF", b"STAT", b"BASE")

# Nobody who reads a page needs where a font's letters were hinted to go.
_LIGHT = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DOWNGRADE_CFF2

_OPENED = 64


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn letter, or several drawn as one: its number in the font, and the text it shows.

    `advance`, `right` and `up` are in em: how far it moves on, and how far off it stands.
    """

    number: int
    text: str
    advance: float
    right: float = 0.0
    up: float = 0.0


@dataclass(frozen=True)
class Cut:
    """A font of a file at one place of each axis along which it varies.

    `name` is the typeface's; `weight` and `width`, in percent, say what it looks like.
    """

    name: str
    path: Path
    index: int
    axes: tuple[tuple[str, float], ...]
    weight: int
    width: float

    def shape(self, text: str, features: Mapping[str, bool] | None = None) -> list[Glyph]:
        """Return the glyphs that draw text of one direction, from left to right."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(_font(self), buffer, dict(features or {}))
        infos, places = buffer.glyph_infos, buffer.glyph_positions or []
        shown = _shared(text, [info.cluster for info in infos])
        return [
            Glyph(
                info.codepoint,
                own,
                place.x_advance / self._units,
                place.x_offset / self._units,
                place.y_offset / self._units,
            )
            for info, place, own in zip(infos, places, shown, strict=True)
        ]

    def advance(self, glyph: int) -> float:
        """Return how far a glyph moves on by itself, in em."""
        return float(_font(self).get_glyph_h_advance(glyph)) / self._units

    @property
    def reach(self) -> tuple[float, float]:
        """Return how far letters reach over and under the line they stand on, in em."""
        extents = _font(self).get_font_extents("ltr")
        return extents.ascender / self._units, -extents.descender / self._units

    def of_letters(self, letters: Collection[str]) -> bytes:
        """Return a font file that draws these letters, however they stand together."""
        wanted = self._wanted()
        wanted.sets(hb.SubsetInputSets.UNICODE).update(map(ord, letters))
        return bytes(hb.SubsetPlan(_face(self.path, self.index), wanted).execute().blob.data)

    def of_glyphs(self, numbers: Collection[int]) -> tuple[bytes, dict[int, int]]:
        """Return a font file of these glyphs alone, and the number of each in it."""
        wanted = self._wanted(hb.SubsetFlags.NO_LAYOUT_CLOSURE)
        wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).update(numbers)
        wanted.drop_table_tag_set.update(map(int.from_bytes, _LAYOUT))
        plan = hb.SubsetPlan(_face(self.path, self.index), wanted)
        return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)

    @cached_property
    def _units(self) -> int:
        return int(_face(self.path, self.index).upem)

    def _wanted(self, flags: int = 0) -> hb.SubsetInput:
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags(_LIGHT | flags)
        for tag, value in self.axes:
            wanted.pin_axis_location(_face(self.path, self.index), tag, value)
        return wanted


@lru_cache(maxsize=_OPENED)
def _face(path: Path, index: int) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(path)), index)


@lru_cache(maxsize=_OPENED)
def _font(cut: Cut) -> hb.Font:
    font = hb.Font(_face(cut.path, cut.index))
    font.set_variations(dict(cut.axes))
    return font


def _shared(text: str, clusters: Sequence[int]) -> list[str]:
    """Return what each glyph shows: the first of several that show a part of a text all of it."""
    starts = sorted({*clusters, len(text)})
    ends = dict(pairwise(starts))
    shown: list[str] = []
    told: set[int] = set()
    for cluster in clusters:
        shown.append("" if cluster in told else text[cluster : ends[cluster]])
        told.add(cluster)
    return shown
