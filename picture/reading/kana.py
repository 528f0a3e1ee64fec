"""Letters of Japanese that look alike, as those about them are: べ and ベ, カ and 力, ー and 一."""

from __future__ import annotations

from collections.abc import Sequence

from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading

_HIRAGANA = {chr(code) for code in range(0x3041, 0x3097)}
_KATAKANA = {chr(code) for code in range(0x30A1, 0x30FB)}
_HAN = {"々", *map(chr, range(0x4E00, 0xA000))}

_PROLONGED, _ONE = "ー", "一"

# By twins, what each is among letters of its own kind. Between words in katakana へ may stand
# as it is: it says where to.
_AS_HIRAGANA = dict(zip("ヘベペ", "へべぺ", strict=True))
_AS_KATAKANA = dict(zip("べぺ力口二工卜八夕一—", "ベペカロニエトハターー", strict=True))


def with_true_kana(lines: Sequence[FoundLine]) -> None:
    """Give each letter that looks like another the kind of those on both sides of it."""
    for line in lines:
        if line.reading.is_ours:
            line.reading = _corrected(line.reading)


def _corrected(reading: Reading) -> Reading:
    text = reading.text
    padded = f" {text} "
    around = zip(padded, text, padded[2:], strict=False)
    return reading.spelled("".join(_true(*three) for three in around))


def _true(before: str, letter: str, after: str) -> str:
    """Return a letter as it is between two others.

    A stroke prolongs kana; before Chinese letters, and behind them, it is the number one.
    """
    if letter == _PROLONGED:
        is_kana = before in _KATAKANA or before == _PROLONGED
        is_one = before in _HAN or (after in _HAN and not is_kana)
        return _ONE if is_one else letter
    if before in _HIRAGANA and after in _HIRAGANA:
        return _AS_HIRAGANA.get(letter, letter)
    is_katakana = {before, after} <= _KATAKANA | {_PROLONGED}
    return _AS_KATAKANA.get(letter, letter) if is_katakana else letter
