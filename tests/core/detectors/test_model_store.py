"""The store: finding, importing, exporting, removing; one damaged pack hides no other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.detectors import ModelStore, write_pack
from core.detectors.pack_files import read_folder, sums_of, write_archive, write_files
from core.foundation.errors import ModelError
from core.foundation.paths import user_models_dir


def refused(call, *arguments) -> str:
    with pytest.raises(ModelError) as caught:
        call(*arguments)
    return caught.value.code


@pytest.fixture
def store(pack, tmp_path) -> ModelStore:
    """The tiny pack as a shipped one, and an empty folder for the user."""
    return ModelStore([pack.folder.parent, tmp_path / "user"])


def test_empty_folders_hold_nothing(tmp_path):
    store = ModelStore([tmp_path, tmp_path / "absent"])
    assert (store.list(), store.default_ids(), store.problems()) == ([], (), ())
    assert refused(store.get, "user/tiny") == "MO-002"


def test_own_folders_are_used_when_none_are_named(pack):
    shutil.copytree(pack.folder, user_models_dir() / "user__tiny")
    assert "user/tiny" in [card.id for card in ModelStore().list()]


def test_only_our_own_shipped_models_are_the_default(variant, tmp_path):
    shipped, user = tmp_path / "shipped", tmp_path / "user"
    variant(shipped / "b", id="auditrace/b", origin="auditrace")
    variant(shipped / "a", id="auditrace/a", origin="auditrace")
    variant(shipped / "p", id="published/p", origin="published")
    variant(user / "c", id="auditrace/c", origin="auditrace")
    store = ModelStore([shipped, user])
    assert store.default_ids() == ("auditrace/a", "auditrace/b")
    assert [card.id for card in store.list()] == ["auditrace/a", "auditrace/b", "published/p", "auditrace/c"]


def test_damaged_pack_hides_no_other(variant, tmp_path):
    for name in ("a", "b", "c"):
        variant(tmp_path / name, id=f"user/{name}")
    (tmp_path / "b" / "card.toml").write_text("id = 3")
    (tmp_path / "empty").mkdir()
    store = ModelStore([tmp_path])
    assert [card.id for card in store.list()] == ["user/a", "user/c"]
    assert sorted(problem.code for problem in store.problems()) == ["MO-003", "MO-005"]
    assert refused(store.get, "user/b") == "MO-005"


def test_second_pack_with_an_id_is_a_problem(variant, tmp_path):
    variant(tmp_path / "a", title="One")
    variant(tmp_path / "b", title="Another")
    store = ModelStore([tmp_path])
    assert [card.title for card in store.list()] == ["One"]
    assert [problem.code for problem in store.problems()] == ["MO-016"]


def test_load_is_ready_and_kept(store, pack):
    detector = store.load("user/tiny")
    assert detector.sha256 == pack.sha256
    assert detector.scores(torch.zeros(1, 2048)).shape == (1, 2)
    assert store.load("user/tiny") is detector


def test_pack_changed_after_listing_is_not_loaded(store, pack, card, weights):
    store.list()
    write_pack(pack.folder, card, {name: tensor * 2 for name, tensor in weights.items()}, {"method": "none"})
    assert refused(store.load, "user/tiny") == "MO-005"


def test_weights_cut_off_are_refused(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    for weights in (contents["model.safetensors"][:-5], b"", b"\xff" * 64, b"\x80\x04pickle"):
        forged = {**contents, "model.safetensors": weights}
        del forged["SHA256SUMS"]
        write_files(tmp_path / "forged", {**forged, "SHA256SUMS": sums_of(forged)})
        store = ModelStore([tmp_path / "user"])
        assert refused(store.import_, tmp_path / "forged") == "MO-008"
        assert store.list() == []


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_import_and_export(store, pack, tmp_path, form):
    out = tmp_path / ("out.atmodel" if form == "archive" else "out")
    store.export("user/tiny", out)
    other = ModelStore([tmp_path / "other"])
    assert other.import_(out) == [pack.card]
    assert other.get("user/tiny").sha256 == pack.sha256
    assert other.import_(out) == [pack.card]
    assert [p.name for p in (tmp_path / "other").iterdir()] == ["user__tiny"]


def test_export_over_a_folder_is_refused(store, tmp_path):
    (tmp_path / "mine").mkdir()
    assert refused(store.export, "user/tiny", tmp_path / "mine") == "MO-019"


def test_other_model_with_the_same_id_is_refused(store, variant, tmp_path):
    variant(tmp_path / "new", title="New")
    assert refused(store.import_, tmp_path / "new") == "MO-016"


def test_import_replaces_a_damaged_pack(pack, tmp_path):
    store = ModelStore([tmp_path / "user"])
    store.import_(pack.folder)
    (tmp_path / "user" / "user__tiny" / "card.toml").write_bytes(b"x")
    fresh = ModelStore([tmp_path / "user"])
    assert fresh.import_(pack.folder) == [pack.card]
    assert fresh.problems() == ()


def test_model_that_cannot_be_built_leaves_no_trace(variant, tmp_path):
    variant(tmp_path / "bad", architecture_args={"bins": 64, "frames": 33, "n_outputs": 3})
    store = ModelStore([tmp_path / "user"])
    assert refused(store.import_, tmp_path / "bad") == "MO-009"
    assert list((tmp_path / "user").iterdir()) == []


def test_shipped_model_stays(store):
    assert refused(store.remove, "user/tiny") == "MO-017"
    assert refused(store.remove, "user/none") == "MO-002"


def test_damaged_shipped_model_stays_in_the_suite_and_says_so(variant, tmp_path):
    shipped = tmp_path / "shipped"
    variant(shipped / "first", id="auditrace/first", origin="auditrace")
    variant(shipped / "second", id="auditrace/second", origin="auditrace")
    (shipped / "second" / "model.safetensors").write_bytes(b"x")
    store = ModelStore([shipped, tmp_path / "user"])
    assert store.default_ids() == ("auditrace/first", "auditrace/second")
    assert refused(store.load, "auditrace/second") == "MO-005"


def test_normalisation_of_other_bins_is_found_at_import(card, weights, tmp_path):
    odd = {**weights, "normalisation.mean": torch.zeros(7), "normalisation.std": torch.ones(7)}
    write_pack(tmp_path / "odd", card, odd)
    assert refused(ModelStore([tmp_path / "user"]).import_, tmp_path / "odd") == "MO-009"


def test_imported_model_can_be_removed(pack, tmp_path):
    store = ModelStore([tmp_path / "user"])
    store.import_(pack.folder)
    store.remove("user/tiny")
    assert store.list() == []
    assert list((tmp_path / "user").iterdir()) == []


def test_import_of_nothing(tmp_path):
    store = ModelStore([tmp_path / "user"])
    (tmp_path / "empty").mkdir()
    assert refused(store.import_, tmp_path / "absent.pt") == "MO-003"
    assert refused(store.import_, tmp_path / "empty") == "MO-012"


def test_user_folder_that_cannot_be_written(pack, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert refused(ModelStore([tmp_path / "file" / "models"]).import_, pack.folder) == "MO-019"


def test_archive_of_a_stranger(pack, tmp_path):
    contents, _ = read_folder(pack.folder)
    write_archive({**contents, "card.toml": contents["card.toml"] + b"\n"}, tmp_path / "x.atmodel")
    assert refused(ModelStore([tmp_path / "user"]).import_, tmp_path / "x.atmodel") == "MO-005"


def test_listing_needs_no_torch(pack):
    code = (
        "import sys; from pathlib import Path; from core.detectors import ModelStore;"
        f"assert ModelStore([Path({str(pack.folder.parent)!r})]).list();"
        "sys.exit('torch' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
