import pytest

from picture import libraries


def test_nothing_is_missing_where_opencv_loads() -> None:
    assert libraries.missing_packages() == []


def test_the_message_names_the_debian_packages() -> None:
    needed = {
        "libmissing-one.so.7": "libmissing7",
        "libmissing-two.so": "two",
        "libc.so.6": "libc6",
    }
    with pytest.raises(SystemExit, match=r"apt install libmissing7 two$"):
        libraries.require(needed)
