"""Policies are heeded with what these depend on: the keys of the items that are written, the variables of a policy, the role of a
session as `aws:PrincipalArn`, and the policies of tables.

MiniStack knows none of these: a condition on leading keys then denies every write, and the policy of a table denies nothing.
"""

import json
import re

PARTITION_KEY = "pk"


def keys_of(write):
    item = write.get("Item") or write.get("Key") or {}
    return [value for value in item.get(PARTITION_KEY, {}).values() if isinstance(value, str)]


def written_keys(request):
    """The partition keys that a request writes, by table. A transaction is judged item by item, each table by its own keys."""
    writes = [(request.get("TableName"), request)]
    writes += [(write.get("TableName"), write) for item in request.get("TransactItems") or [] for write in item.values()]
    for table, items in (request.get("RequestItems") or {}).items():
        if isinstance(items, list):
            writes += [(table, write) for item in items for write in item.values()]
    keys = {}
    for table, write in writes:
        keys.setdefault(str(table).split("/")[-1], []).extend(keys_of(write))
    return keys


def filled(condition, values):
    """The condition with its variables replaced. One that is not known stays, and matches nothing."""
    if isinstance(condition, dict):
        return {name: filled(each, values) for name, each in condition.items()}
    if isinstance(condition, list):
        return [filled(each, values) for each in condition]
    if isinstance(condition, str):
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(values.get(found[1].lower(), found[0])), condition)
    return condition


def role_of(principal):
    """The ARN of the role that a session was opened with; any other principal's is its own."""
    found = re.fullmatch(r"arn:([^:]+):sts::(\d+):assumed-role/([^/]+)/.+", principal)
    return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}" if found else principal


def install():
    from ministack.core import iam_actions, iam_evaluator
    from ministack.services import dynamodb

    context_of, resolve, met = (
        iam_actions.dynamodb_service_context,
        iam_evaluator._resolve_condition_key,
        iam_evaluator._conditions_met,
    )

    def service_context(body):
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            request = {}
        return {**context_of(body), "dynamodb:LeadingKeys": written_keys(request)}

    def value_of(key, context):
        if key.lower() == "aws:principalarn":
            return role_of(context.principal_arn)
        if key.lower() == "dynamodb:leadingkeys":
            keys = context.service_context.get("dynamodb:leadingkeys") or {}
            return keys.get(context.resource_arn.split(":table/")[-1].split("/")[0]) or None
        return resolve(key, context)

    def policy_of(arn):
        found = dynamodb._resource_policies.get(arn.split("/index/")[0])
        return (found["Policy"], arn.split(":")[4]) if found else None

    iam_actions.dynamodb_service_context = service_context
    iam_evaluator._resolve_condition_key = value_of
    iam_evaluator._conditions_met = lambda conditions, context: met(filled(conditions, context.principal_keys), context)
    dynamodb.table_policy_for_arn = policy_of
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["dynamodb"] = ("dynamodb", "table_policy_for_arn")
