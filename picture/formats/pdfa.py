"""What makes a PDF one that archives keep: PDF/A-2b."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import ImageCms

from picture.formats.glyphless import deflated

_COLOURS = "sRGB IEC61966-2.1"
_MADE = slice(24, 36)
"""Where a profile says when it was made."""
_ANY_TIME = bytes.fromhex("07D0 0001 0001 0000 0000 0000")

_XMP = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def make_archival(pdf: Pdf) -> None:
    """Say of a document made of pictures that it is PDF/A-2b, and what its colours mean."""
    metadata = Stream(pdf, _XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = pdf.make_indirect(metadata)
    profile = deflated(pdf, _srgb())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=_COLOURS,
        Info=_COLOURS,
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _srgb() -> bytes:
    """Return the profile of sRGB, the same at any time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_MADE] = _ANY_TIME
    return bytes(profile)
