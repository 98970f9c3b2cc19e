"""Mark the tests that need the packages of the extra ``pdf``."""

import pytest

from cookiewarden.pages import pdf

needs_pdf = pytest.mark.skipif(not pdf.is_available(), reason="needs the extra pdf: pymupdf-fonts and typst")
