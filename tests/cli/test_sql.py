"""SQL over the tables, from the command line and from Python."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline import schema
from pipeline.cli import app
from pipeline.outputs import load
from pipeline.query import QueryError, ask
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
#: The README's own questions.
QUERIES = [
    found[1].replace("\\\n", "\n") for found in re.finditer(r'python -m pipeline sql "([^"]+)"', README, re.DOTALL)
]


def sql(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["sql", *arguments], input=stdin)


def test_there_are_questions_in_the_readme() -> None:
    assert len(QUERIES) >= 3


@pytest.mark.parametrize("query", QUERIES)
def test_the_questions_of_the_readme_are_answered(corpus_folder: Path, query: str) -> None:
    assert ask(corpus_folder, query).num_columns > 1


def test_the_first_question_of_the_readme_counts_as_pandas_does(corpus_folder: Path) -> None:
    found = ask(corpus_folder, QUERIES[0]).to_pylist()
    expected = load(corpus_folder).speakers().head(len(found))
    assert [row["quotes"] for row in found] == expected["quotes"].tolist()


@pytest.mark.parametrize("name", list(schema.TABLES))
def test_every_table_can_be_asked(corpus_folder: Path, name: str) -> None:
    found = ask(corpus_folder, f"select * from {name}")
    assert found.column_names == [column.name for column in schema.TABLES[name]]
    assert found.num_rows == len(getattr(load(corpus_folder), name))


def test_the_three_shapes(corpus_folder: Path) -> None:
    query = "select kind, count(*) as n, -1 as m, '=1+1' as f, null as z from quotes group by all order by kind"
    expected = load(corpus_folder).quotes["kind"].astype(str).value_counts().sort_index().to_dict()
    as_json = json.loads(sql(query, str(corpus_folder), "--format", "json").stdout)
    assert {row["kind"]: row["n"] for row in as_json} == expected
    assert as_json[0] | {"kind": "", "n": 0} == {"kind": "", "n": 0, "m": -1, "f": "=1+1", "z": None}
    as_csv = list(csv.DictReader(io.StringIO(sql(query, str(corpus_folder), "--format", "csv").stdout)))
    assert {row["kind"]: int(row["n"]) for row in as_csv} == expected
    assert (as_csv[0]["m"], as_csv[0]["f"], as_csv[0]["z"]) == ("-1", "'=1+1", "")
    table = sql(query, str(corpus_folder)).stdout.splitlines()
    assert table[0].split() == ["kind", "n", "m", "f", "z"]
    assert len(table) == 2 + len(expected)


def test_a_query_from_standard_input(corpus_folder: Path) -> None:
    result = sql("-", str(corpus_folder), "--format", "json", stdin="select 1 as one")
    assert json.loads(result.stdout) == [{"one": 1}]


def test_what_moves_the_cursor_does_not_reach_the_terminal(corpus_folder: Path) -> None:
    out = sql("select chr(27) || '[2J' || chr(8238) || 'x' || chr(10) || 'y' as a", str(corpus_folder)).stdout
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "x y" in out


@pytest.mark.parametrize(
    "query",
    [
        "copy quotes to '{folder}/x.csv'",
        "select * from read_csv('{folder}/manifest.json')",
        "select * from '{folder}/quotes.parquet'",
        "select * from read_text('{folder}/manifest.json')",
        "select * from glob('{folder}/*')",
        "attach '{folder}/x.db'",
        "export database '{folder}/x'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "create table t as select 1",
        "drop view quotes",
        "insert into quotes select * from quotes",
        "select 1; drop view quotes",
        "call pragma_version()",
        "select * from README",
    ],
)
def test_nothing_but_the_tables_is_read_and_nothing_written(corpus_folder: Path, query: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in corpus_folder.iterdir()}
    with pytest.raises(QueryError):
        ask(corpus_folder, query.format(folder=corpus_folder))
    assert {path: path.stat().st_mtime_ns for path in corpus_folder.iterdir()} == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select * from speeches", "The tables are articles, "),
        ("selec", "syntax error"),
        ("select nope from quotes", "nope"),
        ("", "there is no query"),
        ("select error('broken')", "broken"),
    ],
)
def test_a_query_that_is_wrong_says_why(corpus_folder: Path, query: str, said: str) -> None:
    result = sql(query, str(corpus_folder))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_tables_that_are_missing_are_told(tmp_path: Path) -> None:
    result = sql("select 1", str(tmp_path))
    assert result.exit_code == 2
    assert "pipeline run" in result.stderr


def test_without_duckdb_the_message_says_what_to_install(corpus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = sql("select 1", str(corpus_folder))
    assert result.exit_code == 2
    assert "news-evidence-pipeline[sql]" in result.stderr
    with pytest.raises(ImportError, match="DuckDB"):
        load(corpus_folder).sql("select 1")


def test_export_from_the_command_line(corpus_folder: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["export", str(corpus_folder)])
    assert told.exit_code == 2
    assert "claimreview" in told.stderr
    told = CliRunner().invoke(app, ["export", str(corpus_folder), "--format", "csv", "--to", str(tmp_path / "csv")])
    assert told.exit_code == 0
    assert "quotes" in told.stdout
    assert (tmp_path / "csv" / "quotes.csv").exists()
    (tmp_path / "csv" / "quotes.csv").write_text("mine")
    told = CliRunner().invoke(app, ["export", str(corpus_folder), "--format", "csv", "--to", str(tmp_path / "csv")])
    assert told.exit_code == 2
    assert "left alone" in told.stderr
