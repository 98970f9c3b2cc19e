"""The five published cookie policies, imported without help: the facts are those of examples/policies.

The documents are not part of the repository; see tests/policy/test_published_policies.py.
"""

import os
import tomllib
from pathlib import Path

import pytest

from cookiewarden import Policy, PolicySet
from cookiewarden.tools.importing.documents import decoded
from cookiewarden.tools.importing.written_policy import write_policy
from imports import imported

ROOT = Path(__file__).parents[3]
SEEDS = Path(os.environ.get("COOKIEWARDEN_SEEDS") or ROOT.parent / "shared" / "seeds")
DOCUMENTS = sorted(SEEDS.glob("*.txt"))
#: The host that stands in the examples for the one document that names none.
PLACEHOLDER = "data.example.org"

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem[:3])
pytestmark = pytest.mark.skipif(
    not DOCUMENTS, reason=f"the published documents are not in {SEEDS}; name their folder in COOKIEWARDEN_SEEDS"
)


@pytest.fixture(scope="module")
def examples():
    return PolicySet.load(ROOT / "examples" / "policies")


@each_document
def test_an_imported_policy_has_the_facts_of_the_example(path, examples):
    found = imported(decoded(path.read_bytes()), "text")
    policy = Policy.from_mapping(tomllib.loads(write_policy(found)))
    example = examples.for_host(found.facts.host or PLACEHOLDER)
    assert {name: one.category for one in policy.declarations for name in one.names} == {
        name: one.category for one in example.declarations for name in one.names
    }
    assert policy.site.updated == example.site.updated
    assert policy.site.hosts == (example.site.hosts if found.facts.host else ())
    if found.facts.host:
        assert policy.site.id == example.site.id
    assert found.left_out == ()


@each_document
def test_the_providers_functions_and_purposes_are_those_of_the_document(path, examples):
    text = decoded(path.read_bytes())
    found = imported(text, "text")
    example = examples.for_host(found.facts.host or PLACEHOLDER)
    providers = {name: str(one.provider) for one in example.declarations for name in one.names if one.provider}
    for cookie in found.cookies:
        assert cookie.purpose
        assert cookie.function
        assert cookie.purpose in text
        assert cookie.function in text
        assert cookie.provider in ("", *(providers.get(name) for name in cookie.names))
    assert len({bool(cookie.provider) for cookie in found.cookies}) == 1  # in every row, or in none


def test_every_document_is_another_site():
    hosts = [imported(decoded(path.read_bytes()), "text").facts.host for path in DOCUMENTS]
    assert len(set(hosts)) == len(hosts)
