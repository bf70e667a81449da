"""Logs Insights evaluates the one query that the scan asks; anything else is refused as a mistake in its text.

MiniStack passes over `stats`, `in` and `=`, and answers with raw lines as if all were well.
"""

import json
import re

NAME = r"[\w.]+"
FILTERS = {
    rf'filter ({NAME}) = ("[^"\\]*")': lambda value, expected: value == expected,
    rf"filter ({NAME}) in (\[.*\])": lambda value, expected: value in expected,
    rf"filter ({NAME}) not in (\[.*\])": lambda value, expected: value not in expected,
}


class Malformed(Exception):
    pass


def field(document, path):
    """What Logs Insights discovers in a line of JSON, by its path."""
    for part in path.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document


def documents(messages):
    for message in messages:
        try:
            document = json.loads(message)
        except ValueError:
            continue
        if isinstance(document, dict):
            yield document


def keeps(stage):
    for form, holds in FILTERS.items():
        if found := re.fullmatch(form, stage):
            path, expected = found[1], json.loads(found[2])
            return lambda document: holds(field(document, path), expected)
    raise Malformed(stage)


def highest(stage, rows):
    found = re.fullmatch(rf"stats max\(({NAME})\) as ({NAME}) by (.+)", stage)
    if not found:
        raise Malformed(stage)
    of, called, by = found[1], found[2], [each.strip() for each in found[3].split(",")]
    groups = {}
    for row in rows:
        value = field(row, of)
        if isinstance(value, (int, float)):
            group = tuple(field(row, each) for each in by)
            groups[group] = max(groups.get(group, value), value)
    return [
        [{"field": name, "value": str(each)} for name, each in zip([*by, called], [*group, value]) if each is not None]
        for group, value in groups.items()
    ]


def evaluate(query, messages):
    """The rows of a query over lines. Raises Malformed for any other query than filters and a maximum by groups."""
    *filters, last = query.split("\n| ")
    rows = list(documents(messages))
    for keep in map(keeps, filters):
        rows = [row for row in rows if keep(row)]
    return highest(last, rows)


def install():
    from ministack.core.responses import error_response_json
    from ministack.services import cloudwatch_logs as logs

    original = logs._start_query

    def start_query(data):
        answer = original(data)
        if answer[0] != 200:
            return answer
        query = logs._queries[json.loads(answer[2])["queryId"]]
        groups = logs._resolve_query_log_groups(data)
        records = logs._collect_query_records(groups, data["startTime"], data["endTime"])
        try:
            query["results"] = evaluate(data.get("queryString", ""), [record.get("@message", "") for record in records])
        except Malformed as mistake:
            return error_response_json("MalformedQueryException", f"not known here: {mistake}", 400)
        return answer

    logs._start_query = start_query
