"""Batches side by side: the same results in the same order, little held, prompt stop."""

from __future__ import annotations

import threading
import time

import pytest
import torch
from helpers.stopping import StopAfter

from core.analysis.device import computing
from core.foundation.progress import SILENT, Cancelled, heed, heeding
from core.foundation.side_by_side import in_order


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(at_once):
    def slow_for_even(n: int) -> int:
        time.sleep(0.01 if n % 2 == 0 else 0.0)
        return n * n

    assert list(in_order(slow_for_even, range(12), at_once, SILENT)) == [(n, n * n) for n in range(12)]


def test_few_items_are_held_however_many_there_are():
    taken, done = [], []

    def items():
        for n in range(50):
            taken.append(n)
            yield n

    for n, _ in in_order(lambda n: n, items(), 2, SILENT):
        done.append(n)
        assert len(taken) - len(done) <= 2


def test_an_error_in_the_work_arrives_and_nothing_runs_on():
    def work(n: int) -> int:
        if n == 3:
            raise KeyError(n)
        return n

    before = set(threading.enumerate())
    with pytest.raises(KeyError):
        list(in_order(work, range(100), 2, SILENT))
    assert set(threading.enumerate()) <= before


def test_a_stop_takes_effect_before_the_next_item():
    begun = []
    with pytest.raises(Cancelled):
        list(in_order(begun.append, range(100), 2, StopAfter(4)))
    assert len(begun) <= 4


def test_settings_of_torch_are_restored():
    threads = torch.get_num_threads()
    with computing("cpu", reference=True) as at_once:
        assert at_once == 1
        assert torch.get_num_threads() == 1
        assert torch.are_deterministic_algorithms_enabled()
    assert torch.get_num_threads() == threads
    assert not torch.are_deterministic_algorithms_enabled()
    with computing("cpu", reference=False) as at_once:
        assert at_once == threads


def test_work_that_has_begun_may_heed_the_stop_itself():
    """What `heeding` names on the thread that asks for the work is asked on the threads that do it."""
    with heeding(StopAfter(3)), pytest.raises(Cancelled):
        list(in_order(lambda _: heed(), range(50), 2, SILENT))
    heed()
    assert len(list(in_order(lambda _: heed(), range(50), 2, SILENT))) == 50
