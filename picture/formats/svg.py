"""A page drawn anew as SVG: text that stays text, in fonts of its own."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from statistics import median

from picture.cut import Cut
from picture.formats.xml import legal
from picture.lettering import Color, Lettering, Row, Span

_STYLE = "text{white-space:pre;text-rendering:geometricPrecision;font-synthesis:none}"
_UPRIGHT = ".v{font-feature-settings:'vert'}"
_TURNED = 'direction="rtl" unicode-bidi="embed" text-anchor="end"'
_JPEG = b"\xff\xd8"
_MONO, _SERIF, _SANS = "monospace", "serif", "sans-serif"

# Words that are stretched less than this apart from their line are not told of it.
_SLACK = 0.005


def to_svg(lettering: Lettering, picture: bytes | None = None) -> bytes:
    """Write a page over a JPEG or PNG of its size, or over white where there is none.

    Every line is a text of its own, and its words have spaces between. There are neither
    scripts nor addresses in it.
    """
    size = f'width="{lettering.width}" height="{lettering.height}"'
    cuts = _cuts(lettering.rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {lettering.width} {lettering.height}">',
        f"<style>{_style(cuts, lettering.rows)}</style>",
        _ground(size, picture),
        *(_text(row, cuts) for row in lettering.rows),
        "</svg>\n",
    ]
    return "\n".join(parts).encode()


def _cuts(rows: Sequence[Row]) -> dict[Cut, str]:
    """Return a class for every cut that is used."""
    used = dict.fromkeys(span.cut for row in rows for word in row.words for span in word)
    return {cut: f"f{number}" for number, cut in enumerate(used)}


def _style(cuts: Mapping[Cut, str], rows: Sequence[Row]) -> str:
    letters: dict[Cut, set[str]] = {cut: {" "} for cut in cuts}
    for row in rows:
        for word in row.words:
            for span in word:
                letters[span.cut].update(span.text)
    faces = (_face(cut, name, letters[cut]) for cut, name in cuts.items())
    return _STYLE + _UPRIGHT + "".join(faces)


def _face(cut: Cut, name: str, letters: set[str]) -> str:
    data = base64.b64encode(cut.of_letters(sorted(letters))).decode()
    family = f"{cut.name}{cut.index or ''}"
    # Told of its weight and width, no viewer makes letters that are bold still bolder.
    look = f"font-weight:{cut.weight};font-stretch:{cut.width:g}%"
    usual = _MONO if "Mono" in cut.name else _SERIF if "Serif" in cut.name else _SANS
    return (
        f"@font-face{{font-family:{family};{look};src:url(data:font/sfnt;base64,{data})}}"
        f".{name}{{font-family:{family},{usual};{look}}}"
    )


def _ground(size: str, picture: bytes | None) -> str:
    if picture is None:
        return f'<rect {size} fill="#fff"/>'
    kind = "jpeg" if picture.startswith(_JPEG) else "png"
    data = base64.b64encode(picture).decode()
    return f'<image {size} preserveAspectRatio="none" href="data:image/{kind};base64,{data}"/>'


def _text(row: Row, cuts: Mapping[Cut, str]) -> str:
    """Return a line: where all its words are stretched alike, as a whole."""
    common = median(span.stretch for word in row.words for span in word)
    a, b, c, d, e, f = row.place
    matrix = " ".join(_number(value, 5) for value in (a * common, b * common, c, d, e, f))
    spans = "".join(_spans(row, common, cuts))
    return f'<text transform="matrix({matrix})" fill="{_fill(_color(row))}">{spans}</text>'


def _color(row: Row) -> Color:
    """Return the colour of most of a line's letters."""
    counted: Counter[Color] = Counter()
    for word in row.words:
        for span in word:
            counted[span.color] += len(span.text)
    return counted.most_common(1)[0][0]


def _fill(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _spans(row: Row, common: float, cuts: Mapping[Cut, str]) -> Iterator[str]:
    last: Sequence[Span] = ()
    color = _color(row)
    for word in row.words:
        if last and row.is_spaced:
            # Where a space is placed itself, it moves no word, whichever way that runs.
            at = f'x="{_number(max(span.end for span in last) / common)}"'
            span = last[-1]
            yield f'<tspan class="{cuts[span.cut]}" {at} {_foot(span)}> </tspan>'
        yield from (_span(span, common, cuts, color) for span in word)
        last = word


def _span(span: Span, common: float, cuts: Mapping[Cut, str], color: Color) -> str:
    name = cuts[span.cut] + (" v" if span.is_upright else "")
    parts = [f'class="{name}" x="{_number(span.x / common)}" {_foot(span)}']
    if span.is_turned:
        parts.append(_TURNED)
    if span.color != color:
        parts.append(f'fill="{_fill(span.color)}"')
    if span.tracking:
        parts.append(f'letter-spacing="{_number(span.tracking, 4)}"')
    if abs(span.stretch / common - 1) > _SLACK:
        length = span.length / common + span.tracking * span.stretch / common
        parts.append(f'textLength="{_number(length)}" lengthAdjust="spacingAndGlyphs"')
    return f"<tspan {' '.join(parts)}>{escape(legal(span.text))}</tspan>"


def _foot(span: Span) -> str:
    return f'y="{_number(span.y)}" font-size="{_number(span.size)}"'


def _number(value: float, places: int = 2) -> str:
    shown = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
