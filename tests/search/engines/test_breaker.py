"""The circuit breaker, with a clock of the test's own."""

from __future__ import annotations

import pytest

from search.engines.breaker import Breaker
from tests.elasticsearch.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause=5, clock=clock)


def test_failures_in_a_row_begin_a_pause(breaker: Breaker, clock: Clock) -> None:
    assert [breaker.failed() for _ in range(3)] == [False, False, True]
    assert not breaker.allows()
    clock.now += 4.9
    assert not breaker.allows()


def test_a_success_between_failures_forgets_them(breaker: Breaker) -> None:
    for _ in range(5):
        assert [breaker.failed(), breaker.failed()] == [False, False]
        assert breaker.allows()
        breaker.succeeded()


def test_after_the_pause_one_may_try(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        breaker.failed()
    clock.now += 5
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_a_trial_that_fails_begins_the_pause_anew(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        breaker.failed()
    clock.now += 5
    assert breaker.allows()
    clock.now += 2
    breaker.failed()
    clock.now += 4.9
    assert not breaker.allows()
    clock.now += 0.1
    assert breaker.allows()


def test_a_trial_of_which_nothing_is_heard_does_not_close_for_ever(
    breaker: Breaker, clock: Clock
) -> None:
    for _ in range(3):
        breaker.failed()
    clock.now += 5
    assert breaker.allows()
    clock.now += 5
    assert breaker.allows()
