"""The bounded memory: what it keeps, what it forgets, and that threads may share it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.memo import Memo

CALLS = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=80)


@given(calls=CALLS, limit=st.integers(1, 4))
def test_it_gives_back_what_was_put_last_or_nothing_and_stays_within_twice_its_limit(calls, limit):
    memo, truth = Memo(limit), {}
    for turn, (puts, key) in enumerate(calls):
        if puts:
            truth[key] = turn
            memo.put(key, turn)
        assert memo.get(key) in (truth.get(key), None)
        assert len(memo) <= 2 * limit


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_the_latest_entries_up_to_the_limit_are_still_known(limit):
    memo = Memo(limit)
    for number in range(100):
        memo.put(number, str(number))
    assert [memo.get(number) for number in range(100 - limit, 100)] == [str(n) for n in range(100 - limit, 100)]
    assert memo.get(0) is None


def test_what_is_asked_for_often_outlives_what_is_not():
    memo = Memo(4)
    memo.put("often", 1)
    memo.put("never", 2)
    for number in range(50):
        memo.put(number, number)
        assert memo.get("often") == 1
    assert memo.get("never") is None


def test_a_value_that_is_put_again_replaces_the_older_one_in_both_generations():
    memo = Memo(2)
    memo.put("a", 1)
    memo.put("b", 1)
    memo.put("c", 1)  # "a" is in the old generation now
    memo.put("a", 2)
    assert memo.get("a") == 2


def test_threads_never_get_another_keys_value_and_the_bound_holds():
    memo = Memo(16)

    def work(seed):
        wrong = 0
        for turn in range(5_000):
            key = (turn * 7 + seed * 13) % 64
            found = memo.get(key)
            wrong += found not in (None, key * 2) or len(memo) > 32
            if found is None:
                memo.put(key, key * 2)
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [0] * 8
