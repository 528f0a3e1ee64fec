from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from picture.formats.alto import to_alto
from picture.page import Page
from picture.wheels import Member, Wheelhouse
from tests.formats.samples import PAGE, pages

_ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}

# The schema is the Library of Congress's, CC BY-SA 4.0 with all rights waived.
_SCHEMA = Member(
    "htrflow",
    "0.2.6",
    "htrflow/serialization/schemas/alto-4-4.xsd",
    "5564fd29d2dd090d8102b8a0aa081906afd677cd5ecc632312e56f21ea14702b",
)
_LINKS = b"""<schema targetNamespace="http://www.w3.org/1999/xlink"
    xmlns="http://www.w3.org/2001/XMLSchema"><attribute name="type" type="string"/>
    <attribute name="href" type="anyURI"/><attribute name="role" type="string"/>
    <attribute name="arcrole" type="string"/><attribute name="title" type="string"/>
    <attribute name="show" type="string"/><attribute name="actuate" type="string"/>
    <attributeGroup name="simpleLink"/></schema>"""


class _Links(etree.Resolver):
    """Gives what the schema imports from the network and none of our files uses."""

    def resolve(self, _url: Any, _id: Any, context: Any, /) -> Any:
        return self.resolve_string(_LINKS, context)


@pytest.fixture(scope="session")
def schema() -> Iterator[etree.XMLSchema]:
    with Wheelhouse() as wheels:
        data = wheels.read((_SCHEMA,))
    parser = etree.XMLParser()
    parser.resolvers.add(_Links())
    yield etree.XMLSchema(etree.fromstring(data, parser))


def found(file: bytes, name: str) -> list[etree._Element]:
    return etree.fromstring(file).findall(f".//a:{name}", _ALTO)


def test_the_schema_accepts_it(schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(to_alto([PAGE, PAGE])))


def test_the_schema_would_refuse_less(schema: etree.XMLSchema) -> None:
    root = etree.fromstring(to_alto([PAGE]))
    del root.findall(".//a:String", _ALTO)[0].attrib["CONTENT"]
    assert not schema.validate(root)


def test_words_have_places_confidences_and_spaces() -> None:
    file = to_alto([PAGE])
    second = found(file, "String")[1]
    assert dict(second.attrib) == {
        "ID": second.get("ID"),
        "CONTENT": "garden",
        "HPOS": "60",
        "VPOS": "44",
        "WIDTH": "60",
        "HEIGHT": "14",
        "WC": "0.9700",
    }
    first = found(file, "TextLine")[0]
    kinds = [etree.QName(element).localname for element in first]
    assert kinds[:3] == ["String", "SP", "String"]
    assert first.findall("a:SP", _ALTO)[0].get("WIDTH") == "10"


def test_lines_that_are_not_level_tell_their_corners() -> None:
    shapes = [shape.get("POINTS") for shape in found(to_alto([PAGE]), "Polygon")]
    assert "700,100 730,100 730,300 700,300" in shapes


@settings(max_examples=60)
@given(pages)
def test_the_schema_accepts_any_page(schema: etree.XMLSchema, page: Page) -> None:
    schema.assertValid(etree.fromstring(to_alto([page])))
