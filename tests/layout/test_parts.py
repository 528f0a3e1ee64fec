from collections.abc import Sequence
from dataclasses import replace

from picture.layout import Table, find_tables, render_runs, render_text
from picture.page import Line, Page
from tests.formats.pages import box, line

GOODS = [
    ("Apron", "2.13", "7", "8.91"),
    ("Bucket", "0.72", "20", "4.40"),
    ("Clock", "2.40", "6", "9"),
]
COLUMNS = (40, 200, 230, 290)


def goods(columns: Sequence[float] = COLUMNS) -> list[Line]:
    """Return rows of figures that end where their columns do."""
    return [
        line(text, left + (10 * (4 - len(text)) if at else 0), 40.0 + 26 * number)
        for number, row in enumerate(GOODS, start=2)
        for at, (text, left) in enumerate(zip(row, columns, strict=True))
    ]


def only(lines: list[Line]) -> Table:
    (table,) = find_tables(Page(1000, 1000, tuple(lines)))
    return table


def test_a_line_that_names_several_columns_is_cut_between_its_words() -> None:
    names = line("Each Pcs Sums", 200, 66)
    table = only([line("Article", 40, 66), names, *goods()])
    assert table.grid[0] == ["Article", "Each", "Pcs", "Sums"]
    assert table.grid[1:] == [list(row) for row in GOODS]
    assert table.header_rows == 1


def test_cells_have_the_lines_of_the_page_and_the_places_of_their_words() -> None:
    names = line("Each Pcs Sums", 200, 66)
    table = only([line("Article", 40, 66), names, *goods()])
    each, pieces, _ = table.cells[1:4]
    assert each.lines[0] is pieces.lines[0] is names
    assert max(x for x, _ in each.box) < min(x for x, _ in pieces.box)


def test_a_heading_over_columns_stays_whole() -> None:
    names = [line("Article", 40, 66), line("Each Pcs Sums", 200, 66)]
    table = only([line("Last year", 200, 40), *names, *goods()])
    assert "Last year" in table.grid[0]
    assert table.grid[1] == ["Article", "Each", "Pcs", "Sums"]


def test_a_sentence_whose_blanks_are_all_alike_stays_whole() -> None:
    names = [line("Article", 40, 66), line("To be sold", 200, 66), line("Sums", 310, 66)]
    assert only([*names, *goods()]).grid[0][1].startswith("To be sold")


def test_a_line_whose_words_have_no_places_stays_whole() -> None:
    names = replace(line("Each Pcs Sums", 200, 66), words=())
    assert "Each Pcs Sums" in only([line("Article", 40, 66), names, *goods()]).grid[0]


def test_names_cut_in_a_text_stand_over_their_columns_in_one_run() -> None:
    each, pieces, sums = (line(*name, 66) for name in (("Each", 200), ("Pcs", 280), ("Sums", 350)))
    words = (*each.words, *pieces.words, *sums.words)
    names = Line("Each Pcs Sums", 0.97, box(196, 66, 394, 88), words=words)
    lines = line("Article", 40, 66), names, *goods((40, 200, 270, 350))
    page = Page(1000, 1000, lines)
    top, row, *_ = (row for row in render_text(page).splitlines() if row)
    ends = [top.index(name) + len(name) for name in ("Each", "Pcs", "Sums")]
    assert ends == [row.index(text) + len(text) for text in GOODS[0][1:]]
    runs = render_runs(page)
    assert "".join(run.text for run in runs) == render_text(page)
    assert [run.text.split() for run in runs if run.line == 1] == [["Each", "Pcs", "Sums"]]
