"""`aws SERVICE OPERATION [--option [value]]…`, as READMEs have it typed, by way of the SDK: with the role ROLE, in the account that it is of.

What is asked for by --query is printed as text. `aws SERVICE wait CONDITION` waits.
"""

import os
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
region, query, _output = options.pop("region"), options.pop("query", None), options.pop("output", None)
# The role is what a reader has by a profile.
options.pop("profile", None)
sts = boto3.client("sts", region_name=region)
assumed = sts.assume_role(RoleArn=os.environ["ROLE"], RoleSessionName="operator")["Credentials"]
client = boto3.client(
    service,
    region_name=region,
    aws_access_key_id=assumed["AccessKeyId"],
    aws_secret_access_key=assumed["SecretAccessKey"],
    aws_session_token=assumed["SessionToken"],
)
name = operation.replace("-", "_")
waiter = client.get_waiter(name) if waits else None
called = waiter.config.operation if waiter else client.meta.method_to_api_mapping[name]
members = {xform_name(each).replace("_", "-"): each for each in client.meta.service_model.operation_model(called).input_shape.members}
parameters = {members[option]: value for option, value in options.items()}
answer = waiter.wait(**parameters) if waiter else getattr(client, name)(**parameters)
if query is not None:
    print(*jmespath.search(query, answer) or [], sep="\t")
