"""The registers as they stand on the as-of day."""

from __future__ import annotations

from pathlib import Path

from bulletin.mines.register import county_of, take_register
from tests.builders import JIA, SMALL, YI, checked_of, params_of


def test_counties_go_by_their_code_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    register = take_register(checked_of(tmp_path, counties=["100003,丙县", *reversed(SMALL["counties"])]))
    assert register.codes == [JIA, YI, "100003"]
    assert list(register.counties["county"]) == ["甲县", "乙区", "丙县"]


def test_only_active_mines_and_assignments_in_force_at_them_are_registered(tmp_path: Path) -> None:
    register = take_register(
        checked_of(
            tmp_path,
            params_of(as_of="2023-06-30"),
            mine_status=[
                "M2,停产停建,2023-06-30,2023-06-30",
                "M3,停产停建,2023-07-01,",
                "M1,停产停建,2023-01-01,2023-06-29",
            ],
            assignments=[
                "S1,M1,2022-01-01,2023-06-30",
                "S2,M1,2022-01-01,2023-06-29",
                "S2,M2,2022-01-01,",
                "S2,M3,2023-07-01,",
                "S3,M3,2023-06-30,",
            ],
        )
    )
    assert list(register.mines["mine_id"]) == ["M1", "M3"]
    pairs = register.in_force[["supervisor_id", "mine_id"]].itertuples(index=False, name=None)
    assert list(pairs) == [("S1", "M1"), ("S3", "M3")]


def test_an_assignment_knows_the_county_of_both_its_sides(tmp_path: Path) -> None:
    register = take_register(checked_of(tmp_path, assignments=["S3,M1,2022-01-01,", "S1,M1,2022-01-01,"]))
    sides = register.in_force[["supervisor_county", "mine_county"]].itertuples(index=False, name=None)
    assert list(sides) == [(YI, JIA), (JIA, JIA)]


def test_a_county_is_looked_up_for_each_identifier(tmp_path: Path) -> None:
    checked = checked_of(tmp_path, remote_inspections=["S3,M3,2023-06-01", "S1,M1,2023-06-01", "S3,M3,2023-06-02"])
    events = checked["remote_inspections"]
    assert list(county_of(checked["mines"], events["mine_id"])) == [YI, JIA, YI]
    assert list(county_of(checked["supervisors"], events["supervisor_id"])) == [YI, JIA, YI]
