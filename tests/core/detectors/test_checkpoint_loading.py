"""Reading foreign checkpoints: tensors come out; bombs do nothing but give our error."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.detectors import ModelStore
from core.detectors.loading import MAX_BYTES, read_tensors
from core.foundation.errors import ModelError


def saved(value: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def archive_of(pickled: bytes, **members: bytes) -> bytes:
    """A file like torch.save's with a hand-made table of contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"data.pkl": pickled, "version": b"3\n", "byteorder": b"little", **members}.items():
            archive.writestr(f"archive/{name}", data)
    return buffer.getvalue()


def refused(data: bytes, *, whole_object: bool = False) -> str:
    with pytest.raises(ModelError) as caught:
        read_tensors(data, whole_object=whole_object)
    assert caught.value.code == "MO-013"
    return caught.value.what


class Network(torch.nn.Module):
    """Takes the place of a published class; pickled under a name of torch.nn.modules, which stays inert."""

    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2, affine=False))


def test_state_dict_comes_out():
    state = OrderedDict(a=torch.arange(6.0).reshape(2, 3), b=torch.tensor(7))
    found = read_tensors(saved({"MODEL_STATE": state, "EPOCHS_RUN": 9}))
    assert found["EPOCHS_RUN"] == 9
    assert torch.equal(found["MODEL_STATE"]["a"], state["a"])
    assert torch.equal(found["MODEL_STATE"]["b"], state["b"])


def test_tensors_of_a_whole_network_come_out_under_their_names():
    network = Network()
    found = read_tensors(saved(network.inner), whole_object=True)
    assert found.keys() == network.inner.state_dict().keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in network.inner.state_dict().items())


def test_a_whole_network_is_no_state_dict():
    assert "only tensors are read" in refused(saved(Network().inner))


@pytest.mark.parametrize("whole_object", [False, True])
@pytest.mark.parametrize(
    "bomb",
    [
        b"cos\nsystem\n(S'touch {mark}'\ntR.",
        b"cposix\nsystem\n(S'touch {mark}'\ntR.",
        b'c__builtin__\neval\n(S\'open("{mark}","w")\'\ntR.',
        b"(S'touch {mark}'\nios\nsystem\n.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
        b"ctorch.serialization\nload\n(S'{mark}'\ntR.",
        b"cmodel\nos.system\n(S'touch {mark}'\ntR.",
        b"ctorch.nn.modules.module\ntorch.os.system\n(S'touch {mark}'\ntR.",
    ],
)
def test_code_is_never_run(tmp_path, bomb, whole_object):
    mark = tmp_path / "ran"
    refused(archive_of(bomb.replace(b"{mark}", str(mark).encode())), whole_object=whole_object)
    assert not mark.exists()


def test_object_with_reduce_is_never_rebuilt(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    refused(saved({"weight": Bomb()}), whole_object=True)
    refused(pickle.dumps(Bomb()))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "bomb",
    [
        # bytearray of 10**12 bytes; memo index of 2**32 - 1; a text said to have 4 GB; lists in lists
        b"c__builtin__\nbytearray\n(L1000000000000L\ntR.",
        b"\x80\x02]r\xff\xff\xff\xff.",
        b"\x80\x02X\xff\xff\xff\xffa.",
        b"\x80\x02" + b"(" * 200_000 + b"t" * 200_000 + b".",
    ],
)
def test_memory_bombs_are_refused(bomb):
    refused(archive_of(bomb))


def test_tensor_larger_than_its_storage_is_refused():
    header = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    storage = b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQK\x00"
    size = b"L1000000000000L\n\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR."
    refused(archive_of(header + storage + size, **{"data/0": bytes(8)}))


def test_archive_that_unpacks_to_a_flood_is_refused():
    data = archive_of(b"}.", **{"data/0": bytes(MAX_BYTES + 1)})
    assert len(data) < MAX_BYTES / 100
    assert "unpacks" in refused(data)


def test_two_tables_of_contents_are_refused():
    assert "one table" in refused(archive_of(b"}.", **{"DATA.PKL": b"cos\nsystem\n."}))


def test_bomb_as_a_checkpoint_is_not_even_opened(tmp_path):
    bomb = tmp_path / "AASIST.pth"
    bomb.write_bytes(archive_of(b"cos\nsystem\n(S'true'\ntR."))
    with pytest.raises(ModelError) as caught:
        ModelStore([tmp_path / "user"]).import_(bomb)
    assert caught.value.code == "MO-012"


def test_pickle_under_the_name_of_safetensors_is_refused(pack, tmp_path):
    (pack.folder / "model.safetensors").write_bytes(pickle.dumps({"weight": [1.0]}))
    with pytest.raises(ModelError) as caught:
        ModelStore([tmp_path / "user"]).import_(pack.folder)
    assert caught.value.code == "MO-005"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_our_error(data):
    for form in (data, archive_of(data)):
        try:
            found = read_tensors(form)
        except ModelError:
            continue
        assert isinstance(found, dict)
