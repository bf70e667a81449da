"""Evaluates resource policies the way AWS documents it, as far as this project's policies go.

An operator that is not known here is an error: a policy that is passed over would make every proof about it worthless.
"""

import re
from fnmatch import fnmatchcase


def as_list(value):
    return value if isinstance(value, list) else [value]


def resolved(policy, context):
    """The policy with its variables replaced. One that is not known stays, and matches nothing."""
    if isinstance(policy, dict):
        return {key: resolved(value, context) for key, value in policy.items()}
    if isinstance(policy, list):
        return [resolved(value, context) for value in policy]
    if isinstance(policy, str):
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(context.get(found[1], found[0])), policy)
    return policy


def matches(patterns, value):
    return any(fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in as_list(patterns))


OPERATORS = {
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": lambda expected, value: value in as_list(expected),
    "NumericLessThan": lambda expected, value: any(float(value) < float(limit) for limit in as_list(expected)),
    "StringEquals": lambda expected, value: value in as_list(expected),
    "StringLike": matches,
    "StringNotEquals": lambda expected, value: value not in as_list(expected),
    "StringNotLike": lambda expected, value: not matches(expected, value),
}


def condition_holds(name, expected, actual):
    quantifier, _, operator = name.rpartition(":")
    if operator == "Null":
        return (actual is None) == (as_list(expected)[0] == "true")
    test = OPERATORS[operator]
    if quantifier == "ForAllValues":
        return all(test(expected, value) for value in as_list(actual or []))
    if quantifier == "ForAnyValue":
        return any(test(expected, value) for value in as_list(actual or []))
    if actual is None:
        return "Not" in operator
    return test(expected, actual)


def principal_matches(principal, caller):
    if principal == "*":
        return True
    accepted = as_list(principal.get("AWS", []))
    return any(each in ("*", caller["role"], caller["account"], f"arn:aws:iam::{caller['account']}:root") for each in accepted)


def applies(statement, caller, action, resource, context):
    if not principal_matches(statement["Principal"], caller):
        return False
    if "NotAction" in statement:
        if matches(statement["NotAction"], action):
            return False
    elif not matches(statement["Action"], action):
        return False
    if "NotResource" in statement:
        if matches(statement["NotResource"], resource):
            return False
    elif not matches(statement["Resource"], resource):
        return False
    return all(
        condition_holds(operator, expected, context.get(key))
        for operator, tests in statement.get("Condition", {}).items()
        for key, expected in tests.items()
    )


def decision(policy, caller, action, resource, context):
    """"Deny", "Allow" or None when no statement applies."""
    context = {"aws:PrincipalArn": caller["role"], "aws:PrincipalAccount": caller["account"], **context}
    effects = {
        statement["Effect"]
        for statement in as_list(resolved(policy["Statement"], context))
        if applies(statement, caller, action, resource, context)
    }
    return "Deny" if "Deny" in effects else "Allow" if effects else None
