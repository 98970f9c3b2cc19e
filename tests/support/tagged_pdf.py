"""Read a tagged PDF back with pypdf: its elements, with their text, and all that it draws outside of them."""

import re
from dataclasses import dataclass, field
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import ByteStringObject, ContentStream, TextStringObject

#: The operators that draw something, of those that our pages may have.
_TEXT, _SHAPES = {b"Tj", b"TJ"}, {b"f", b"F", b"f*", b"S", b"s", b"B", b"b", b"Do", b"sh", b"EI"}
_STRINGS = (TextStringObject, ByteStringObject)
_MILLIMETRE = 72 / 25.4
_PAIR = re.compile(rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")


@dataclass
class Piece:
    """What stands between a mark and its end: ``tag`` and ``properties`` are the mark's."""

    tag: str
    properties: dict
    text: str = ""
    drawn: list = field(default_factory=list)
    runs: list = field(default_factory=list)  # its texts, and where each begins: millimetres from the left and bottom


@dataclass
class Element:
    kind: str
    id: str
    language: str  # its own, or that of the element around it
    attributes: dict
    content: list  # texts and elements, in order

    @property
    def kids(self):
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def text(self):
        return "".join(one.text if isinstance(one, Element) else one for one in self.content)

    def all(self):
        return [self, *(one for kid in self.kids for one in kid.all())]

    def spoken(self):
        """Return the texts in it with their languages."""
        for one in self.content:
            yield from one.spoken() if isinstance(one, Element) else [(one, self.language)]


class TaggedPdf:
    """A tagged PDF. ``pages``: the pieces of each; ``document``: its root element."""

    def __init__(self, data):
        self.reader = PdfReader(BytesIO(data), strict=True)
        self.catalog = self.reader.trailer["/Root"]
        self.pages = [self._pieces(page) for page in self.reader.pages]
        self._index = {page.indirect_reference.idnum: number for number, page in enumerate(self.reader.pages)}
        self.owners = [{} for _ in self.pages]  # by page, then by piece: the number of the element's object
        root = self.catalog["/StructTreeRoot"]
        assert root["/Type"] == "/StructTreeRoot"
        [document] = root["/K"]
        self.document = self._element(document, root.indirect_reference, self.catalog["/Lang"])

    def _pieces(self, page):
        """Return what the page draws, in order. Raises if it draws outside of marks, or if marks overlap."""
        maps = {name: _map_of(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
        pieces, piece, inner, font, place = [], None, [], None, None
        for operands, operator in ContentStream(page.get_contents(), self.reader).operations:
            if operator in (b"BDC", b"BMC") and piece is not None:
                # Such as a text that stands for a hyphen, or characters written from right to left.
                assert operands[0] in ("/Span", "/ReversedChars"), "marks overlap"
                inner.append(operands)
                piece.text += "".join(one["/ActualText"] for one in operands[1:])
            elif operator == b"BDC":
                piece = Piece(operands[0], dict(operands[1]))
            elif operator == b"EMC" and inner:
                inner.pop()
            elif operator == b"EMC":
                pieces.append(piece)
                piece = None
            elif operator == b"cm":
                place = [float(number) / _MILLIMETRE for number in operands[4:]]
            elif operator == b"Tf":
                font = maps[operands[0]]
            elif operator in _TEXT and not any(one[1:] for one in inner):
                [shown] = operands
                parts = shown if isinstance(shown, list) else [shown]
                codes = b"".join(one.original_bytes for one in parts if isinstance(one, _STRINGS))
                text = "".join(font[codes[at : at + 2]] for at in range(0, len(codes), 2))
                text = text[::-1] if inner else text
                piece.text += text
                piece.runs.append((text, *place))
            elif operator in _SHAPES:
                piece.drawn.append(operator)
        assert piece is None, "a mark has no end"
        return pieces

    def _element(self, reference, parent, language):
        """Return an element. Raises if it is not where it says it is, or if another has one of its pieces."""
        found = reference.get_object()
        assert found["/Type"] == "/StructElem"
        assert found.raw_get("/P") == parent
        language = found.get("/Lang", language)
        content = []
        kids = found.get("/K", [])
        for raw in kids if isinstance(kids, list) else [kids]:
            kid = raw.get_object()
            if isinstance(kid, int) or kid["/Type"] == "/MCR":
                marked = {"/MCID": kid} if isinstance(kid, int) else kid
                page = self._index[(marked if "/Pg" in marked else found).raw_get("/Pg").idnum]
                number = marked["/MCID"]
                [piece] = [one for one in self.pages[page] if one.properties.get("/MCID") == number]
                assert number not in self.owners[page]
                self.owners[page][number] = reference.idnum
                content.append(piece.text)
            else:
                content.append(self._element(raw, reference, language))
        attributes = {key: value for one in found.get("/A", []) for key, value in one.get_object().items()}
        return Element(found["/S"][1:], found.get("/ID", ""), language, attributes, content)

    def runs(self, page):
        """Return the texts on a page, and where each begins: millimetres from its left and its bottom."""
        return [run for piece in self.pages[page] for run in piece.runs]

    def artifacts(self, page):
        """Return the texts on a page that belong to no element."""
        return [piece.text for piece in self.pages[page] if piece.tag == "/Artifact" and piece.text]


def _map_of(font):
    """Return the characters of a font by their codes, from the map that readers use."""
    data = font["/ToUnicode"].get_data()
    assert b"beginbfrange" not in data
    pairs = _PAIR.findall(data.split(b"bfchar", 1)[1])
    return {bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
