# What a run over the application stack calls on an emulator (which checks no permissions), what the types call that the
# emulator cannot create, and what those of the flags' stacks call. Another stack that needs more has resources that are told as
# unread, with the action's name.
data "aws_iam_policy_document" "read" {
  statement {
    sid     = "ReadStates"
    actions = ["s3:GetObject"]
    # States and no other object. Which of them, says the policy of their bucket, which denies this role all others.
    resources = ["arn:${var.context.partition}:s3:::*/terraform.tfstate"]
  }

  # What is deployed is compared by what the bucket says of each zip, and S3 says that to whoever may get it.
  statement {
    sid       = "ReadWhatIsDeployed"
    actions   = ["s3:GetObject"]
    resources = ["arn:${var.context.partition}:s3:::*/functions/*.zip"]
  }

  # Settings that are encrypted are shown to whoever may decrypt them, through the service that keeps them, and to others as if
  # they were not there. Tables, queues, topics and secrets are none of these services.
  statement {
    sid       = "ReadEncryptedSettings"
    actions   = ["kms:Decrypt"]
    resources = ["arn:${var.context.partition}:kms:*:${var.context.account_id}:key/*"]

    condition {
      test     = "StringLike"
      variable = "kms:ViaService"
      values   = [for service in ["lambda", "s3", "scheduler", "states"] : "${service}.*.amazonaws.com"]
    }
  }

  statement {
    sid       = "TakeItselfOn"
    actions   = ["sts:AssumeRole"]
    resources = [local.role_arn]
  }

  statement {
    sid = "ReadSettings"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "application-autoscaling:ListTagsForResource",
      "backup:DescribeBackupVault",
      "backup:GetBackupPlan",
      "backup:GetBackupSelection",
      "backup:GetBackupVaultAccessPolicy",
      "backup:ListTags",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetDashboard",
      "cloudwatch:ListTagsForResource",
      "config:DescribeConfigurationRecorderStatus",
      "config:DescribeConfigurationRecorders",
      "config:DescribeDeliveryChannels",
      "config:ListTagsForResource",
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive",
      "dynamodb:GetResourcePolicy",
      "dynamodb:ListTagsOfResource",
      "ec2:Describe*",
      "ec2:GetManagedPrefixListEntries",
      "ecr:DescribeRepositories",
      "ecr:GetLifecyclePolicy",
      "ecr:GetRepositoryPolicy",
      "ecr:ListTagsForResource",
      "ecs:DescribeClusters",
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:ListTagsForResource",
      "elasticache:DescribeCacheClusters",
      "elasticache:DescribeCacheParameterGroups",
      "elasticache:DescribeCacheParameters",
      "elasticache:DescribeCacheSubnetGroups",
      "elasticache:DescribeReplicationGroups",
      "elasticache:DescribeUserGroups",
      "elasticache:DescribeUsers",
      "elasticache:ListTagsForResource",
      "elasticloadbalancing:Describe*",
      "es:DescribeDomain",
      "es:DescribeDomainAutoTunes",
      "es:DescribeDomainConfig",
      "es:ListTags",
      "events:DescribeEventBus",
      "events:DescribeRule",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListResourceTags",
      "lambda:GetAlias",
      "lambda:GetEventSourceMapping",
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConfiguration",
      "lambda:GetFunctionEventInvokeConfig",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
      "logs:DescribeLogGroups",
      "logs:DescribeMetricFilters",
      "logs:DescribeResourcePolicies",
      "logs:ListTagsForResource",
      "rds:DescribeDBClusterParameterGroups",
      "rds:DescribeDBClusterParameters",
      "rds:DescribeDBClusters",
      "rds:DescribeDBInstances",
      "rds:DescribeDBParameterGroups",
      "rds:DescribeDBParameters",
      "rds:DescribeDBSubnetGroups",
      "rds:DescribeGlobalClusters",
      "rds:ListTagsForResource",
      "route53:GetHostedZone",
      "route53:ListResourceRecordSets",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucket*",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetObjectTagging",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "scheduler:GetSchedule",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "sns:GetSubscriptionAttributes",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListQueueTags",
      "states:DescribeStateMachine",
      "states:ListStateMachineVersions",
      "states:ListTagsForResource",
      "tag:GetResources",
      "wafv2:GetWebACLForResource",
    ]
    # Most of these actions know no resource, and drift is looked for in all that the state has.
    resources = ["*"]
  }
}
