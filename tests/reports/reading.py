"""Reports as their readers get them: text page by page, and the structure that assistive technology reads."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from typing import Any

from pypdf import PdfReader


class ReadReport:
    """A PDF read back."""

    def __init__(self, document: bytes) -> None:
        self.reader = PdfReader(BytesIO(document), strict=True)

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page."""
        return [page.extract_text() for page in self.reader.pages]

    @cached_property
    def words(self) -> str:
        """The whole text with each run of white space as one space."""
        return re.sub(r"\s+", " ", " ".join(self.pages))

    @cached_property
    def letters(self) -> str:
        """The whole text without white space: where lines were broken says nothing."""
        return re.sub(r"\s+", "", "".join(self.pages))

    @cached_property
    def catalogue(self) -> Any:
        """The root of the document."""
        return self.reader.trailer["/Root"]

    @cached_property
    def roles(self) -> Counter[str]:
        """How many structure elements there are of each role."""
        return Counter(element["/S"] for element in self._elements(self.catalogue["/StructTreeRoot"]))

    @cached_property
    def alternatives(self) -> list[str]:
        """The texts that stand for drawings."""
        return [element["/Alt"] for element in self._elements(self.catalogue["/StructTreeRoot"]) if "/Alt" in element]

    def _elements(self, parent: Any) -> Iterator[Any]:
        kids = parent.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        for kid in kids if isinstance(kids, list) else [kids]:
            element = kid.get_object() if hasattr(kid, "get_object") else kid
            if isinstance(element, dict) and "/S" in element:
                yield element
                yield from self._elements(element)
