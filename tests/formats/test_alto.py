from functools import cache
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from picture.formats.alto import to_alto
from picture.page import Line, Page
from picture.wheels import Member, Wheelhouse
from tests.formats.pages import DOCUMENTS, RECEIPT, box, standing, written

ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}

# The schema is the Library of Congress's, CC BY-SA 4.0 with all rights waived.
SCHEMA = Member(
    "htrflow",
    "0.2.6",
    "htrflow/serialization/schemas/alto-4-4.xsd",
    "5564fd29d2dd090d8102b8a0aa081906afd677cd5ecc632312e56f21ea14702b",
)
LINKS = b"""<schema targetNamespace="http://www.w3.org/1999/xlink"
    xmlns="http://www.w3.org/2001/XMLSchema"><attribute name="type" type="string"/>
    <attribute name="href" type="anyURI"/><attribute name="role" type="string"/>
    <attribute name="arcrole" type="string"/><attribute name="title" type="string"/>
    <attribute name="show" type="string"/><attribute name="actuate" type="string"/>
    <attributeGroup name="simpleLink"/></schema>"""


class Links(etree.Resolver):
    """Gives what the schema imports from the network and none of our files uses."""

    def resolve(self, _url: Any, _id: Any, context: Any, /) -> Any:
        return self.resolve_string(LINKS, context)


@cache
def schema() -> etree.XMLSchema:
    with Wheelhouse() as wheels:
        data = wheels.read((SCHEMA,))
    parser = etree.XMLParser()
    parser.resolvers.add(Links())
    return etree.XMLSchema(etree.fromstring(data, parser))


def parse(pages: list[Page]) -> etree._Element:
    """Return the pages' ALTO, which keeps to its schema."""
    root = etree.fromstring(to_alto(pages))
    schema().assertValid(root)
    return root


def find(root: etree._Element, tag: str) -> list[etree._Element]:
    return list(root.iterfind(f".//a:{tag}", ALTO))


def place(element: etree._Element) -> tuple[int, ...]:
    return tuple(int(element.get(name, "")) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))


def test_the_schema_refuses_what_is_no_alto() -> None:
    broken = etree.fromstring(to_alto([RECEIPT]).replace(b"CONTENT=", b"CONTENTS="))
    assert not schema().validate(broken)


def test_it_names_the_version_of_its_schema() -> None:
    root = parse([RECEIPT])
    assert root.get("SCHEMAVERSION") == "4.4"
    assert "alto-4-4.xsd" in str(root.attrib)


def test_parts_have_their_places() -> None:
    root = parse([RECEIPT])
    assert [line for element in find(root, "TextLine") for line in [place(element)]] == [
        (104, 96, 192, 28),
        (100, 140, 180, 30),
    ]
    word = find(root, "String")[3]
    assert (word.get("CONTENT"), word.get("WC"), place(word)) == ("4.50", "1", (240, 98, 56, 24))
    assert find(root, "Shape") == []


def test_spaces_lie_between_words_that_the_text_parts() -> None:
    tea, plain = find(parse([RECEIPT]), "TextLine")
    tags = [etree.QName(element).localname for element in tea]
    assert tags == ["String", "SP", "String", "String", "SP", "String"]
    assert [place(space) for space in find(tea, "SP")] == [(140, 98, 12, 24), (198, 96, 42, 28)]
    assert [place(space) for space in find(plain, "SP")] == [(200, 140, 20, 30)]


def test_a_space_of_a_vertical_line_lies_below_the_word() -> None:
    line = Line("Tea 4.50", 0.9, box(10, 10, 30, 90))
    (space,) = find(parse([Page(400, 400, (line,))]), "SP")
    assert place(space) == (10, 40, 20, 10)


def test_a_turned_line_and_its_words_have_their_corners() -> None:
    root = parse([Page(400, 400, (standing(20),))])
    line, *words = find(root, "Polygon")
    assert len(words) == 2
    assert line.get("POINTS") == "104,229 292,160 296,171 108,240"
    (element,) = find(root, "TextLine")
    assert element.get("BASELINE") == "108,240 296,171"


def test_a_line_from_right_to_left_says_so() -> None:
    lines = Line("שלום", 0.9, box(10, 10, 110, 30)), Line("abc", 0.9, box(10, 40, 110, 60))
    root = parse([Page(400, 400, lines)])
    assert [line.get("BASEDIRECTION") for line in find(root, "TextLine")] == ["rtl", None]


def test_it_says_what_it_is_measured_in_and_made_by() -> None:
    root = parse([RECEIPT])
    assert root.findtext(".//a:MeasurementUnit", namespaces=ALTO) == "pixel"
    assert root.findtext(".//a:softwareName", namespaces=ALTO) == "ocr-picture-service"


def test_the_same_pages_give_the_same_bytes() -> None:
    assert to_alto([RECEIPT]) == to_alto([RECEIPT])


@pytest.mark.parametrize("pages", [[Page(8, 9, ())], [RECEIPT, Page(8, 9, ()), RECEIPT]])
def test_pages_follow_each_other(pages: list[Page]) -> None:
    sizes = [(page.get("WIDTH"), page.get("HEIGHT")) for page in find(parse(pages), "Page")]
    assert sizes == [(str(page.width), str(page.height)) for page in pages]


@given(DOCUMENTS)
def test_every_word_is_found_on_its_page(pages: list[Page]) -> None:
    for element, page in zip(find(parse(pages), "Page"), pages, strict=True):
        assert [word.get("CONTENT") for word in find(element, "String")] == written(page)
