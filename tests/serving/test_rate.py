import time

import pytest
from limits import parse

from picture.errors import RateExceededError
from picture.serving import rate as rate_module
from picture.serving.rate import RateLimit, _OwnWindow


class Clock:
    """A clock that stands still until it is set forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    return clock


def test_each_client_has_a_rate_of_its_own() -> None:
    rate = RateLimit("2/hour")
    for client in ("a", "a", "b"):
        rate.check(client)
    with pytest.raises(RateExceededError) as caught:
        rate.check("a")
    assert 0 < (caught.value.retry_after or 0) <= 3600
    rate.check("b")


def test_every_limit_of_several_counts() -> None:
    rate = RateLimit("100/second; 3/day")
    for _ in range(3):
        rate.check("a")
    with pytest.raises(RateExceededError):
        rate.check("a")


def test_no_limit_lets_everything_pass() -> None:
    rate = RateLimit("")
    for _ in range(1000):
        rate.check("a")


def test_a_peek_counts_nothing() -> None:
    rate = RateLimit("1/hour")
    for _ in range(3):
        rate.peek("a")
    rate.check("a")
    with pytest.raises(RateExceededError):
        rate.peek("a")


def test_a_limit_moves_with_the_time(clock: Clock) -> None:
    rate = RateLimit("2/minute")
    rate.check("a")
    clock.now += 40
    rate.check("a")
    with pytest.raises(RateExceededError) as caught:
        rate.check("a")
    assert caught.value.retry_after == 20
    clock.now += 20
    rate.check("a")
    with pytest.raises(RateExceededError):
        rate.check("a")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_network_of_64_bits_is_one_client(one: str, other: str, same: bool) -> None:
    rate = RateLimit("1/hour")
    rate.check(one)
    if same:
        with pytest.raises(RateExceededError):
            rate.check(other)
    else:
        rate.check(other)


def test_a_limit_of_nothing_lets_nothing_pass() -> None:
    with pytest.raises(RateExceededError):
        RateLimit("0/minute").check("a")


def test_clients_are_forgotten_when_their_time_is_over(clock: Clock) -> None:
    window = _OwnWindow(parse("5/minute"))
    for number in range(1000):
        window.seconds_left(str(number), counts=True)
    clock.now += 60
    window.seconds_left("new", counts=True)
    assert list(window._moments) == list(window._clients) == ["new"]


def test_many_clients_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_module, "_MOST_MOMENTS", 100)
    window = _OwnWindow(parse("2/day"))
    for number in range(1000):
        window.seconds_left(str(number), counts=True)
        assert len(window._clients) == len(window._moments) <= 100
    window.seconds_left("999", counts=True)
    assert window.seconds_left("999", counts=True) > 0
