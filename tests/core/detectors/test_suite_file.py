"""The suite that ships: which packs it is, and the record of their joined calibration."""

from __future__ import annotations

import pytest

from core.calibration import read_record
from core.detectors import ModelStore
from core.detectors.suite_file import read_suite, write_suite
from core.foundation.errors import ModelError
from core.foundation.paths import shipped_models_dir


@pytest.fixture
def shipped(variant, tmp_path):
    """Two packs that ship; the second has a calibration record of its own."""
    folder = tmp_path / "shipped"
    for name in ("first", "second", "third"):
        variant(folder / name, id=f"auditrace/{name}", origin="auditrace")
    return folder


def opened(folder):
    return ModelStore([folder, folder.parent / "user"])


def suite_of(folder, *names):
    store = opened(folder)
    return {"packs": {f"auditrace/{name}": store.get(f"auditrace/{name}").sha256 for name in names}, "questions": {}}


def test_suite_names_the_packs_that_are_run(shipped):
    assert len(opened(shipped).default_ids()) == 3
    write_suite(shipped, suite_of(shipped, "second", "first"))
    assert opened(shipped).default_ids() == ("auditrace/first", "auditrace/second")


def test_its_calibration_is_for_exactly_its_packs(shipped):
    suite = suite_of(shipped, "first", "second")
    write_suite(shipped, suite)
    store = opened(shipped)
    assert store.calibration(["auditrace/second", "auditrace/first"]) == suite
    assert store.calibration(["auditrace/first"]) is None
    assert store.calibration(["auditrace/first", "auditrace/second", "auditrace/third"]) is None


def test_a_pack_that_was_replaced_is_no_longer_the_calibrated_one(shipped, variant):
    write_suite(shipped, suite_of(shipped, "first", "second"))
    variant(shipped / "second", id="auditrace/second", origin="auditrace", version="2")
    assert opened(shipped).calibration(["auditrace/first", "auditrace/second"]) is None


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"packs": {"a": 1}}', b'{"questions": {}}', b"\xff"])
def test_a_damaged_suite_is_a_problem_and_gives_no_calibration(shipped, content):
    (shipped / "suite.json").write_bytes(content)
    store = opened(shipped)
    assert [problem.code for problem in store.problems()] == ["MO-020"]
    assert len(store.default_ids()) == 3
    with pytest.raises(ModelError) as caught:
        store.calibration(store.default_ids())
    assert caught.value.code == "MO-020"


def test_a_folder_without_suite_has_none(tmp_path):
    assert read_suite(tmp_path) is None


def test_what_ships_is_whole_and_its_calibrations_can_be_read():
    store = ModelStore()
    suite = read_suite(shipped_models_dir())
    assert store.problems() == ()
    assert suite is None or store.calibration(store.default_ids()) == suite
    for values in [suite, *(store.get(card.id).calibration for card in store.list())]:
        assert values is None or read_record(values).questions
