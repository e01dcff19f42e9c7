"""`$filter` as SQL. The grammar is the library's (`odata-query`); the meaning is what Creatio is known to accept.

Strict where the vendor is silent: `in`, `any`/`all`, arithmetic and functions other than `contains`, `startswith`, `endswith`
and `length` are refused, so that nobody comes to rely on them here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from usersync.sandbox.creatio.columns import Column, Edm
from usersync.sandbox.creatio.errors import invalid_query, odata_failure
from usersync.sandbox.creatio.paths import Joins
from usersync.sandbox.creatio.store import stamp

_OPERATORS: dict[type, tuple[str, str]] = {
    ast.Eq: ("=", "Equal"),
    ast.NotEq: ("<>", "NotEqual"),
    ast.Lt: ("<", "LessThan"),
    ast.LtE: ("<=", "LessThanOrEqual"),
    ast.Gt: (">", "GreaterThan"),
    ast.GtE: (">=", "GreaterThanOrEqual"),
}
_FLIPPED: dict[type, type] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_LITERALS: dict[type, str] = {
    ast.GUID: "Edm.Guid",
    ast.String: "Edm.String",
    ast.Boolean: "Edm.Boolean",
    ast.Integer: "Edm.Int32",
    ast.Float: "Edm.Double",
    ast.DateTime: "Edm.DateTimeOffset",
    ast.Date: "Edm.Date",
}
_LAST = "\U0010ffff"  # sorts behind every text
# The library reads `not(` as a function's name; OData has it as an operator.
_NOT = re.compile(r"('(?:[^']|'')*')|\bnot\(")


@dataclass(frozen=True)
class Condition:
    """A piece of SQL and the values it binds."""

    sql: str
    args: tuple[Any, ...] = ()


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    spaced = _NOT.sub(lambda found: found.group(1) or "not (", text.strip())
    return ODataParser().parse(ODataLexer().tokenize(spaced))


def compile_filter(text: str, joins: Joins, *, case_insensitive: bool) -> Condition:
    """A `$filter` as a condition over the aliases of `joins`.

    Args:
        text: the option, percent-decoded.
        joins: collects the joins that the paths need.
        case_insensitive: whether texts compare without regard to case.

    Raises:
        Failure: 400 for what OData refuses, 500 for what Creatio refuses.
    """
    try:
        tree = _parsed(text)
    except (ODataException, RecursionError) as error:
        raise invalid_query(f"Syntax error in '{text[:100]}'.") from error
    return _Compiler(joins, case_insensitive=case_insensitive).condition(tree)


class _Compiler:
    def __init__(self, joins: Joins, *, case_insensitive: bool) -> None:
        self._joins = joins
        self._fold = case_insensitive

    def condition(self, node: Any) -> Condition:
        if isinstance(node, ast.BoolOp):
            left, right = self.condition(node.left), self.condition(node.right)
            word = "AND" if isinstance(node.op, ast.And) else "OR"
            return Condition(f"({left.sql} {word} {right.sql})", (*left.args, *right.args))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.condition(node.operand)
            return Condition(f"NOT coalesce({inner.sql}, 0)", inner.args)
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Call):
            return self._text_function(node)
        if isinstance(node, ast.Identifier | ast.Attribute):
            sql, column = self._joins.column(_path(node))
            if column.edm is Edm.BOOLEAN:
                return Condition(f"coalesce({sql}, 0) = 1")
        raise invalid_query("The $filter expression must evaluate to a single boolean value.")

    def _comparison(self, node: ast.Compare) -> Condition:
        comparator, left, right = node.comparator, node.left, node.right
        if isinstance(left, ast._Literal):  # noqa: SLF001 - the library has no public name for a literal
            left, right = right, left
            comparator = _FLIPPED.get(type(comparator), type(comparator))()
        if type(comparator) not in _OPERATORS:
            raise _not_supported("in")
        operator, word = _OPERATORS[type(comparator)]
        if isinstance(left, ast.Call):
            return self._compared_function(left, operator, right)
        if not isinstance(left, ast.Identifier | ast.Attribute) or not isinstance(right, ast._Literal):  # noqa: SLF001
            raise _not_supported("comparison of two expressions")
        sql, column = self._joins.column(_path(left))
        if isinstance(right, ast.Null):
            return _empty(sql, column, equal=operator == "=")
        value = _literal(right, column, word)
        if column.edm is Edm.STRING:
            return self._text_comparison(sql, operator, value)
        if column.edm in {Edm.BOOLEAN, Edm.INT32}:
            return Condition(f"coalesce({sql}, 0) {operator} ?", (value,))
        if operator == "<>":
            return Condition(f"coalesce({sql}, '') <> ?", (value,))
        return Condition(f"{sql} {operator} ?", (value,))

    def _text_comparison(self, sql: str, operator: str, value: str) -> Condition:
        if operator == "=" and value:
            return (
                Condition(f"lowered({sql}) = ?", (value.lower(),)) if self._fold else Condition(f"{sql} = ?", (value,))
            )
        left, value = (
            (f"lowered(coalesce({sql}, ''))", value.lower()) if self._fold else (f"coalesce({sql}, '')", value)
        )
        return Condition(f"{left} {operator} ?", (value,))

    def _compared_function(self, call: ast.Call, operator: str, right: Any) -> Condition:
        if call.func.name.lower() == "length":
            if not isinstance(right, ast.Integer) or len(call.args) != 1:
                raise invalid_query("A binary operator with incompatible types was detected.")
            sql = self._text_column(call.args[0], "length")
            return Condition(f"length(coalesce({sql}, '')) {operator} ?", (right.py_val,))
        if not isinstance(right, ast.Boolean) or operator not in {"=", "<>"}:
            raise _not_supported(call.func.name)
        found = self._text_function(call)
        wanted = right.py_val == (operator == "=")
        return found if wanted else Condition(f"NOT {found.sql}", found.args)

    def _text_function(self, call: ast.Call) -> Condition:
        name = call.func.name.lower()
        if name not in {"contains", "startswith", "endswith"}:
            raise _not_supported(call.func.name)
        sql = self._text_column(call.args[0], name)
        if not isinstance(call.args[1], ast.String):
            raise invalid_query(
                f"No function signature for the function with name '{name}' matches the specified arguments."
            )
        value = call.args[1].py_val
        if not value:
            return Condition("1")
        if self._fold:
            sql, value = f"lowered({sql})", value.lower()
        if name == "startswith" and not self._fold:  # a range, which an index can serve
            return Condition(f"({sql} >= ? AND {sql} < ?)", (value, value + _LAST))
        sql = f"coalesce({sql}, '')"
        if name == "contains":
            return Condition(f"(instr({sql}, ?) > 0)", (value,))
        if name == "startswith":
            return Condition(f"(substr({sql}, 1, ?) = ?)", (len(value), value))
        return Condition(f"(length({sql}) >= ? AND substr({sql}, -?) = ?)", (len(value), len(value), value))

    def _text_column(self, node: Any, function: str) -> str:
        if isinstance(node, ast.Call):
            raise _not_supported(node.func.name)
        if not isinstance(node, ast.Identifier | ast.Attribute):
            raise invalid_query(
                f"No function signature for the function with name '{function}' matches the specified arguments."
            )
        sql, column = self._joins.column(_path(node))
        if column.edm is not Edm.STRING:
            raise invalid_query(
                f"No function signature for the function with name '{function}' matches the specified arguments."
            )
        return sql


def _path(node: Any) -> list[str]:
    if isinstance(node, ast.Attribute):
        return [*_path(node.owner), node.attr]
    return [*node.namespace, node.name]


def _empty(sql: str, column: Column, *, equal: bool) -> Condition:
    if column.edm is Edm.STRING:
        return Condition(f"coalesce({sql}, '') {'=' if equal else '<>'} ''")
    return Condition(f"{sql} IS {'NULL' if equal else 'NOT NULL'}")


def _literal(node: Any, column: Column, word: str) -> Any:
    kind = _LITERALS.get(type(node), "Edm.Untyped")
    if kind != column.edm.value:
        raise invalid_query(
            "A binary operator with incompatible types was detected. "
            f"Found operand types '{column.edm.value}' and '{kind}' for operator kind '{word}'."
        )
    if isinstance(node, ast.GUID):
        return node.val.lower()
    if isinstance(node, ast.DateTime):
        moment: datetime = node.py_val
        if moment.tzinfo is None:
            raise invalid_query(f"The time zone information is missing on the DateTimeOffset value '{node.val}'.")
        return stamp(moment)
    return node.py_val


def _not_supported(what: str) -> Exception:
    return odata_failure(500, "An error has occurred.", f"{what} is not supported.", "System.NotSupportedException")
