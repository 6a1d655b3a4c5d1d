"""What hub.log promises, kept in memory and on Kafka alike."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.log import AUDIT, STATE, WITHDRAWALS, At, Batch, Log, Record
from hub.model.errors import CommitFailedError, FencedError, StateMissingError
from hub.model.key_check import ForeignKeysError, check_value
from tests.contract.stages import LONGEST, OUT, PARTITIONS, Stage
from tests.world import KEYS


def sheet(stage: Stage, value: bytes) -> Record:
    return Record(AUDIT, value, value, (), stage.partition)


def copy(stage: Stage, value: bytes) -> Record:
    return Record(OUT, b"ref", value, (("ce_type", b"arrest"),), stage.partition)


def state(stage: Stage, key: bytes, value: bytes | None) -> Record:
    return Record(STATE, key, value, (), stage.partition)


OTHER = check_value(replace(KEYS, audit=b"A" * 32))
"""Of keys of which one is another."""


async def taken(log: Log) -> Batch:
    """The next batch that holds something."""
    while not (batch := await log.take()).arrivals:
        pass
    return batch


def after(batch: Batch) -> At:
    return At(batch.arrivals[-1].offset + 1, max(arrival.timestamp for arrival in batch.arrivals))


async def decide(stage: Stage, log: Log) -> Batch:
    """Copy and sheet for all that is next."""
    batch = await taken(log)
    records = [make(stage, entry.value) for entry in batch.arrivals for make in (sheet, copy)]
    await log.commit(records, after(batch))
    return batch


class TestOpening:
    async def test_a_new_partition_begins_at_its_first_entry(self, stage: Stage) -> None:
        log = stage.log()
        restored = await log.open()
        assert (restored.at, list(restored.state)) == (At(0, 0), [])
        await log.close()

    async def test_whoever_comes_next_goes_on_where_the_last_commit_said(self, stage: Stage) -> None:
        for value in (b"1", b"2"):
            await stage.say(value, 1000)
        first = stage.log()
        await first.open()
        await decide(stage, first)
        await first.close()
        await stage.say(b"3", 2000)
        second = stage.log()
        assert (await second.open()).at == At(2, 1000)
        assert [entry.value for entry in (await decide(stage, second)).arrivals] == [b"3"]
        assert await stage.settled(AUDIT) == [b"1", b"2", b"3"]
        await second.close()

    async def test_the_state_comes_back_newest_per_key_and_without_what_was_deleted(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        for number in (b"1", b"2"):
            await stage.say(number)
            await taken(log)
            gone = state(stage, b"gone", number if number == b"1" else None)
            await log.commit([state(stage, b"kept", number), gone], At(int(number), 0))
        await log.close()
        again = stage.log()
        assert dict((await again.open()).state) == {b"kept": b"2"}
        await again.close()

    async def test_a_partition_with_sheets_and_no_place_to_go_on_refuses_to_start(self, stage: Stage) -> None:
        await stage.plant(AUDIT, b"sheet")
        log = stage.log()
        with pytest.raises(StateMissingError):
            await log.open()
        await log.close()

    async def test_aborted_sheets_do_not_stop_a_new_partition(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        await taken(log)
        with pytest.raises(CommitFailedError):
            await log.commit([sheet(stage, b"1"), copy(stage, b"x" * 2 * LONGEST)], At(1, 0))
        await log.close()
        again = stage.log()
        assert (await again.open()).at == At(0, 0)
        await again.close()


class TestKeys:
    async def test_whoever_has_other_keys_is_refused_before_anybody_is_fenced(self, stage: Stage) -> None:
        owner, stranger = stage.log(), stage.log(keys_check=OTHER)
        await owner.open()
        await stage.say(b"1")
        batch = await taken(owner)
        with pytest.raises(ForeignKeysError, match=r"hub\.keys .*\(audit\): set HUB_KEY_FILE"):
            await stranger.open()
        await stranger.close()
        await owner.commit([sheet(stage, b"1")], after(batch))
        assert await stage.settled(AUDIT) == [b"1"]
        await owner.close()

    async def test_to_be_refused_writes_nothing(self, stage: Stage) -> None:
        before = await stage.read(STATE, committed=False)
        stranger = stage.log(keys_check=OTHER)
        with pytest.raises(ForeignKeysError):
            await stranger.open()
        await stranger.close()
        assert await stage.read(STATE, committed=False) == before


class TestFencing:
    async def test_a_second_owner_fences_the_first(self, stage: Stage) -> None:
        first, second = stage.log(), stage.log()
        await first.open()
        await stage.say(b"1")
        await taken(first)
        await second.open()
        with pytest.raises(FencedError):
            await first.commit([sheet(stage, b"first")], At(1, 0))
        await first.close()
        assert [entry.value for entry in (await decide(stage, second)).arrivals] == [b"1"]
        assert await stage.settled(AUDIT) == [b"1"]
        await second.close()

    async def test_a_fenced_owner_cannot_even_begin(self, stage: Stage) -> None:
        first, second = stage.log(), stage.log()
        await first.open()
        await second.open()
        await stage.say(b"1")
        with pytest.raises(FencedError):
            await taken(first)
        await first.close()
        await second.close()

    async def test_what_a_predecessor_left_open_is_settled_before_anything_is_restored(self, stage: Stage) -> None:
        first, second = stage.log(), stage.log()
        await first.open()
        await stage.say(b"1")
        await decide(stage, first)
        await stage.say(b"2")
        await taken(first)
        assert (await second.open()).at.next_offset == 1
        await first.close()
        assert [entry.value for entry in (await taken(second)).arrivals] == [b"2"]
        await second.close()


class TestTaking:
    async def test_nothing_to_take_opens_no_transaction(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        before = await stage.read(WITHDRAWALS, committed=False)
        batch = await log.take()
        assert (batch.arrivals, batch.withdrawals) == ((), ())
        assert await stage.read(WITHDRAWALS, committed=False) == before
        await log.close()

    async def test_the_first_record_of_a_transaction_is_a_barrier_that_stands_before_it_is_committed(
        self, stage: Stage
    ) -> None:
        log = stage.log()
        await log.open()
        before = len(await stage.read(WITHDRAWALS, committed=False))
        await stage.say(b"1")
        batch = await taken(log)
        assert batch.barrier.offset >= before
        assert len(await stage.read(WITHDRAWALS, committed=False)) == before + 1
        await log.close()

    async def test_entries_come_in_order_no_more_than_asked_for_and_say_how_many_wait(self, stage: Stage) -> None:
        for number in range(3):
            await stage.say(b"%d" % number, 1000 + number)
        log = stage.log(most=2)
        await log.open()
        batch = await taken(log)
        await log.commit([], after(batch))
        assert [(entry.offset, entry.timestamp, entry.value) for entry in batch.arrivals] == [
            (0, 1000, b"0"),
            (1, 1001, b"1"),
        ]
        assert batch.behind == 1
        assert [entry.value for entry in (await taken(log)).arrivals] == [b"2"]
        await log.close()

    async def test_a_withdrawal_acknowledged_before_is_in_the_batch_once(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        offset = await stage.withdraw(b"no more", 7)
        batch = await taken(log)
        assert [(w.offset, w.timestamp, w.value) for w in batch.withdrawals] == [(offset, 7, b"no more")]
        assert batch.barrier.offset > offset
        await log.commit([], after(batch))
        await stage.say(b"2")
        assert (await taken(log)).withdrawals == []
        await log.close()

    async def test_withdrawals_of_other_partitions_and_barriers_are_left_out(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.withdraw(b"elsewhere", of=b"%d" % ((stage.partition + 1) % PARTITIONS))
        await stage.say(b"1")
        assert (await taken(log)).withdrawals == []
        await log.close()

    @pytest.mark.parametrize("unclear", [b"", b"-1", "²".encode(), b"%d" % PARTITIONS, b"00", b"9" * 5_000])
    async def test_a_withdrawal_that_does_not_say_whose_it_is_is_given_to_all(
        self, stage: Stage, unclear: bytes
    ) -> None:
        log = stage.log()
        await log.open()
        await stage.withdraw(b"whose?" + unclear, of=unclear)
        await stage.say(b"1")
        assert b"whose?" + unclear in [w.value for w in (await taken(log)).withdrawals]
        await log.close()

    async def test_a_new_owner_is_given_every_withdrawal_again(self, stage: Stage) -> None:
        first, second = stage.log(), stage.log()
        await first.open()
        await stage.withdraw(b"no more")
        await stage.say(b"1")
        await decide(stage, first)
        await first.close()
        await second.open()
        await stage.say(b"2")
        assert b"no more" in [w.value for w in (await taken(second)).withdrawals]
        await second.close()

    async def test_the_barrier_is_never_older_than_what_it_follows(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1", 5000)
        await stage.withdraw(b"no more", 9000)
        batch = await taken(log)
        assert batch.barrier.timestamp == 9000
        await log.commit([], At(1, 20_000))
        await stage.say(b"2", 6000)
        assert (await taken(log)).barrier.timestamp == 20_000
        await log.close()

    async def test_a_batch_says_how_often_it_was_begun_before_and_never_committed(self, stage: Stage) -> None:
        for value in (b"1", b"2", b"3"):
            await stage.say(value)
        counts = []
        for _ in range(3):
            log = stage.log(most=2)
            await log.open()
            counts.append((await taken(log)).failed)
            await log.close()
        log = stage.log(most=2)
        await log.open()
        counts += [(await decide(stage, log)).failed, (await decide(stage, log)).failed]
        await log.close()
        assert counts == [0, 1, 2, 3, 0]

    async def test_what_was_begun_and_committed_says_nothing_of_the_next(self, stage: Stage) -> None:
        for value in (b"1", b"2"):
            await stage.say(value)
            log = stage.log(most=1)
            await log.open()
            assert (await decide(stage, log)).failed == 0
            await log.close()


class TestEarlier:
    async def test_what_was_taken_is_given_again_as_it_was(self, stage: Stage) -> None:
        for number in range(3):
            await stage.say(b"%d" % number, 1000 + number)
        log = stage.log()
        await log.open()
        await decide(stage, log)
        earlier = await log.earlier(1)
        assert earlier is not None
        assert (earlier.offset, earlier.timestamp, earlier.value) == (1, 1001, b"1")
        await log.close()

    async def test_what_is_not_there_is_nothing(self, stage: Stage) -> None:
        await stage.say(b"0")
        log = stage.log()
        await log.open()
        await decide(stage, log)
        assert await log.earlier(7) is None
        await log.close()

    async def test_asking_moves_nothing(self, stage: Stage) -> None:
        for value in (b"0", b"1"):
            await stage.say(value)
        log = stage.log(most=1)
        await log.open()
        await decide(stage, log)
        await log.earlier(0)
        assert [entry.value for entry in (await taken(log)).arrivals] == [b"1"]
        await log.close()


class TestCommitting:
    async def test_nothing_is_visible_before_the_commit_and_everything_after(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        batch = await taken(log)
        assert await stage.read(AUDIT) == []
        await log.commit([sheet(stage, b"s"), copy(stage, b"c")], after(batch))
        assert (await stage.settled(AUDIT), await stage.settled(OUT)) == ([b"s"], [b"c"])
        await log.close()

    async def test_records_of_one_partition_keep_their_order_over_many_batches(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        batch = await taken(log)
        written = [b"%03d" % number + b"." * 100_000 for number in range(12)]
        await log.commit([Record(AUDIT, b"k", value, (), stage.partition) for value in written], after(batch))
        assert await stage.settled(AUDIT) == written
        await log.close()

    async def test_a_sheet_that_is_too_large_commits_nothing(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        batch = await taken(log)
        with pytest.raises(CommitFailedError):
            await log.commit([copy(stage, b"c"), sheet(stage, b"." * 2 * LONGEST)], after(batch))
        await log.close()
        again = stage.log()
        assert (await again.open()).at == At(0, 0)
        assert (await stage.read(AUDIT), await stage.read(OUT)) == ([], [])
        await again.close()

    @pytest.mark.parametrize("raised", [AssertionError, TimeoutError, KeyError])
    async def test_what_making_the_records_raises_is_raised_and_commits_nothing(
        self, stage: Stage, raised: type[Exception]
    ) -> None:
        def made() -> Iterator[Record]:
            yield copy(stage, b"c")
            raise raised

        log = stage.log()
        await log.open()
        await stage.say(b"1")
        batch = await taken(log)
        with pytest.raises(raised):
            await log.commit(made(), after(batch))
        await log.close()
        assert await stage.read(OUT) == []

    async def test_after_a_failed_commit_the_log_is_of_no_more_use(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        batch = await taken(log)
        with pytest.raises(CommitFailedError):
            await log.commit([sheet(stage, b"." * 2 * LONGEST)], after(batch))
        with pytest.raises(CommitFailedError):
            await log.commit([sheet(stage, b"s")], after(batch))
        await stage.say(b"2")
        with pytest.raises(CommitFailedError):
            await taken(log)
        await log.close()
        assert await stage.read(AUDIT) == []

    async def test_closing_aborts_what_is_open(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        await taken(log)
        await log.close()
        again = stage.log()
        assert (await again.open()).at == At(0, 0)
        assert await stage.read(AUDIT) == []
        await again.close()

    async def test_a_closed_log_takes_nothing(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"1")
        await log.close()
        with pytest.raises(CommitFailedError):
            await taken(log)

    async def test_the_texts_of_errors_hold_no_value(self, stage: Stage) -> None:
        log = stage.log()
        await log.open()
        await stage.say(b"canary-in")
        batch = await taken(log)
        with pytest.raises(CommitFailedError) as failed:
            await log.commit([sheet(stage, b"canary-out" * LONGEST)], after(batch))
        await log.close()
        assert "canary" not in repr(failed.value) + repr(batch)
