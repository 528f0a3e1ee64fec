from dataclasses import dataclass

import pytest

from picture.reading.waiting import Waiting


@dataclass(frozen=True)
class Picture:
    name: str
    client: str = "one"
    size: int = 1
    submitted: float = 100.0


class Clock:
    """A clock that stands until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def order(waiting: Waiting[Picture], *pictures: Picture) -> list[str]:
    for picture in pictures:
        waiting.put(picture)
    waiting.close()
    taken = []
    while (picture := waiting.get()) is not None:  # type: ignore[assignment]
        taken.append(picture.name)
    return taken


def test_equals_go_as_they_came() -> None:
    assert order(Waiting(Clock()), Picture("a"), Picture("b"), Picture("c")) == ["a", "b", "c"]


def test_of_one_client_the_small_go_first() -> None:
    assert order(Waiting(Clock()), Picture("large", size=50), Picture("small")) == [
        "small",
        "large",
    ]


def test_a_large_one_that_waits_goes_before_small_ones_that_keep_coming() -> None:
    clock = Clock()
    waiting: Waiting[Picture] = Waiting(clock)
    waiting.put(Picture("large", size=50_000_000))
    served = []
    for second in range(60):
        clock.now = 100.0 + second
        waiting.put(Picture("small", size=500_000, submitted=clock.now))
        if (taken := waiting.get()) is not None:
            served.append(taken.name)
    assert "large" in served[:40]
    assert served[0] == "small"


def test_who_has_used_the_engine_less_goes_first() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    waiting.charge("greedy", 20)
    mine, theirs = Picture("mine", "modest", 50), Picture("theirs", "greedy")
    assert order(waiting, theirs, mine) == ["mine", "theirs"]


def test_what_was_used_is_forgotten() -> None:
    clock = Clock()
    waiting: Waiting[Picture] = Waiting(clock)
    waiting.charge("greedy", 8)
    clock.now += 60
    assert waiting.used("greedy", clock.now) == 2
    assert waiting.used("unknown", clock.now) == 0


def test_only_so_many_clients_are_remembered() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    for number in range(1500):
        waiting.charge(str(number), 1)
    assert len(waiting._used) == 1000
    assert waiting.used("1499", Clock.now) == 1


def test_a_smaller_picture_goes_before_one_that_had_its_turn() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    small = Picture("small")
    waiting.put(small)
    assert waiting.get_before(Picture("large", size=9)) is small
    assert waiting.get_before(Picture("large", size=9)) is None


def test_only_other_clients_pictures_go_before_one_whose_client_had_enough_meanwhile() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    waiting.charge("one", 5)
    own, other = Picture("own"), Picture("other", "two")
    waiting.put(own)
    large = Picture("large", size=9)
    assert waiting.get_before(large, others=True) is None
    waiting.put(other)
    assert waiting.get_before(large, others=True) is other
    assert waiting.get_before(large) is own


def test_who_waits_long_does_not_hold_the_engine_longer() -> None:
    clock = Clock()
    waiting: Waiting[Picture] = Waiting(clock)
    clock.now += 60
    fresh = Picture("fresh", submitted=clock.now)
    waiting.put(fresh)
    assert waiting.get_before(Picture("large", size=9)) is fresh


def test_an_equal_picture_waits() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    waiting.put(Picture("second"))
    assert waiting.get_before(Picture("first")) is None
    assert waiting.get() == Picture("second")


def test_nothing_in_time_is_told() -> None:
    with pytest.raises(TimeoutError):
        Waiting[Picture]().get(0.01)


def test_what_waits_may_be_taken_all_at_once() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    waiting.put(Picture("a"))
    assert waiting.drain() == [Picture("a")]
    assert waiting.drain() == []


def test_one_client_is_ranked_by_size_however_much_time_goes_by_meanwhile() -> None:
    ticking = iter(range(1000))
    waiting: Waiting[Picture] = Waiting(lambda: float(next(ticking)))
    waiting.charge("one", 20)
    waiting.put(Picture("small"))
    assert waiting.get_before(Picture("large", size=9)) == Picture("small")


def test_who_waits_is_told_how_many_go_before() -> None:
    waiting: Waiting[Picture] = Waiting(Clock())
    assert waiting.ahead_of(lambda _: True) is None
    for picture in (Picture("large", size=50), Picture("small"), Picture("middle", size=9)):
        waiting.put(picture)
    places = {
        name: waiting.ahead_of(lambda picture, name=name: picture.name == name)  # type: ignore[misc]
        for name in ("small", "middle", "large", "another")
    }
    assert places == {"small": 0, "middle": 1, "large": 2, "another": None}
