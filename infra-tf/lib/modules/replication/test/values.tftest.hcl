mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/one" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one-AbCdEf" }
  }
}

mock_provider "aws" {
  alias = "replica"
}

variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  replica_region            = "eu-central-1"
  secrets                   = { signing-key = { description = "Signs evidence, for the control plane." } }
  evidence_retention_days   = 2555
  access_log_retention_days = 400
  kms_key_arn               = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  replica_kms_key_arn       = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
}

run "each_secret_has_a_replica_under_a_key_of_that_region" {
  command = plan

  assert {
    condition     = [for replica in aws_secretsmanager_secret.this["signing-key"].replica : { region = replica.region, key = replica.kms_key_id }] == [{ region = "eu-central-1", key = var.replica_kms_key_arn }]
    error_message = "The replica must be in the replica region, under that region's key."
  }
  assert {
    condition     = aws_secretsmanager_secret.this["signing-key"].kms_key_id == var.kms_key_arn && aws_secretsmanager_secret.this["signing-key"].recovery_window_in_days == 0
    error_message = "The secret must use the home key and be deleted at once."
  }
  assert {
    condition     = output.secret_names == { signing-key = "blue-flag-api-secret-signing-key-a1" } && aws_secretsmanager_secret.this["signing-key"].tags["owner"] == "team-platform"
    error_message = "The secret must carry name and mandatory tags."
  }
}

run "evidence_is_copied_encrypted_and_deletions_are_not" {
  command = plan

  assert {
    condition     = aws_s3_bucket_replication_configuration.evidence.bucket == output.evidence_bucket_name && [for rule in aws_s3_bucket_replication_configuration.evidence.rule : rule.destination[0].bucket] == [output.replica_bucket_arn]
    error_message = "Evidence must be copied to the replica bucket."
  }
  assert {
    condition = alltrue([for rule in aws_s3_bucket_replication_configuration.evidence.rule : alltrue([
      rule.status == "Enabled",
      rule.delete_marker_replication[0].status == "Disabled",
      rule.source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled",
      rule.destination[0].encryption_configuration[0].replica_kms_key_id == var.replica_kms_key_arn,
      rule.destination[0].metrics[0].status == "Enabled",
      rule.destination[0].replication_time[0].time[0].minutes == 15,
    ])])
    error_message = "Encrypted objects must be copied within 15 minutes under the replica's key; deletions must not."
  }
}

run "evidence_is_written_once" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(local.write_once).Statement : statement if statement.Effect == "Deny" && statement.Action == "s3:PutObject" && statement.Principal == { AWS = "*" }][0].Condition == { Null = { "s3:if-none-match" = "true" }, Bool = { "s3:ObjectCreationOperation" = "true" } }
    error_message = "Nobody may put an object without asking that there is none of its name."
  }
  assert {
    condition     = strcontains(module.evidence.policy, "NothingIsOverwritten") && !strcontains(module.access_logs.policy, "NothingIsOverwritten")
    error_message = "The evidence's bucket must have the statement; S3 delivers logs without the header."
  }
}

run "the_four_buckets_are_of_their_regions" {
  command = plan

  assert {
    condition     = strcontains(output.evidence_bucket_name, "-euw1-") && strcontains(module.access_logs.name, "-euw1-") && strcontains(output.replica_bucket_name, "-euc1-") && strcontains(module.replica_access_logs.name, "-euc1-")
    error_message = "Each bucket's name must carry the code of its region."
  }
  assert {
    condition     = length(distinct([output.evidence_bucket_name, output.replica_bucket_name, module.access_logs.name, module.replica_access_logs.name])) == 4
    error_message = "Evidence, its copy and the two access logs need buckets of their own."
  }
}

run "the_role_reads_at_home_and_writes_in_the_replica_region" {
  command = plan

  assert {
    condition     = aws_iam_role_policy.replication.name == "blue-flag-api-policy-replication-euw1-a1"
    error_message = "The policy's name must come from the module naming."
  }

  assert {
    condition     = jsondecode(aws_iam_role.replication.assume_role_policy).Statement[0].Principal == { Service = "s3.amazonaws.com" } && !can(jsondecode(aws_iam_role.replication.assume_role_policy).Statement[0].Condition)
    error_message = "Only S3, for the evidence bucket, may assume the role."
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.replication.policy).Statement : statement.Sid => statement.Resource } == {
      ReadWhatToReplicate    = output.evidence_bucket_arn
      ReadVersions           = "${output.evidence_bucket_arn}/*"
      WriteReplicas          = "${output.replica_bucket_arn}/*"
      DecryptAtHome          = var.kms_key_arn
      EncryptInReplicaRegion = var.replica_kms_key_arn
    }
    error_message = "The role must reach the two buckets and the two keys, each for one purpose."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.replication.policy, "Delete") && !strcontains(aws_iam_role_policy.replication.policy, "\"*\"")
    error_message = "The role must not delete, nor reach everything."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.replication.policy).Statement[3].Condition.StringEquals == { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" } && jsondecode(aws_iam_role_policy.replication.policy).Statement[4].Condition.StringEquals == { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" }
    error_message = "The keys may be used through S3 of their region only."
  }
}

run "without_secrets_there_is_still_evidence" {
  command = plan

  variables {
    secrets = {}
  }

  assert {
    condition     = output.secret_arns == {} && output.evidence_bucket_name != null
    error_message = "Secrets are optional, evidence is not."
  }
}
