"""S3 and DynamoDB let other accounts in by their resource policies, and heed these with all conditions.

moto passes conditions over, so that a denial of plain HTTP denies everything, and it looks for a table in the caller's own
account even when its ARN names another. The emulator speaks plain HTTP; to policies its requests count as TLS 1.3.
"""

import json

from flask import request
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler
from moto.iam import models as iam
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.sts.models import sts_backends

from policy import decision

RESULTS = {"Allow": PermissionResult.PERMITTED, "Deny": PermissionResult.DENIED, None: PermissionResult.NEUTRAL}


def caller():
    """Account and role of who sent the current request."""
    key = request.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
    account = iam.get_account_id_from(key)
    role = sts_backends[account]["aws"].get_assumed_role_from_access_key(key)
    return {"account": account, "role": role.role_arn if role else f"arn:aws:iam::{account}:root"}


def verdict(policy, owner, action, resource, context):
    who = caller()
    said = decision(json.loads(policy), who, action, resource, context) if policy else None
    return "Deny" if said is None and who["account"] != owner else said


def written_once(action):
    """Whether an object is made, and only where there is none of its name. Parts make no object."""
    if action != "s3:PutObject":
        return {}
    header = request.headers.get("If-None-Match")
    makes = {"s3:ObjectCreationOperation": "false" if "partNumber" in request.args else "true"}
    return makes if header is None else makes | {"s3:if-none-match": header}


def bucket_permission(bucket, action, resource):
    # HEAD needs the permission to read.
    action = "s3:GetObject" if action == "s3:HeadObject" else action
    transport = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"} | written_once(action)
    return RESULTS[verdict(bucket.policy, bucket.account_id, action, resource, transport)]


def table_backend(handler):
    name = handler.body.get("TableName", "")
    if not name.startswith("arn:"):
        return dynamodb_backends[handler.current_account][handler.region]
    _, _, _, region, account, _ = name.split(":", 5)
    return dynamodb_backends[account][region]


def authorized(name):
    original = getattr(DynamoHandler, name)
    action = "dynamodb:" + name.title().replace("_", "")

    def wrapper(handler):
        backend = handler.dynamodb_backend
        table = backend.get_table(handler.body["TableName"])
        policy = backend.resource_policies.get(table.table_arn)
        keys = list((handler.body.get("Key") or handler.body["Item"])[table.hash_key_attr].values())
        context = {"dynamodb:LeadingKeys": keys}
        if verdict(policy and policy.policy_doc, backend.account_id, action, table.table_arn, context) == "Deny":
            raise DynamodbException("AccessDeniedException", f"{caller()['role']} may not perform {action} on {keys}")
        return original(handler)

    return wrapper


def install(account):
    """account: whose are the credentials of those that have not assumed a role."""
    iam.DEFAULT_ACCOUNT_ID = account
    FakeBucket.get_permission = bucket_permission
    DynamoHandler.dynamodb_backend = property(table_backend)
    for action in ("get_item", "put_item", "update_item", "delete_item"):
        setattr(DynamoHandler, action, authorized(action))
