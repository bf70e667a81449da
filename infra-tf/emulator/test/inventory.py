"""Prints, as a JSON list, what exists at the emulator: one line per thing, "account region service.call identifier".

Arguments: the emulator's address, then a pair account/region for each place to look at.
"""

import json
import sys

import boto3

# service, call, list in the answer, identifier ("" when the list is of identifiers)
CALLS = [
    ("backup", "list_backup_plans", "BackupPlansList", "BackupPlanId"),
    ("backup", "list_backup_vaults", "BackupVaultList", "BackupVaultName"),
    ("config", "describe_configuration_recorders", "ConfigurationRecorders", "name"),
    ("config", "describe_delivery_channels", "DeliveryChannels", "name"),
    ("dynamodb", "list_tables", "TableNames", ""),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ecr", "describe_repositories", "repositories", "repositoryName"),
    ("ecs", "list_clusters", "clusterArns", ""),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("rds", "describe_db_cluster_parameter_groups", "DBClusterParameterGroups", "DBClusterParameterGroupName"),
    ("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshotIdentifier"),
    ("rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier"),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName"),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("secretsmanager", "list_secrets", "SecretList", "Name"),
    ("sns", "list_topics", "Topics", "TopicArn"),
]
CALLS += [
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
]


def networks(client):
    return [network["VpcId"] for network in client.describe_vpcs()["Vpcs"]]


def cluster_status(client, arn):
    return client.describe_clusters(clusters=[arn])["clusters"][0]["status"]


# What is listed although it is gone, or goes by itself: AWS lists gateways, endpoints and clusters for a while; an automated
# snapshot goes with its cluster, a default network ACL and a gateway's interface go with their network, which moto forgets.
EXISTS = {
    "describe_db_cluster_snapshots": lambda _, snapshot: snapshot["SnapshotType"] != "automated",
    "describe_nat_gateways": lambda _, gateway: gateway["State"] != "deleted",
    "describe_network_acls": lambda client, acl: acl["VpcId"] in networks(client),
    "describe_network_interfaces": lambda client, interface: interface["VpcId"] in networks(client),
    "describe_vpc_endpoints": lambda _, endpoint: endpoint["State"] != "deleted",
    "list_clusters": lambda client, arn: cluster_status(client, arn) != "INACTIVE",
}


def things(client, service, call, listed, identifier):
    exists = EXISTS.get(call, lambda *_: True)
    pages = client.get_paginator(call).paginate() if client.can_paginate(call) else [getattr(client, call)()]
    for page in pages:
        for thing in page.get(listed, []):
            if exists(client, thing):
                yield f"{service}.{call} {thing[identifier] if identifier else thing}"


def usable_keys(client):
    of_aws = {alias.get("TargetKeyId") for alias in client.list_aliases()["Aliases"] if alias["AliasName"].startswith("alias/aws/")}
    for key in client.list_keys(Limit=1000)["Keys"]:
        state = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        if key["KeyId"] not in of_aws and state != "PendingDeletion":
            yield f"kms.list_keys {key['KeyId']}"


def look(endpoint, account, region):
    place = {"endpoint_url": endpoint, "region_name": region}
    role = f"arn:aws:iam::{account}:role/auditor"
    given = boto3.client("sts", **place).assume_role(RoleArn=role, RoleSessionName="inventory")["Credentials"]
    place["aws_access_key_id"] = given["AccessKeyId"]
    place["aws_secret_access_key"] = given["SecretAccessKey"]
    place["aws_session_token"] = given["SessionToken"]
    for service, call, listed, identifier in CALLS:
        yield from things(boto3.client(service, **place), service, call, listed, identifier)
    yield from usable_keys(boto3.client("kms", **place))


endpoint, *places = sys.argv[1:]
print(
    json.dumps(
        sorted(
            f"{account} {region} {thing}"
            for account, region in (place.split("/") for place in places)
            for thing in look(endpoint, account, region)
        )
    )
)
