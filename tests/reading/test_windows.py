from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from picture.reading.transcript import Transcript
from picture.reading.windows import LONGEST, cut, merge

HEIGHT = 48


def line(width: int, height: int = HEIGHT, word: int = 90, gap: int = 20) -> NDArray[np.uint8]:
    """Draw words as black blocks on white."""
    crop = np.full((height, width, 3), 255, np.uint8)
    for left in range(10, width - word, word + gap):
        crop[10:-10, left : left + word] = 0
    return crop


def test_a_line_short_enough_is_one_window() -> None:
    crop = line(LONGEST)
    (window,) = cut(crop, HEIGHT)
    assert window.crop is crop


@pytest.mark.parametrize("width", [LONGEST + 1, 4060, 6145, 20_000])
def test_windows_cover_a_long_line_and_none_is_too_long(width: int) -> None:
    windows = cut(line(width), HEIGHT)
    assert windows[0].first == 0
    assert windows[-1].last > 1
    assert all(before.last == after.first for before, after in pairwise(windows))
    assert all(window.crop.shape[1] <= LONGEST for window in windows)
    for window in windows:
        assert window.start <= window.first < window.last
        assert window.start + window.length >= min(window.last, 1)


def test_lines_are_cut_between_words() -> None:
    crop = line(6000)
    for window in cut(crop, HEIGHT)[1:]:
        assert crop[:, round(window.first * 6000)].min() == 255


def test_a_line_without_a_gap_is_cut_all_the_same() -> None:
    crop = np.random.default_rng(0).integers(0, 255, (20, 3000, 3), np.uint8)
    assert len(cut(crop, HEIGHT)) > 3


def read(window: NDArray[np.uint8]) -> Transcript:
    """Say a letter for each block, and a space for each gap between two."""
    dark = cv2.cvtColor(window, cv2.COLOR_BGR2GRAY)[HEIGHT // 2] < 128
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark, [0]]).astype(np.int8)))
    middles = (edges[::2] + edges[1::2]) / 2
    centres = np.sort(np.concatenate([middles, (middles[1:] + middles[:-1]) / 2]))
    letters = tuple("x" if number % 2 == 0 else " " for number in range(len(centres)))
    return Transcript(letters, np.ones(len(letters), np.float32), centres / window.shape[1])


@given(st.integers(LONGEST, 9000), st.integers(20, 200), st.integers(4, 60))
def test_no_word_is_lost_or_said_twice_at_a_cut(width: int, word: int, gap: int) -> None:
    crop = line(width, word=word, gap=gap)
    windows = cut(crop, HEIGHT)
    whole = merge(windows, [read(window.crop) for window in windows])
    assert whole.text.split() == ["x"] * len(range(10, width - word, word + gap))
    assert "  " not in whole.text
    assert (np.diff(whole.centres) > 0).all()
