"""How a page becomes a PDF: in this process or, after a fork, in another; with our fonts; from no file but those."""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy
from cookiewarden.pages import typesetting
from cookiewarden.pages.document import document_of
from cookiewarden.pages.languages import load_languages
from cookiewarden.pages.pdf import pdf_of
from cookiewarden.pages.wording import Passage
from hypothesis_profiles import examples
from pdf_packages import needs_pdf
from tagged_pdf import TaggedPdf
from waiting import SECONDS_TO_WAIT

pytestmark = needs_pdf

ENGLISH = load_languages(None)["en"]
LIBERTINUS = {"LibertinusSerif-Regular-Identity-H", "LibertinusSerif-Bold-Identity-H"}
FORKING = """
import os, sys
from cookiewarden import Policy
from cookiewarden.pages.document import document_of
from cookiewarden.pages.languages import load_languages
from cookiewarden.pages.pdf import pdf_of

english = load_languages(None)["en"]
document = document_of(Policy.from_mapping({"site": {"name": sys.argv[1]}}), english)
data = pdf_of(document, english)
if os.fork() == 0:
    sys.exit(pdf_of(document, english) != data)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.fixture
def no_fonts():
    """Forget the fonts, before the test and after it."""
    typesetting._fonts.cache_clear()
    yield
    typesetting._fonts.cache_clear()


def document(**texts):
    page = document_of(Policy.from_mapping({"site": {"name": "Exampletown"}}), ENGLISH)
    return replace(page, **texts)


def fonts_of(data):
    return {
        font["/BaseFont"].partition("+")[2]
        for page in TaggedPdf(data).reader.pages
        for font in page["/Resources"]["/Font"].values()
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.parametrize("name", ["Exampletown", "日本"])
def test_a_process_forked_after_a_pdf_was_made_makes_the_same(name):
    """Typst alone would wait forever there, for threads that exist in the parent only."""
    done = subprocess.run([sys.executable, "-c", FORKING, name], timeout=SECONDS_TO_WAIT, check=False)
    assert done.returncode == 0


def test_what_another_process_cannot_make_is_an_error_with_its_reason():
    with pytest.raises(typesetting.TypesettingError, match="failed to parse JSON"):
        typesetting._typeset_elsewhere("no JSON")


def test_the_fonts_are_noto_sans_and_for_names_dejavu_sans_mono(no_fonts):
    assert fonts_of(pdf_of(document(), ENGLISH)) == {"NotoSans-Regular", "NotoSans-Bold", "DejaVuSansMono"}


def test_no_file_of_a_font_is_left(no_fonts, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pdf_of(document(), ENGLISH)
    assert list(tmp_path.iterdir()) == []
    assert "NotoSans-Regular" in fonts_of(pdf_of(document(about="Letters: ÀÉÎ ǻ ṩ Ω"), ENGLISH))


def test_without_a_disk_for_the_fonts_the_pdf_has_those_of_typst(no_fonts, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    data = pdf_of(document(), ENGLISH)
    assert fonts_of(data) == {*LIBERTINUS, "DejaVuSansMono"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the current folder")
def test_a_process_whose_folder_was_removed_makes_a_pdf(no_fonts, tmp_path, monkeypatch):
    lost = tmp_path / "lost"
    lost.mkdir()
    monkeypatch.chdir(lost)
    lost.rmdir()
    assert pdf_of(document(), ENGLISH).startswith(b"%PDF-")


def test_the_template_reads_no_file_and_imports_nothing():
    template = (files("cookiewarden.pages") / "templates" / "policy.typ").read_text("utf-8")
    code = "\n".join(line.partition("//")[0] for line in template.splitlines())
    assert not re.search(r"\b(import|include|read|csv|yaml|toml|xml|cbor|image|plugin|bibliography|eval|link)\b", code)
    assert re.findall(r"\bjson\((.*)\)", code) == ["bytes(sys.inputs.page)"]


@examples(200)
@given(st.text(st.characters(), min_size=1, max_size=24))
def test_no_text_stops_a_pdf(text):
    passage = Passage(text, "nl")
    page = document(title=f"Cookies of {text}", facts=((text, passage),), introduction=(passage,), operator=text)
    section = page.sections[0]
    row = replace(section.rows[0], names=(text, text), purpose=passage)
    page = replace(page, sections=(replace(section, published=text, rows=(row,)),))
    assert TaggedPdf(pdf_of(page, ENGLISH)).pages
