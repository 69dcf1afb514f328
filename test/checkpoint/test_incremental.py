"""Tensors that did not change are not written again, and nothing is lost by that."""

import threading

import pytest
import torch
from checker import valid_steps

from runtime_kit import CheckpointManager
from runtime_kit.checkpoint import CheckpointError, NoValidCheckpointError
from runtime_kit.checkpoint.read.step_reader import read_step, verify_step
from runtime_kit.checkpoint.run_dir import step_files
from runtime_kit.checkpoint.write import second_set


def frozen_with_adapter(count=200):
    state = {f"backbone.{i}": torch.randn(128, 128) for i in range(count)}
    state.update({f"adapter.{i}": torch.randn(128, 64) for i in range(count // 50)})
    return state


def train_adapter(state):
    for name, tensor in state.items():
        if name.startswith("adapter"):
            torch.nn.init.normal_(tensor)


@pytest.fixture
def manager(runs):
    made = []

    def make(**options):
        made.append(CheckpointManager("r", runs, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def save(manager, step, state):
    manager.save(step, {"model": state}, wait=True)
    return manager.last_write.written


def two_steps(manager):
    """A run whose step 2 needs the files of step 1, and its state."""
    state = frozen_with_adapter()
    one = manager(keep=1)
    save(one, 1, state)
    train_adapter(state)
    save(one, 2, state)
    return one, state


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_a_percent_changed_writes_little(runs, manager, keep):
    state = frozen_with_adapter()
    one = manager(keep=keep)
    whole = save(one, 1, state)
    for step in range(2, 14):
        train_adapter(state)
        written = save(one, step, state)
        assert written <= 0.05 * whole
        loaded = one.restore().state["model"]
        assert all(torch.equal(loaded[name], tensor) for name, tensor in state.items())
        assert valid_steps(runs / "r")[-1] == step
    size = sum(path.stat().st_size for path in (runs / "r").rglob("*"))
    assert size < whole * (1.1 if keep == 1 else 2.2)
    steps = one.checkpoints()
    assert len(steps) <= keep + 2


def test_goes_on_after_a_restart(manager):
    state = frozen_with_adapter()
    one = manager()
    whole = save(one, 1, state)
    for step in (2, 3, 4):
        train_adapter(state)
        save(one, step, state)
    one.close()
    two = manager()
    two.restore()
    train_adapter(state)
    assert save(two, 5, state) <= 0.05 * whole


def test_the_newest_two_share_no_file(runs, manager):
    """A bad sector in a shared file costs one step, never both."""
    state = frozen_with_adapter()
    one = manager()
    for step in range(1, 9):
        train_adapter(state)
        save(one, step, state)
        one.restore()  # waits for the second set of files
    newest = one.store.good[8]
    for name in newest.files:
        path = one.store.path(8) / name
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert one.restore().checkpoint.step == 7, name
        path.write_bytes(data)
        one.store.scan()
    assert one.restore().checkpoint.step == 8


def test_damage_to_a_shared_file_is_found(runs, manager):
    one, _ = two_steps(manager)
    path = runs / "r" / "step-000000000001" / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(NoValidCheckpointError, match="step 2.*step 1"):
        one.restore()


def test_a_damaged_step_stays_while_a_good_one_needs_its_files(runs, manager):
    one, state = two_steps(manager)
    assert one.store.good[2].references() == {1}
    (runs / "r" / "step-000000000001" / "state.json").write_text("{")
    one.close()
    two = manager(keep=2)
    two.restore()
    train_adapter(state)
    save(two, 3, state)
    assert valid_steps(runs / "r") == [2, 3]


def test_a_step_whose_files_another_one_needs_is_not_saved_over(runs, manager):
    one, state = two_steps(manager)
    one.restore(1)
    torch.nn.init.normal_(state["backbone.0"])
    with pytest.raises(CheckpointError, match="step 2 needs its files"):
        save(one, 1, state)
    assert valid_steps(runs / "r") == [1, 2]


def test_what_a_damaged_step_keeps_from_the_mirror(runs, tmp_path, manager):
    """The step that needs it is not mirrored, and the next one is; nothing waits for ever."""
    one, state = two_steps(manager)
    (runs / "r" / "step-000000000001" / "state.json").write_text("{")
    one.close()
    two = manager(mirror=tmp_path / "mirror")
    two.restore()
    with pytest.raises(CheckpointError, match="step 1, which step 2 needs, is damaged"):
        two.finish(timeout=0)
    train_adapter(state)
    save(two, 3, state)
    two.finish(timeout=60)
    assert valid_steps(tmp_path / "mirror" / "r") == [3]


def test_a_change_of_one_bit_is_written(manager):
    state = frozen_with_adapter()
    one = manager()
    save(one, 1, state)
    for step in range(2, 8):
        words = state["backbone.7"].view(torch.int32)
        words[3, step] ^= 1
        save(one, step, state)
        assert torch.equal(one.restore().state["model"]["backbone.7"], state["backbone.7"])


def test_swapped_words_are_written(manager):
    """The sum of the words stays the same, so the CRC has to tell."""
    state = frozen_with_adapter()
    one = manager()
    save(one, 1, state)
    words = state["backbone.3"].view(-1).view(torch.int64)
    words[[0, 5]] = words[[5, 0]]
    save(one, 2, state)
    assert torch.equal(one.restore().state["model"]["backbone.3"], state["backbone.3"])


def test_files_that_are_mostly_stale_are_given_up(runs, manager):
    """Another tensor freezes or thaws at each step; the disk does not fill up."""
    state = frozen_with_adapter(100)
    one = manager()
    whole = save(one, 1, state)
    for step in range(2, 40):
        for index in range(step % 25, 100, 25):
            torch.nn.init.normal_(state[f"backbone.{index}"])
        save(one, step, state)
        assert valid_steps(runs / "r")[-1] == step
    size = sum(path.stat().st_size for path in (runs / "r").rglob("*"))
    assert size < 4 * whole
    assert len(one.checkpoints()) <= 12


def test_mirrored_bytes(runs, tmp_path, manager):
    state = frozen_with_adapter()
    one = manager(mirror=tmp_path / "mirror")
    sizes = []
    for step in range(1, 6):
        train_adapter(state)
        save(one, step, state)
        assert one.mirror.settle(60)
        sizes.append(one.mirror.written)
    growth = [b - a for a, b in zip([0, *sizes], sizes, strict=False)]
    # One of the others is whole: the mirror gets a second set of files too.
    assert growth[1] <= 0.05 * growth[0] and sorted(growth)[2] <= 0.05 * growth[0]
    assert valid_steps(tmp_path / "mirror" / "r")[-1] == 5


def independent(one):
    """The newest step, and whether an older one has no file in common with it."""
    good = one.store.good
    newest = max(good)
    used = good[newest].references() | {newest}
    return any(not (good[step].references() | {step}) & used for step in good if step != newest)


def test_a_second_set_of_files_is_made_in_the_background(runs, manager):
    state = frozen_with_adapter()
    one = manager()
    whole = save(one, 1, state)
    saved = {}
    for step in range(2, 12):
        train_adapter(state)
        assert save(one, step, state) <= 0.05 * whole
        saved[step] = {name: tensor.clone() for name, tensor in state.items()}
        one.restore()  # waits for it
        assert independent(one) == (step > 2)
        for older in set(valid_steps(runs / "r")) & set(saved):
            loaded = one.restore(older).state["model"]
            assert all(torch.equal(loaded[n], t) for n, t in saved[older].items()), older
    assert one.store.good[2].references() == set()
    assert not [path for path in (runs / "r").iterdir() if ".tmp-" in path.name]


def test_other_tensors_change_at_each_step(manager):
    """The second set is made once, not at each step."""
    state = frozen_with_adapter()
    one = manager()
    whole = save(one, 1, state)
    for step in range(2, 8):
        torch.nn.init.normal_(state[f"backbone.{step}"])
        assert save(one, step, state) <= 0.1 * whole
        one.restore()
    assert independent(one)
    assert list(one.store.before) in ([2], [])


def test_damage_is_found_while_the_second_set_is_made(runs, manager):
    """It is not carried over: the next save is whole, so the run has a good step again."""
    state = frozen_with_adapter()
    one = manager()
    whole = save(one, 1, state)
    train_adapter(state)
    save(one, 2, state)
    path = runs / "r" / "step-000000000001" / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    train_adapter(state)
    save(one, 3, state)
    one._committer.settle()
    assert one.store.good[2].references() == {1}
    train_adapter(state)
    assert save(one, 4, state) >= 0.9 * whole
    loaded = one.restore()
    assert loaded.checkpoint.step == 4
    assert all(torch.equal(loaded.state["model"][n], t) for n, t in state.items())


def test_no_room_for_a_second_set(runs, manager, monkeypatch):
    """The third save is whole then, and makes room as any other does."""
    state = frozen_with_adapter()
    one = manager()
    whole = save(one, 1, state)
    monkeypatch.setattr(
        "runtime_kit.checkpoint.write.second_set.shutil.disk_usage",
        lambda folder: type("Usage", (), {"free": 1000})(),
    )
    sizes = []
    for step in range(2, 6):
        train_adapter(state)
        sizes.append(save(one, step, state))
        one.restore()
    assert sizes[0] <= 0.05 * whole and max(sizes) >= 0.9 * whole
    assert independent(one)


@pytest.fixture
def held(monkeypatch):
    """Events: a second set of files is begun, and may go on."""
    begun, go_on = threading.Event(), threading.Event()
    real = second_set.read_at

    def slow(*where):
        begun.set()
        go_on.wait(30)
        return real(*where)

    monkeypatch.setattr(second_set, "read_at", slow)
    yield begun, go_on
    go_on.set()


def test_closed_while_the_second_set_is_made(runs, manager, held):
    """Nothing of it is left, and the next process goes on."""
    state = frozen_with_adapter()
    one = manager()
    for step in (1, 2):
        train_adapter(state)
        save(one, step, state)
    begun, go_on = held
    save(one, 3, state)
    assert begun.wait(30)
    one._committer._second_set._stopping = True
    go_on.set()
    one.close()
    assert not [path for path in (runs / "r").iterdir() if ".tmp-" in path.name]
    two = manager()
    assert two.restore().checkpoint.step == 3
    save(two, 4, state)
    two.restore()
    assert independent(two)


def test_a_step_saved_again_while_its_second_set_is_made(runs, manager, held):
    """What is newer stays."""
    state = frozen_with_adapter()
    one = manager(keep=3)
    for step in (1, 2):
        train_adapter(state)
        save(one, step, state)
    begun, go_on = held
    save(one, 3, state)
    assert begun.wait(30)
    train_adapter(state)
    save(one, 2, state)
    go_on.set()
    loaded = one.restore(2).state["model"]
    assert all(torch.equal(loaded[name], tensor) for name, tensor in state.items())


@pytest.mark.parametrize("read", [read_step, verify_step])
def test_another_process_reads_while_the_second_set_gets_its_name(
    runs, manager, held, monkeypatch, read
):
    """What it reads of both is no damage."""
    state = frozen_with_adapter()
    one = manager(keep=3)
    for step in (1, 2, 3):
        train_adapter(state)
        save(one, step, state)
    begun, go_on = held
    assert begun.wait(30)
    real, calls = step_files.check_sizes, []

    def in_between(path, commit):
        calls.append(commit)
        go_on.set()
        one._committer.settle()
        real(path, commit)

    monkeypatch.setattr(step_files, "check_sizes", in_between)
    read(one.store.path(2), 2)
    assert [commit.references() for commit in calls] == [{1}, set()]
