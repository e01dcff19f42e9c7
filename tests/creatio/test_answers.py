"""Every shape in which Creatio says that something went wrong, and what it is taken for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.creatio.fake_creatio import LOGIN_PAGE
from usersync.creatio.answers import Question, SessionOver, judge, moment_of, read_json, retry_after, useful_text
from usersync.creatio.errors import (
    ColumnMissing,
    CreatioError,
    CsrfRejected,
    DuplicateKey,
    EntityMissing,
    InvalidRequest,
    NotAuthorized,
    RecordMissing,
    RecordRefused,
    RightsMissing,
    ServerFailed,
    TooManyRequests,
    Unavailable,
    UrlWrong,
)

READ = Question("GET", "Contact", url="https://crm.example.com/0/odata/Contact")
ROW = Question("GET", "Contact", keyed=True)
CREATE = Question("POST", "WSysAccount", writes=True)
CHANGE = Question("PATCH", "WSysAccount", keyed=True, writes=True)
JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}


def nested(text: str) -> dict[str, Any]:
    inner = {"message": text, "type": "Npgsql.PostgresException", "stacktrace": "   at Terrasoft.Core.Db()"}
    wrapping = {"message": "Exception of type", "type": "T", "stacktrace": "at X()", "internalexception": inner}
    return {"error": {"code": "", "message": "An error has occurred.", "innererror": wrapping}}


def error_for(question: Question, status: int, body: Any, headers: dict[str, str] = JSON) -> CreatioError:
    verdict = judge(question, status, headers, body)
    assert isinstance(verdict, CreatioError), verdict
    return verdict


def end_of_session(question: Question, status: int, body: Any, headers: dict[str, str] = JSON) -> CreatioError:
    verdict = judge(question, status, headers, body)
    assert isinstance(verdict, SessionOver), verdict
    return verdict.error


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"@odata.context": "x", "value": []}),
        (201, {"Id": "1", "Message": "a column may be called so", "ExceptionMessage": ""}),
        (204, None),
        (202, None),
        (206, {"Id": "1"}),
        (200, {"responses": []}),
        (200, "42"),
        (200, {"value": [], "Message": "x", "StackTrace": ""}),
    ],
)
def test_data_is_data(status: int, body: Any) -> None:
    assert judge(CHANGE, status, JSON, body) is None


def test_an_empty_success_labelled_html_is_a_success() -> None:
    assert judge(CHANGE, 204, HTML, None) is None


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (401, None, {}),
        (401, LOGIN_PAGE, HTML),
        (200, {"Message": "Authentication failed.", "StackTrace": None, "ExceptionType": "x"}, JSON),
        (401, {"Message": "Authentication failed."}, JSON),
        (500, {"Message": "Authentication failed."}, JSON),
        (302, None, {"location": "/Login/NuiLogin.aspx?ReturnUrl=x"}),
        (302, None, {"location": "https://crm.example.com/Login/Login.html"}),
    ],
)
def test_the_end_of_a_session_has_many_shapes(status: int, body: Any, headers: dict[str, str]) -> None:
    assert isinstance(end_of_session(READ, status, body, headers), NotAuthorized)


@pytest.mark.parametrize("headers", [HTML, {}])
def test_a_page_with_http_200_is_first_taken_for_the_login_page(headers: dict[str, str]) -> None:
    error = end_of_session(READ, 200, LOGIN_PAGE, headers)
    assert isinstance(error, UrlWrong)
    assert "Login" in str(error)


def test_a_redirect_elsewhere_is_a_wrong_address() -> None:
    error = error_for(READ, 301, None, {"location": "https://other.example.com/x?token=abc"})
    assert isinstance(error, UrlWrong)
    assert "https://other.example.com/x." in str(error)
    assert "abc" not in str(error)


def test_403_is_a_missing_right() -> None:
    error = error_for(CHANGE, 403, {"Message": "Current user does not have permission"})
    assert isinstance(error, RightsMissing)
    assert "WSysAccount" in str(error)
    assert "does not have permission" in str(error)


def test_403_that_speaks_of_the_cross_site_token_is_tried_with_a_fresh_login() -> None:
    assert isinstance(end_of_session(CHANGE, 403, "CSRF token is invalid", HTML), CsrfRejected)


@pytest.mark.parametrize("status", [404, 200, 500])
def test_a_routing_miss_names_the_entity_whatever_its_status(status: int) -> None:
    body = {
        "Message": "No HTTP resource was found that matches the request URI 'https://x/0/odata/WSysAccountLicense'.",
        "MessageDetail": "No type was found that matches the controller named 'WSysAccountLicense'.",
    }
    question = Question("GET", "WSysAccountLicense", settings={"": "creatio.mapping.license_row.entity"})
    error = error_for(question, status, body)
    assert isinstance(error, EntityMissing)
    assert "WSysAccountLicense" in str(error)
    assert "creatio.mapping.license_row.entity" in (error.next_step or "")


def test_404_for_a_list_is_a_missing_entity() -> None:
    assert isinstance(error_for(READ, 404, None), EntityMissing)


def test_404_for_a_row_is_a_missing_row() -> None:
    assert isinstance(error_for(ROW, 404, None), RecordMissing)
    assert isinstance(error_for(ROW, 404, "<html><title>404</title></html>", HTML), RecordMissing)


def test_404_for_a_row_of_an_unknown_entity_is_a_missing_entity() -> None:
    body = {"error": {"code": "", "message": "Resource not found for the segment 'Contact'."}}
    assert isinstance(error_for(ROW, 404, body), EntityMissing)


@pytest.mark.parametrize(
    ("question", "body"), [(Question("GET", url="https://x/odata/"), None), (READ, "<html></html>")]
)
def test_404_for_the_root_or_as_a_page_is_a_wrong_address(question: Question, body: Any) -> None:
    assert isinstance(error_for(question, 404, body), UrlWrong)


@pytest.mark.parametrize(
    "text",
    [
        "Column by path Extension not found in schema WSysAccount",
        "Колонка по пути Extension не найдена в схеме WSysAccount",
        "Колонку за шляхом Extension не знайдено у схемі WSysAccount",
        "Could not find a property named 'Extension' on type 'Terrasoft.Configuration.WSysAccount'.",
    ],
)
@pytest.mark.parametrize("status", [500, 400, 200])
def test_a_missing_column_is_named_with_the_setting_that_maps_it(text: str, status: int) -> None:
    question = Question("GET", "WSysAccount", settings={"Extension": "creatio.mapping.record.columns.extension"})
    error = error_for(question, status, nested(text))
    assert isinstance(error, ColumnMissing)
    assert str(error) == "WSysAccount has no column Extension in this Creatio."
    assert "creatio.mapping.record.columns.extension" in (error.next_step or "")


def test_a_missing_lookup_is_known_by_its_navigation_name_too() -> None:
    question = Question("GET", "WSysAccount", settings={"UserId": "creatio.mapping.record.columns.user"})
    error = error_for(question, 500, nested("Column by path User not found in schema WSysAccount"))
    assert "creatio.mapping.record.columns.user" in (error.next_step or "")


def test_a_missing_column_we_do_not_map_points_to_the_metadata() -> None:
    error = error_for(READ, 500, nested("Column by path X not found in schema Contact"))
    assert "$metadata" in (error.next_step or "")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"Message": "The request is invalid.", "ModelState": {"entity.Name": ["Name is required"]}}),
        (200, {"Message": "The request is invalid.", "ModelState": {"entity.Name": ["Name is required"]}}),
        (400, {"error": {"message": "Name is required"}}),
        (400, "Name is required"),
    ],
)
def test_values_that_are_not_accepted(status: int, body: Any) -> None:
    error = error_for(CREATE, status, body)
    assert isinstance(error, InvalidRequest)
    assert "Name is required" in str(error)
    assert not error.outcome_unknown


@pytest.mark.parametrize(
    "text",
    [
        "Violation of PRIMARY KEY constraint 'PK'. Cannot insert. The duplicate key value is (Іваненко Іван).",
        'duplicate key value violates unique constraint "PKContact". Key (Name)=(Іваненко Іван) already exists.',
        "23505: повторяющееся значение ключа нарушает ограничение уникальности",
        "ORA-00001: unique constraint (X.Y) violated",
        "Значення ключа повторюється: порушено обмеження унікальності",
    ],
)
@pytest.mark.parametrize("status", [500, 400, 409, 200])
def test_a_duplicate_is_known_by_its_text_in_every_database(text: str, status: int) -> None:
    error = error_for(CREATE, status, nested(text))
    assert isinstance(error, DuplicateKey)
    assert not error.outcome_unknown
    assert "Іваненко" not in str(error)


def test_409_for_a_create_is_a_duplicate_and_for_a_change_a_refusal() -> None:
    assert isinstance(error_for(CREATE, 409, None), DuplicateKey)
    assert isinstance(error_for(CHANGE, 409, None), RecordRefused)


@pytest.mark.parametrize("status", [405, 406, 410, 412, 413, 424])
def test_other_4xx_refuse_the_record(status: int) -> None:
    error = error_for(CHANGE, status, None)
    assert isinstance(error, RecordRefused)
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (500, nested("Something broke"), JSON),
        (500, {"Message": "An error has occurred.", "ExceptionMessage": "Something broke", "StackTrace": "at X"}, JSON),
        (502, "<html><head><title>Something broke</title></head></html>", HTML),
        (501, {"Message": "Something broke"}, JSON),
        (200, nested("Something broke"), JSON),
        (200, {"Message": "An error has occurred.", "ExceptionMessage": "Something broke", "StackTrace": "at X"}, JSON),
        (200, {"Message": "Something broke"}, JSON),
    ],
)
def test_a_failure_of_the_server_leaves_a_write_unknown_and_a_read_not(
    status: int, body: Any, headers: dict[str, str]
) -> None:
    error = error_for(CREATE, status, body, headers)
    assert isinstance(error, ServerFailed)
    assert "Something broke" in str(error)
    assert error.outcome_unknown
    assert not error_for(READ, status, body, headers).outcome_unknown


def test_429_was_not_carried_out() -> None:
    error = error_for(CREATE, 429, None, {"retry-after": "7"})
    assert isinstance(error, TooManyRequests)
    assert (error.retry_after, error.outcome_unknown) == (7, False)


def test_503_was_not_carried_out_where_it_says_when_to_come_back() -> None:
    assert not error_for(CREATE, 503, None, {"retry-after": "7"}).outcome_unknown
    silent = error_for(CREATE, 503, None)
    assert isinstance(silent, Unavailable)
    assert silent.outcome_unknown


def test_the_innermost_message_is_the_useful_one() -> None:
    assert useful_text(nested("the useful one")) == "the useful one"
    assert useful_text({"error": {"message": "outer", "innererror": {"message": "inner"}}}) == "inner"
    assert useful_text({"error": {"message": {"lang": "en", "value": "verbose"}}}) == "verbose"
    assert useful_text({"Message": "m", "ExceptionMessage": "e", "InnerException": {"ExceptionMessage": "i"}}) == "i"
    assert (
        useful_text({"error": "invalid_client", "error_description": "no such client"})
        == "invalid_client no such client"
    )
    assert useful_text(None) == useful_text({}) == useful_text("<html><body>x</body></html>") == "none"


def test_no_stack_trace_and_no_line_breaks_get_into_a_text() -> None:
    text = "Bad value.\r\n   at Terrasoft.Core.Entity.Save(Object o)\r\n   at System.Web.X()"
    assert useful_text(nested(text)) == "Bad value."
    assert useful_text({"Message": "Meet at noon"}) == "Meet at noon"


def test_what_we_sent_does_not_come_back_in_a_text() -> None:
    body = nested("Value 'Іваненко Іван' of ivan@firm.ua, +380 67 123 45 67 is bad; password=qwerty")
    text = useful_text(body, hide=("Іваненко Іван", "x"))
    assert text == "Value '***' of ***@***, *** is bad; password=***"


def test_a_long_text_is_cut() -> None:
    assert len(useful_text({"Message": "word " * 500})) <= 300


def test_when_to_come_back_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2026, 11, 24, 8, 0, 0, tzinfo=UTC)
    assert retry_after({"retry-after": "3"}) == 3
    assert retry_after({"retry-after": "Tue, 24 Nov 2026 08:00:30 GMT"}, now=now) == 30
    assert retry_after({"retry-after": "Tue, 24 Nov 2026 07:00:00 GMT"}, now=now) == 0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None


def test_the_clock_of_the_server() -> None:
    assert moment_of("Tue, 24 Nov 2026 08:00:00 GMT") == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert moment_of("yesterday") is None


def test_bodies_are_read_with_and_without_a_byte_order_mark() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert read_json(b"{'broken'") == "{'broken'"
    assert read_json(b"  ") is None
