"""Changes an environment of the application stack behind Terraform's back, once each.

Arguments: "plant" or "tidy", the emulator's address, the region, the role to take on, and the environment's name.
emulator.test.ts says how each must be found.
"""

import json
import sys

import boto3

what, endpoint, region, role, environment = sys.argv[1:]
anybody = "0.0.0.0/0"
keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
sts = boto3.client("sts", endpoint_url=endpoint, region_name=region, **keys)
assumed = sts.assume_role(RoleArn=role, RoleSessionName="somebody")["Credentials"]


def client(service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )


ec2, s3, iam, kms, ecr, rds = (client(name) for name in ("ec2", "s3", "iam", "kms", "ecr", "rds"))
elb, logs = client("elbv2"), client("logs")


def name_tag(resource):
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}.get("Name", "")


def named(resources, part, name=name_tag):
    """The first by name: what is made at the same time is listed in any order."""
    found = sorted((each for each in resources if environment in name(each) and part in name(each)), key=name)
    assert found, f"nothing is named {part}: {[name(each) for each in resources]}"
    return found[0]


groups = ec2.describe_security_groups()["SecurityGroups"]
tables = ec2.describe_route_tables()["RouteTables"]
acls = ec2.describe_network_acls()["NetworkAcls"]
gateway = ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"]
buckets = s3.list_buckets()["Buckets"]
# Not their copies, which are in another region, nor their access logs.
originals = [
    each
    for each in buckets
    if "access-logs" not in each["Name"] and s3.get_bucket_location(Bucket=each["Name"])["LocationConstraint"] == region
]
evidence = named(originals, "bucket-evidence", lambda each: each["Name"])["Name"]
roles = iam.list_roles()["Roles"]
repository = ecr.describe_repositories()["repositories"][0]["repositoryName"]
cluster = rds.describe_db_clusters()["DBClusters"][0]["DBClusterIdentifier"]
balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]


def role_named(part):
    return named(roles, part, lambda each: each["RoleName"])["RoleName"]


def key_of(purpose):
    aliases = kms.list_aliases()["Aliases"]
    return named(aliases, purpose, lambda each: each["AliasName"])["TargetKeyId"]


def open_port():
    group = named(groups, "service", lambda each: each["GroupName"])["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": anybody}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def widen_rule():
    group = named(groups, "load-balancer", lambda each: each["GroupName"])["GroupId"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    rule = [each for each in rules if not each["IsEgress"] and each["FromPort"] == 443][0]
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
                "SecurityGroupRule": {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": anybody, "Description": rule.get("Description", "")},
            }
        ],
    )


def route_to_internet():
    table = named(tables, "data")["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=anybody, GatewayId=gateway)


def allow_in_acl():
    acl = named(acls, "data")["NetworkAclId"]
    ec2.create_network_acl_entry(
        NetworkAclId=acl, RuleNumber=1, Protocol="6", RuleAction="allow", Egress=False, CidrBlock=anybody, PortRange={"From": 22, "To": 22}
    )


def public_addresses():
    subnet = named(ec2.describe_subnets()["Subnets"], "private")["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})


def unblock_public_access():
    s3.put_public_access_block(
        Bucket=evidence,
        PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": True},
    )


def open_bucket():
    policy = json.loads(s3.get_bucket_policy(Bucket=evidence)["Policy"])
    policy["Statement"].append({"Sid": "ByHand", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{evidence}/*"})
    s3.put_bucket_policy(Bucket=evidence, Policy=json.dumps(policy))


def suspend_versions():
    s3.put_bucket_versioning(Bucket=evidence, VersioningConfiguration={"Status": "Suspended"})


def forget_evidence():
    rules = s3.get_bucket_lifecycle_configuration(Bucket=evidence)["Rules"]
    for rule in rules:
        if "Expiration" in rule and "Days" in rule["Expiration"]:
            rule["Expiration"] = {"Days": 1}
    s3.put_bucket_lifecycle_configuration(Bucket=evidence, LifecycleConfiguration={"Rules": rules})


def other_cost_center():
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=evidence)["TagSet"]}
    tags["cost-center"] = "nobody"
    s3.put_bucket_tagging(Bucket=evidence, Tagging={"TagSet": [{"Key": name, "Value": value} for name, value in tags.items()]})


def trust_another_account():
    name = role_named("role-task")
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"].append({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "sts:AssumeRole"})
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))


def all_rights():
    iam.put_role_policy(
        RoleName=role_named("role-task"),
        PolicyName="by-hand",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
    )


def administrator():
    iam.attach_role_policy(RoleName=role_named("role-execution"), PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def stop_rotation():
    kms.disable_key_rotation(KeyId=key_of("data"))


def share_key():
    target = key_of("operations")
    policy = json.loads(kms.get_key_policy(KeyId=target, PolicyName="default")["Policy"])
    policy["Statement"].append({"Sid": "ByHand", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "kms:Decrypt", "Resource": "*"})
    kms.put_key_policy(KeyId=target, PolicyName="default", Policy=json.dumps(policy))


def replaceable_images():
    ecr.put_image_tag_mutability(repositoryName=repository, imageTagMutability="MUTABLE")


def unscanned_images():
    ecr.put_image_scanning_configuration(repositoryName=repository, imageScanningConfiguration={"scanOnPush": False})


def short_logs():
    groups = logs.describe_log_groups()["logGroups"]
    logs.put_retention_policy(logGroupName=named(groups, "service", lambda each: each["logGroupName"])["logGroupName"], retentionInDays=1)


def short_backups():
    rds.modify_db_cluster(DBClusterIdentifier=cluster, BackupRetentionPeriod=1, ApplyImmediately=True)


def no_flow_log():
    ids = [each["FlowLogId"] for each in ec2.describe_flow_logs()["FlowLogs"]]
    ec2.delete_flow_logs(FlowLogIds=ids[:1])


def answer_by_itself():
    listener = [each for each in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"] if each["Port"] == 443][0]
    elb.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "gone"}}])


def logs_off():
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[{"Key": "access_logs.s3.enabled", "Value": "false"}])


def stray_topic():
    client("sns").create_topic(Name=f"{environment}-by-hand", Tags=[{"Key": "environment", "Value": environment}])


def tidy():
    """Takes away what Terraform would not, so that the environment can be destroyed."""
    iam.delete_role_policy(RoleName=role_named("role-task"), PolicyName="by-hand")
    iam.detach_role_policy(RoleName=role_named("role-execution"), PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    sns = client("sns")
    for topic in sns.list_topics()["Topics"]:
        if topic["TopicArn"].endswith(f":{environment}-by-hand"):
            sns.delete_topic(TopicArn=topic["TopicArn"])


CHANGES = [
    open_port,
    widen_rule,
    route_to_internet,
    allow_in_acl,
    public_addresses,
    unblock_public_access,
    open_bucket,
    suspend_versions,
    forget_evidence,
    other_cost_center,
    trust_another_account,
    all_rights,
    administrator,
    stop_rotation,
    share_key,
    replaceable_images,
    unscanned_images,
    short_logs,
    short_backups,
    no_flow_log,
    answer_by_itself,
    logs_off,
    stray_topic,
]
for change in CHANGES if what == "plant" else [tidy]:
    change()
