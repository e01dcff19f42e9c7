"""`usersync match`: files in, one file out."""

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from usersync.matching.cli import match_command

USERS = "id,name,username,extension\n7,Олександр Ковальчук,ok,0101\n8,robot,,\n9,Зеленко Інна,,0101\n"
CONTACTS = "Id,Name,Email\nc1,Ковальчук Олександр Іванович,a@b.ua\nc2,Бондар Тарас,\n"


@pytest.fixture
def run(tmp_path: Path):
    app = typer.Typer()
    app.command()(match_command)

    def start(users: str | bytes = USERS, contacts: str | bytes = CONTACTS, *options: str):
        for name, content in (("users.csv", users), ("contacts.csv", contacts)):
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        output = tmp_path / "decisions.csv"
        result = CliRunner().invoke(
            app,
            [
                "--users",
                str(tmp_path / "users.csv"),
                "--contacts",
                str(tmp_path / "contacts.csv"),
                "--output",
                str(output),
                *options,
            ],
        )
        rows = list(csv.DictReader(output.open(encoding="utf-8", newline=""))) if output.exists() else []
        return result, rows

    return start


def test_every_user_gets_one_row_in_the_order_of_the_file(run) -> None:
    result, rows = run()
    assert result.exit_code == 0
    assert list(rows[0]) == ["user_id", "band", "contact_id", "grade", "score", "reason", "candidates"]
    assert [(row["user_id"], row["band"], row["contact_id"]) for row in rows] == [
        ("7", "auto", "c1"), ("8", "skip", ""), ("9", "create", ""),
    ]  # fmt: skip
    (candidate,) = json.loads(rows[0]["candidates"])
    assert candidate["contact_id"] == "c1"
    assert set(candidate) == {"contact_id", "grade", "score", "reason"}
    assert "3 users: 1 linked" in result.output


def test_only_automatic_links_name_a_contact(run) -> None:
    _, rows = run("id,name\n1,Ковальчук О.\n")
    assert (rows[0]["band"], rows[0]["contact_id"]) == ("review", "")
    assert json.loads(rows[0]["candidates"])[0]["contact_id"] == "c1"


def test_the_same_input_gives_the_same_bytes_whatever_the_order_of_the_contacts(run, tmp_path: Path) -> None:
    head, *lines = (CONTACTS + "c3,Ковальчук Олександра,\nc4,Ковальчук О. І.,\n").splitlines()
    run(USERS, "\n".join([head, *lines]))
    first = (tmp_path / "decisions.csv").read_bytes()
    run(USERS, "\n".join([head, *reversed(lines)]))
    assert (tmp_path / "decisions.csv").read_bytes() == first


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_recognised(run, encoding: str, separator: str) -> None:
    _, rows = run(USERS.replace(",", separator).encode(encoding), CONTACTS.replace(",", separator).encode(encoding))
    assert [row["band"] for row in rows] == ["auto", "skip", "create"]


def test_text_stays_text(run) -> None:
    _, rows = run("id,name\n007,Зеленко Інна\n1e3,Тарас Бондар\n", "Id,Name\n0101,Бондар Тарас\n")
    assert [(row["user_id"], row["contact_id"]) for row in rows] == [("007", ""), ("1e3", "0101")]


def test_a_missing_key_column_is_named_and_nothing_is_written(run) -> None:
    result, rows = run("name\nОлександр\n")
    assert result.exit_code == 2
    assert "id" in result.output
    assert rows == []
    result, _ = run(USERS, "Id,Surname\n1,Бондар\n")
    assert result.exit_code == 2
    assert "Name" in result.output


def test_bad_rows_are_reported_by_line_and_skipped(run) -> None:
    users = "id,name\n1,Олександр Ковальчук\n2,Зайве,поле\n,Без Коду\n1,Ще Раз\n\n3,Тарас Бондар\n"
    result, rows = run(users)
    assert [row["user_id"] for row in rows] == ["1", "3"]
    assert [line for line in (3, 4, 5) if f"Line {line} " not in result.output] == []


def test_a_quotation_mark_that_nobody_closes_costs_its_own_row_only(run) -> None:
    result, rows = run('id,name\n1,Олександр Ковальчук\n2,"Ой\n3,Тарас Бондар\n4,"Зеленко, Інна"\n')
    assert [row["user_id"] for row in rows] == ["1", "3", "4"]
    assert "Line 3 " in result.output


def test_a_hint_that_excel_writes_is_no_header(run) -> None:
    _, rows = run("sep=;\nid;name\n1;Олександр Ковальчук\n")
    assert [row["contact_id"] for row in rows] == ["c1"]


def test_the_header_may_be_written_in_capitals(run) -> None:
    _, rows = run(" ID ,NAME,Colour\n1,Олександр Ковальчук,red\n")
    assert [row["contact_id"] for row in rows] == ["c1"]


def test_bytes_that_are_no_text_spoil_one_row_and_not_the_file(run) -> None:
    good = "\n".join(f"{number},Тарас Бондаренко" for number in range(10, 60))
    users = f"id,name\n1,Олександр Ковальчук\n{good}\n".encode() + b"2,\xd0\xff\xfe\n"
    result, rows = run(users)
    assert len(rows) == 51
    assert rows[0]["band"] == "auto"
    assert "Line 53 " in result.output


def test_an_empty_file_is_an_error_that_says_what_to_do(run) -> None:
    result, _ = run("")
    assert result.exit_code == 2
    assert "Export it again" in result.output


def test_the_pool_is_the_employees_where_the_table_can_tell(run) -> None:
    typed = "Id,Name,TypeId\nc1,Ковальчук Олександр,\n"
    assert run(USERS, typed)[1][0]["band"] == "review"
    assert run(USERS, typed, "--pool", "all")[1][0]["band"] == "auto"
    employee = "Id,Name,TypeId\nc1,Ковальчук Олександр,60733EFC-F36B-1410-A883-16D83CAB0980\n"
    assert run(USERS, employee)[1][0]["band"] == "auto"
    by_login = "Id,Name,Login\nc1,Ковальчук Олександр,someone\n"
    assert run(USERS, by_login)[1][0]["band"] == "auto"
    result, _ = run(USERS, CONTACTS, "--pool", "employees")
    assert result.exit_code == 2


def test_quoted_fields_may_hold_separators_and_line_breaks(run) -> None:
    _, rows = run('id,name\n1,"Ковальчук, Олександр"\n2,"Тарас\nБондар"\n')
    assert [row["contact_id"] for row in rows] == ["c1", "c2"]


def test_a_formula_in_a_name_reaches_no_cell_of_the_output(run, tmp_path: Path) -> None:
    run('id,name\n1,"=HYPERLINK(""x"") Олександр"\n')
    assert "HYPERLINK" not in (tmp_path / "decisions.csv").read_text(encoding="utf-8")
