mock_provider "aws" {}

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
  purpose            = "data"
  description        = "Everything that the application stores."
  service_principals = ["logs.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"]
  users = {
    dark-blue = {
      role_arn     = "arn:aws:iam::210987654321:role/deployment/blue"
      via_services = ["dynamodb", "s3"]
    }
  }
}

run "a_key_rotates_has_an_alias_and_the_shortest_deletion_window" {
  command = plan

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 7 && !aws_kms_key.this[0].multi_region
    error_message = "The key must rotate, be deletable within 7 days and stay in its region."
  }
  assert {
    condition     = output.alias_name == "alias/blue-flag-api-key-data-a1" && aws_kms_key.this[0].tags["Name"] == "blue-flag-api-key-data-a1"
    error_message = "Alias and tag must carry the key's name."
  }
}

run "each_statement_of_the_policy_has_its_reason" {
  command = plan

  assert {
    condition = jsondecode(aws_kms_key.this[0].policy).Statement[*].Sid == [
      "AccountDecidesThroughIam", "UsedByCloudwatchLogs", "UsedByDeliveryLogs", "UsedByConfig", "UsedThroughServicesByDarkBlue",
    ]
    error_message = "There must be a statement for the account, each service and each user, and none besides."
  }
  assert {
    condition = alltrue([for statement in jsondecode(aws_kms_key.this[0].policy).Statement : statement.Sid == "AccountDecidesThroughIam" ? statement.Principal == { AWS = "arn:aws:iam::123456789012:root" } : (
      can(statement.Condition) && !contains(flatten([statement.Action]), "kms:*") && !strcontains(jsonencode(statement.Action), "Grant")
    )])
    error_message = "Only the account itself may do everything; all others need a condition and can but use the key."
  }
}

run "fargate_makes_grants_to_decrypt_for_this_accounts_clusters_only" {
  command = plan

  variables {
    service_principals = ["fargate.amazonaws.com"]
  }

  assert {
    condition = { for statement in jsondecode(aws_kms_key.this[0].policy).Statement : statement.Action => jsonencode(statement.Condition) if can(statement.Principal.Service) } == {
      "kms:GenerateDataKeyWithoutPlaintext" = jsonencode({ StringEquals = { "kms:EncryptionContext:aws:ecs:clusterAccount" = "123456789012" } })
      "kms:CreateGrant" = jsonencode({
        "ForAllValues:StringEquals" = { "kms:GrantOperations" = ["Decrypt"] }
        StringEquals                = { "kms:EncryptionContext:aws:ecs:clusterAccount" = "123456789012" }
      })
    }
    error_message = "Fargate must make data keys and grants to decrypt, for clusters of this account."
  }
}

run "services_are_held_to_this_account" {
  command = plan

  assert {
    condition = { for statement in jsondecode(aws_kms_key.this[0].policy).Statement : statement.Sid => {
      principal = statement.Principal.Service
      condition = jsonencode(statement.Condition)
      } if can(statement.Principal.Service) } == {
      UsedByCloudwatchLogs = {
        principal = "logs.eu-west-1.amazonaws.com"
        condition = jsonencode({ ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:eu-west-1:123456789012:log-group:*" } })
      }
      UsedByConfig = {
        principal = "config.amazonaws.com"
        condition = jsonencode({ StringEquals = { "aws:SourceAccount" = "123456789012" } })
      }
      UsedByDeliveryLogs = {
        principal = "delivery.logs.amazonaws.com"
        condition = jsonencode({ ArnLike = { "kms:EncryptionContext:SourceArn" = "arn:aws:logs:eu-west-1:123456789012:*" } })
      }
    }
    error_message = "Logs and their delivery must be held to this account's logs, other services to requests of this account."
  }
}

run "users_are_held_to_their_role_and_to_services" {
  command = plan

  assert {
    condition     = jsondecode(aws_kms_key.this[0].policy).Statement[4].Principal == { AWS = "arn:aws:iam::210987654321:root" }
    error_message = "The principal must be the role's account, which exists whether the role does or not."
  }
  assert {
    condition = jsondecode(aws_kms_key.this[0].policy).Statement[4].Condition == {
      ArnEquals    = { "aws:PrincipalArn" = "arn:aws:iam::210987654321:role/deployment/blue" }
      StringEquals = { "kms:ViaService" = ["dynamodb.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"] }
    }
    error_message = "The conditions must be the role and the services."
  }
}

run "a_key_for_nobody_in_particular_is_the_accounts_alone" {
  command = plan

  variables {
    service_principals = []
    users              = {}
    multi_region       = true
  }

  assert {
    condition     = jsondecode(aws_kms_key.this[0].policy).Statement[*].Sid == ["AccountDecidesThroughIam"] && aws_kms_key.this[0].multi_region
    error_message = "Without services and users the account's statement must be the only one."
  }
}

run "a_replica_has_the_first_keys_material_and_a_policy_of_its_own_region" {
  command = plan
  variables {
    replica_of = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
    users      = {}
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_kms_replica_key.this[0].primary_key_arn == var.replica_of && aws_kms_replica_key.this[0].deletion_window_in_days == 7
    error_message = "There must be a replica of the named key, and no key beside it."
  }
  assert {
    condition     = strcontains(aws_kms_replica_key.this[0].policy, "logs.eu-west-1.amazonaws.com") && output.alias_name == "alias/blue-flag-api-key-data-a1"
    error_message = "Policy and alias must be those of the replica's own region."
  }
}
