"""Grams that another process cuts are those that are cut here, whatever becomes of it."""

import os
import signal

import pytest

from boothline.search import beside
from boothline.search.beside import MANY, cut, grams, helped

TEXTS = [("k", f" 天津永利{n}家具\n tianjin yongli{n}\n wx_{n}é😀") for n in range(MANY)] + [("m", " O'Neil & Söhne\n ø"), ("m", "")]
HERE = [grams(*text) for text in TEXTS]


@pytest.fixture
def other():
    with helped():
        yield beside._open.get()


def test_they_are_the_same_and_come_again_and_again(other):
    for texts in (TEXTS, TEXTS[::-1]):
        assert cut(texts)() == [grams(*text) for text in texts]
    assert other._process is not None


def test_few_are_cut_here(other):
    assert cut(TEXTS[:9])() == HERE[:9] and other._process is None


def test_without_another_process_they_are_cut_here():
    assert cut(TEXTS)() == HERE


def test_an_answer_that_nobody_took_is_nobody_elses(other):
    cut(TEXTS)
    assert cut(TEXTS[::-1])() == HERE[::-1]


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_process_that_was_killed_is_not_missed(other, when):
    if when == "before":
        assert cut(TEXTS)() == HERE
    else:
        answer = cut(TEXTS)
    os.kill(other._process.pid, signal.SIGKILL)
    if when == "before":
        other._process.wait()
        answer = cut(TEXTS)
    assert answer() == HERE and cut(TEXTS)() == HERE and other._process is None


def test_where_none_can_be_started_they_are_cut_here(other, monkeypatch):
    monkeypatch.setattr(beside.sys, "executable", "/nowhere/python")
    assert cut(TEXTS)() == HERE


def test_it_ends_with_whoever_opened_it():
    with helped():
        assert cut(TEXTS)() == HERE
        process = beside._open.get()._process
    assert process.poll() is not None and cut(TEXTS)() == HERE
