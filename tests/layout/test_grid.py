from picture.layout.render import render_text
from picture.page import Line
from tests.layout.pages import at, page


def contents() -> list[Line]:
    """Return titles and page numbers with a leader between them, which ends beside the numbers."""
    lines = []
    for row, number in enumerate(["4", "5", "9", "10", "11", "12", "13"]):
        lines.append(at(f"Title {'x' * (row % 3)}", 0, row))
        lines.append(at("." * 40, 10, row))
        lines.append(at(number, 53.4 - len(number), row, width=10 * len(number)))
    return lines


def test_a_number_after_a_leader_needs_one_space_and_keeps_its_right_edge() -> None:
    made = render_text(page(*contents())).splitlines()
    assert len({len(row) for row in made}) == 1
    assert made[-1].endswith(". 13")
