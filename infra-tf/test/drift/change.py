"""Changes real resources behind Terraform's back. Arguments: the emulator's address, the region, the environment."""

import json
import sys

import boto3

endpoint, region, environment = sys.argv[1:]


def client(service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


s3, ec2, sns = client("s3"), client("ec2"), client("sns")
bucket = f"{environment}-drift-evidence"

tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
tags["cost-center"] = "nobody"
s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]})
s3.put_public_access_block(
    Bucket=bucket,
    PublicAccessBlockConfiguration={
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    },
)
s3.put_bucket_encryption(
    Bucket=bucket,
    ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}]
    },
)

groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{environment}-drift-web"]}])
ec2.authorize_security_group_ingress(
    GroupId=groups["SecurityGroups"][0]["GroupId"],
    IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
)
rules = ec2.describe_security_group_rules(
    Filters=[{"Name": "group-id", "Values": [groups["SecurityGroups"][0]["GroupId"]]}]
)["SecurityGroupRules"]
ec2.modify_security_group_rules(
    GroupId=groups["SecurityGroups"][0]["GroupId"],
    SecurityGroupRules=[
        {
            "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
            "SecurityGroupRule": {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "CidrIpv4": "0.0.0.0/0",
                "Description": rule["Description"],
            },
        }
        for rule in rules
        if rule.get("FromPort") == 443
    ],
)
client("iam").put_role_policy(
    RoleName=f"{environment}-drift-task",
    PolicyName="by-hand",
    PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    ),
)
client("logs").put_retention_policy(logGroupName=f"{environment}-drift-web", retentionInDays=1)
client("ssm").put_parameter(
    Name=f"/{environment}/drift/password", Value="as somebody wrote it", Type="SecureString", Overwrite=True
)

topics = {topic["TopicArn"].split(":")[-1]: topic["TopicArn"] for topic in sns.list_topics()["Topics"]}
sns.delete_topic(TopicArn=topics[f"{environment}-drift-alarms"])
sns.create_topic(Name=f"{environment}-by-hand", Tags=[{"Key": "environment", "Value": environment}])
