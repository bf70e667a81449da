"""A cluster that begins with a snapshot and is then changed; prints, as JSON, what is told of it.

Argument: the folder of restored_clusters.py.
"""

import json
import sys

import boto3
from moto import mock_aws

sys.path.insert(0, sys.argv[1])
import restored_clusters

restored_clusters.install()
REGION = "eu-west-1"
# Of another name than the first: moto's own snapshots are named by the cluster and the minute.
NAME = "orders-again"
engine = {"Engine": "aurora-postgresql"}
managed = {"ManageMasterUserPassword": True}

with mock_aws():
    credentials = {"aws_access_key_id": "one", "aws_secret_access_key": "one"}
    rds, secrets = (boto3.client(each, region_name=REGION, **credentials) for each in ("rds", "secretsmanager"))

    def kept():
        return [each["ARN"] for each in secrets.list_secrets()["SecretList"]]

    rds.create_db_cluster(
        DBClusterIdentifier="orders", **engine, **managed, MasterUsername="root", EnableIAMDatabaseAuthentication=True
    )
    taken = rds.create_db_cluster_snapshot(DBClusterIdentifier="orders", DBClusterSnapshotIdentifier="kept")
    rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)
    arn = taken["DBClusterSnapshot"]["DBClusterSnapshotArn"]
    rds.restore_db_cluster_from_snapshot(DBClusterIdentifier=NAME, **engine, SnapshotIdentifier=arn)
    answers = []
    for change in ({}, managed, {"EnableIAMDatabaseAuthentication": True}):
        rds.modify_db_cluster(DBClusterIdentifier=NAME, ApplyImmediately=True, **change)
        [told] = rds.describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"]
        answers.append(told["IAMDatabaseAuthenticationEnabled"])
    own_secret = kept() == [told["MasterUserSecret"]["SecretArn"]]
    rds.delete_db_cluster(DBClusterIdentifier=NAME, SkipFinalSnapshot=True)
    print(json.dumps({"signsInByIam": answers, "hasOneSecret": own_secret, "left": kept()}))
