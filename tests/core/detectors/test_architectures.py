"""Networks: sizes of the published ones, their rules worked out by hand, and what they must not depend on."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from core.detectors import ARCHITECTURES
from core.detectors.architectures._graph import GraphAttention, GraphPool, MixedAttention
from core.detectors.architectures.aasist import Residual, sinc_filters
from core.detectors.architectures.dcnn import Layers
from core.detectors.architectures.lcnn import MaxFeatureMap


def parameters(network: nn.Module) -> int:
    return sum(tensor.numel() for tensor in network.parameters())


@pytest.mark.parametrize(
    ("name", "arguments", "shape", "count", "embedding"),
    [
        ("dcnn", {"frames": 95}, (1, 256, 95), 239_015, 320),
        ("dcnn", {"frames": 101}, (1, 256, 101), 239_015, 320),
        ("dcnn", {"frames": 109, "downsampling": "stride"}, (1, 256, 109), 241_099, 320),
        ("lcnn", {}, (1, 80, 505), 972_514, 256),
        ("lcnn", {"n_outputs": 7, "time_first": True}, (1, 80, 505), 972_514 + 5 * 257, 256),
        # the published counts hold the normalisation of blocks 2 to 6, whose result they discard
        ("aasist", {}, (16000,), 297_866 - 2 * (32 + 32 + 64 + 64 + 64), 160),
        (
            "aasist",
            {"channels": (32, 32, 24, 24, 24, 24), "graph_dims": (24, 32), "pool_ratios": (0.4, 0.5, 0.7)},
            (16000,),
            85_306 - 2 * (32 + 32 + 24 + 24 + 24),
            160,
        ),
        ("aasist", {"n_outputs": 7}, (16000,), 297_866 - 512 + 5 * 161, 160),
    ],
)
def test_sizes_are_those_of_the_published_networks(name, arguments, shape, count, embedding):
    network = ARCHITECTURES[name](**arguments).eval()
    assert parameters(network) == count
    with torch.inference_mode():
        batch = torch.randn(2, *shape, generator=torch.Generator().manual_seed(1))
        assert network.embed(batch).shape == (2, embedding)
        assert network(batch).shape == (2, arguments.get("n_outputs", 2))


def test_dcnn_head_sees_what_the_published_one_sees():
    network = ARCHITECTURES["dcnn"]().eval()
    with torch.inference_mode():
        maps = torch.randn(1, 1, 256, 95, generator=torch.Generator().manual_seed(1))
        steps = network.cnn(maps.transpose(2, 3)).transpose(1, 2)
        assert steps.shape == (1, 12, 64, 32)
        deep = network.dilated(steps)
        assert deep.shape == (1, 12, 40, 8)
        by_step = network.head(deep.flatten(2)).mean(dim=1)
        torch.testing.assert_close(network(maps), by_step)


def test_dcnn_ablations_leave_out_what_they_name():
    plain = ARCHITECTURES["dcnn"](dropout=False)
    assert {m.p for m in plain.modules() if isinstance(m, nn.Dropout)} == {0.0}
    undilated = ARCHITECTURES["dcnn"](dilation=False)
    assert {m.dilation for m in undilated.modules() if isinstance(m, nn.Conv2d)} == {(1, 1)}
    assert undilated.eval()(torch.zeros(1, 1, 256, 95)).shape == (1, 2)


def test_building_a_dcnn_leaves_its_statistics_fresh_and_in_training_mode():
    network = ARCHITECTURES["dcnn"]()
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    assert network.training
    assert all(norm.num_batches_tracked == 0 for norm in norms)
    assert all(norm.training for norm in norms)


def test_max_feature_map_takes_the_larger_half():
    channels = torch.tensor([[1.0, -2.0, 0.5, 7.0]])
    assert MaxFeatureMap()(channels).tolist() == [[1.0, 7.0]]


def test_lcnn_orientation_is_a_transposition():
    upright = ARCHITECTURES["lcnn"](bins=32, frames=48).eval()
    turned = ARCHITECTURES["lcnn"](bins=48, frames=32, time_first=True).eval()
    turned.load_state_dict(upright.state_dict())
    maps = torch.randn(2, 1, 32, 48, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        torch.testing.assert_close(turned(maps.transpose(2, 3)), upright(maps))


def test_sinc_filters_are_the_published_ones():
    filters = sinc_filters(16000)
    assert filters.shape == (70, 1, 129)
    assert filters.sum().item() == pytest.approx(0.99999997, abs=1e-6)
    assert filters.abs().sum().item() == pytest.approx(38.7373319, abs=1e-4)


def test_sinc_filters_pass_their_own_band():
    response = np.abs(np.fft.rfft(sinc_filters(16000)[:, 0].double().numpy(), 16000))
    edges = 700 * (10 ** (np.linspace(0, 2595 * math.log10(1 + 8000 / 700), 71) / 2595) - 1)
    for band in (30, 45, 60):
        centre = (edges[band] + edges[band + 1]) / 2
        assert abs(int(response[band].argmax()) - centre) < 2
        assert response[band, round(centre - 1000)] < 0.01


def test_residual_block_sees_its_raw_input():
    block = Residual(1, 1).eval()
    for layer in (block.first, block.second):
        layer.load_state_dict({name: torch.zeros_like(tensor) for name, tensor in layer.state_dict().items()})
    maps = torch.tensor([[[[-3.0, -1.0, -2.0, 5.0, 4.0, 9.0]]]])
    assert block(maps).tolist() == [[[[-1.0, 9.0]]]]


def test_graph_pool_keeps_the_best_nodes_times_their_scores():
    pool = GraphPool(1, 0.5).eval()
    nn.init.ones_(pool.score.weight)
    nn.init.zeros_(pool.score.bias)
    kept = pool(torch.tensor([[[-1.0], [3.0], [0.0], [2.0], [1.0]]]))
    sigmoid = [value / (1 + math.exp(-value)) for value in (3.0, 2.0)]
    assert kept.flatten().tolist() == pytest.approx(sigmoid)


def test_graph_pool_keeps_one_node_at_least():
    assert GraphPool(2, 0.1).eval()(torch.ones(1, 3, 2)).shape == (1, 1, 2)


def test_graph_attention_does_not_depend_on_the_order_of_nodes():
    layer = GraphAttention(4, 3, temperature=2.0).eval()
    nodes = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(3))
    order = torch.tensor([3, 0, 4, 1, 2])
    with torch.inference_mode():
        torch.testing.assert_close(layer(nodes[:, order]), layer(nodes)[:, order])


def test_mixed_attention_weighs_pairs_by_their_kind():
    layer = MixedAttention(2, 1, temperature=1.0).eval()
    with torch.no_grad():
        layer.pair.weight.fill_(0.0)
        layer.pair.bias.fill_(math.atanh(0.5))
        for weight, value in ((layer.weight_time, 2.0), (layer.weight_across, 4.0), (layer.weight_spectrum, 6.0)):
            weight.fill_(value)
        scores = layer._scores(torch.ones(1, 3, 2), 2)[0, :, :, 0]
    assert scores.flatten().tolist() == pytest.approx([1, 1, 2, 1, 1, 2, 2, 2, 3])


def test_aasist_scores_one_by_one_as_in_a_batch():
    network = ARCHITECTURES["aasist"]().eval()
    waveforms = 0.1 * torch.randn(3, 16000, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        alone = torch.cat([network(waveform[None]) for waveform in waveforms])
        torch.testing.assert_close(network(waveforms), alone, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("slope", [0.25, 0.0, -0.3])
def test_pooling_before_the_bend_gives_the_numbers_of_the_other_order(slope):
    torch.manual_seed(1)
    layers = Layers(nn.Conv2d(1, 4, 3), nn.PReLU(init=slope), nn.MaxPool2d(2), nn.Conv2d(4, 2, 1), nn.PReLU(init=slope))
    maps = torch.randn(3, 1, 12, 10)
    found, wanted = layers(maps), nn.Sequential(*layers)(maps)
    assert torch.equal(found, wanted)
    parameters = list(layers.parameters())
    gradients = zip(
        torch.autograd.grad(found.square().sum(), parameters),
        torch.autograd.grad(wanted.square().sum(), parameters),
        strict=True,
    )
    for ours, theirs in gradients:
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-5)
