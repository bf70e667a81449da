"""Statements for a database before its endpoint is open, in both orders, with another secret, and once it is closed; prints, as JSON, what is told.

Argument: the folder of data_api.py.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

sys.path.insert(0, sys.argv[1])
import data_api

data_api.install()

with mock_aws():
    credentials = {"aws_access_key_id": "one", "aws_secret_access_key": "one", "region_name": "eu-west-1"}
    rds, statements = (boto3.client(each, **credentials) for each in ("rds", "rds-data"))
    rds.create_db_cluster(
        DBClusterIdentifier="orders", Engine="aurora-postgresql", ManageMasterUserPassword=True, MasterUsername="root"
    )

    def told():
        [cluster] = rds.describe_db_clusters(DBClusterIdentifier="orders")["DBClusters"]
        return cluster

    arn, master = told()["DBClusterArn"], told()["MasterUserSecret"]["SecretArn"]

    def run(sql, secret=master):
        try:
            answer = statements.execute_statement(resourceArn=arn, secretArn=secret, database="orders", sql=sql)
            return [column["stringValue"] for [column] in answer["records"]]
        except ClientError as error:
            return error.response["Error"]["Message"].split(arn)[0].strip()

    closed = run("CREATE USER clerk")
    rds.enable_http_endpoint(ResourceArn=arn)
    opened = told()["HttpEndpointEnabled"]
    grant, create = "GRANT rds_iam TO clerk", "CREATE USER clerk"
    answers = [run(sql) for sql in (grant, create, create, grant, "CREATE")]
    other = run(create, secret="of-another-user")
    kept = run("SELECT query FROM pg_stat_statements")
    rds.disable_http_endpoint(ResourceArn=arn)
    print(json.dumps({"closed": [closed, run(create)], "open": [opened, told()["HttpEndpointEnabled"]], "answers": [*answers, other], "kept": kept}))
