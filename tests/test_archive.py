"""Folders of results: complete or absent, never overwritten."""

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.archive import COLUMNS, NotWritableError, Results, RunFolder, named_with, new_folder, write_csv


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("headline", [], "headline"),
        ("chengkou-pilot+late", ["a.opening.date=2027-09-01"], "chengkou-pilot+late_with_date=2027-09-01"),
        ("pilot", ["a.b=1", "c.d= x"], "pilot_with_b=1+d=x"),
    ],
)
def test_a_folder_is_named_by_its_study_and_what_was_changed(
    name: str, settings: list[str], expected: str
) -> None:
    assert named_with(name, settings) == expected


@pytest.mark.parametrize(
    "name", ["_vs_".join(f"chengkou-plan_{n}" for n in range(7)), "试点" * 60, "a/b:c*?"]
)
@pytest.mark.parametrize("settings", [[], [f"collection_point.opening.date={'9' * 99}", "a.b={x: 1, y: 2}"]])
def test_a_folder_has_a_name_for_every_system_and_no_two_have_one(name: str, settings: list[str]) -> None:
    found = named_with(name, settings)
    assert len(found) <= 60
    assert not set(found) & set('<>:"/\\|?*\n\t ')
    assert found.strip(". ") == found
    assert named_with(name + "x", settings) != found
    assert named_with(name, [*settings, "c.d=1"]) != found
    if settings:
        assert "_with_date=99" in found


def test_a_folder_appears_when_its_body_ends(tmp_path: Path) -> None:
    with new_folder(tmp_path, "headline", "0123456789") as folder:
        assert not folder.final.exists()
        (folder.partial / "answer.md").write_text("page")
    assert (folder.final / "answer.md").read_text() == "page"
    assert folder.final.name.endswith("Z-01234567")
    assert (tmp_path / "headline" / "latest").read_text() == folder.final.name + "\n"
    assert not folder.partial.exists()


def break_off(folder: RunFolder, fault: type[BaseException]) -> None:
    (folder.partial / "half.csv").write_text("half")
    raise fault


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
def test_a_fault_leaves_nothing_not_even_an_empty_folder(fault: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(fault), new_folder(tmp_path / "out", "headline", "0" * 8) as folder:
        break_off(folder, fault)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_leaves_earlier_results_alone(tmp_path: Path) -> None:
    with new_folder(tmp_path, "headline", "0" * 8) as first:
        pass
    with pytest.raises(ValueError), new_folder(tmp_path, "headline", "0" * 8):  # noqa: PT011
        raise ValueError
    assert sorted(path.name for path in first.final.parent.iterdir()) == sorted([first.final.name, "latest"])


def test_two_results_of_one_second_have_two_folders(tmp_path: Path) -> None:
    finals = set()
    for _ in range(3):
        with new_folder(tmp_path, "headline", "0" * 8) as folder:
            pass
        finals.add(folder.final)
    assert len(finals) == 3
    assert all(final.is_dir() for final in finals)


def test_two_at_the_same_time_do_not_meet(tmp_path: Path) -> None:
    with new_folder(tmp_path, "a", "0" * 8) as one, new_folder(tmp_path, "a", "0" * 8) as other:
        assert one.partial != other.partial
    assert one.final.is_dir()
    assert other.final.is_dir()


def test_an_unwritable_place_is_found_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(NotWritableError, match="cannot be written"),
        new_folder(tmp_path / "file", "a", "0" * 8),
    ):
        pytest.fail("was entered")


def test_csv_has_ten_digits_empty_gaps_and_quoted_commas(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"place": ["车间, 一", 'a"b', ""], "n": [1, 2, 3], "mean": [1 / 3, float("nan"), 2e-12]}
    )
    write_csv(table, tmp_path / "t.csv")
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == 'place,n,mean\n"车间, 一",1,0.3333333333\n"a""b",2,\n,3,2e-12\n'


def test_csv_writes_every_value_of_long_columns(tmp_path: Path) -> None:
    values = [float(number % 3) for number in range(100)]
    write_csv(pd.DataFrame({"value": values}), tmp_path / "t.csv")
    assert pd.read_csv(tmp_path / "t.csv", encoding="utf-8-sig")["value"].tolist() == values


def test_csv_writes_moments_and_gaps_of_any_kind(tmp_path: Path) -> None:
    moments = pd.to_datetime(["2026-01-01", None, "2026-01-01"])
    table = pd.DataFrame(
        {"when": moments, "what": ["a", None, "a"], "n": [1, 2, 1], "yes": [True, False, True]}
    )
    write_csv(table, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "when,what,n,yes",
        "2026-01-01 00:00:00,a,1,True",
        ",,2,False",
        "2026-01-01 00:00:00,a,1,True",
    ]


def test_results_arrive_in_another_process_as_they_were_with_each_word_once() -> None:
    table = pd.DataFrame({"plan": ["a plan of many words"] * 500, "n": np.arange(500), "mean": np.nan})
    table.loc[3, "plan"] = None
    results = Results(**dict.fromkeys(COLUMNS, table), manifest={"seed": 1})
    sent = pickle.dumps(results)
    assert sent.count(b"a plan of many words") <= len(COLUMNS)
    arrived = pickle.loads(sent)  # noqa: S301 - just written
    assert arrived.manifest == results.manifest
    for name in COLUMNS:
        pd.testing.assert_frame_equal(arrived.tables[name], table)
