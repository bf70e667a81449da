"""`aws SERVICE OPERATION [--option [value]]…`, as READMEs have it typed, by way of the SDK.

What is asked for by --query is printed as text, or as JSON. `aws SERVICE wait CONDITION` waits, and `aws ecr get-login-password` prints
what Docker signs in with.
"""

import base64
import json
import sys

import boto3
import jmespath
from botocore import xform_name

service, operation, *rest = sys.argv[1:]
waits = operation == "wait"
if waits:
    operation, *rest = rest
options = {}
while rest:
    name = rest.pop(0).removeprefix("--")
    options[name] = rest.pop(0) if rest and not rest[0].startswith("--") else True
region, query, output = options.pop("region"), options.pop("query", None), options.pop("output", "json")
client = boto3.Session(profile_name=options.pop("profile", None)).client(service, region_name=region)


def value_of(shape, value):
    """A map is typed as key=value,key=value."""
    if shape.type_name == "map":
        return {key: value_of(shape.value, each) for key, each in (pair.split("=") for pair in value.split(","))}
    return {"true": True, "false": False}[value] if shape.type_name == "boolean" and value is not True else value


def answer():
    name = operation.replace("-", "_")
    waiter = client.get_waiter(name) if waits else None
    called = waiter.config.operation if waiter else client.meta.method_to_api_mapping[name]
    members = client.meta.service_model.operation_model(called).input_shape.members
    named = {xform_name(member).replace("_", "-"): member for member in members}
    parameters = {named[option]: value_of(members[named[option]], value) for option, value in options.items()}
    return waiter.wait(**parameters) if waiter else getattr(client, name)(**parameters)


if operation == "get-login-password":
    [given] = client.get_authorization_token()["authorizationData"]
    print(base64.b64decode(given["authorizationToken"]).decode().removeprefix("AWS:"))
else:
    told = answer()
    if query is not None:
        found = jmespath.search(query, told)
        listed = found if isinstance(found, list) else [found]
        print(json.dumps(found)) if output == "json" else print(*listed, sep="\t")
