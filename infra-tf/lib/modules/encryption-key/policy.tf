# In a key's policy the resource "*" means the key itself, and nothing else.
locals {
  use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]

  # Without it nobody could ever change the key again; it hands the decision to the account's IAM policies and grants nothing
  # by itself.
  administration = [{
    Sid       = "AccountDecidesThroughIam"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.context.partition}:iam::${var.context.account_id}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }]

  logs = [for principal in var.service_principals : {
    Sid       = "UsedByCloudwatchLogs"
    Effect    = "Allow"
    Principal = { Service = "logs.${var.context.region}.amazonaws.com" }
    Action    = local.use
    Resource  = "*"
    Condition = {
      ArnLike = {
        "kms:EncryptionContext:aws:logs:arn" = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:*"
      }
    }
  } if principal == "logs.amazonaws.com"]

  # What another service gives to the delivery of its logs is encrypted with this context, and only so decrypted.
  log_delivery = [for principal in var.service_principals : {
    Sid       = "UsedByDeliveryLogs"
    Effect    = "Allow"
    Principal = { Service = principal }
    Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
    Resource  = "*"
    Condition = {
      ArnLike = {
        "kms:EncryptionContext:SourceArn" = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:*"
      }
    }
  } if principal == "delivery.logs.amazonaws.com"]

  # Fargate encrypts the storage of tasks through a grant, and names the account in the encryption context instead of as the
  # source of the request.
  fargate = [for statement in [
    {
      sid       = "FargateMakesKeysForStorage"
      action    = "kms:GenerateDataKeyWithoutPlaintext"
      condition = {}
    },
    {
      sid       = "FargateLetsStorageDecrypt"
      action    = "kms:CreateGrant"
      condition = { "ForAllValues:StringEquals" = { "kms:GrantOperations" = ["Decrypt"] } }
    },
    ] : {
    Sid       = statement.sid
    Effect    = "Allow"
    Principal = { Service = "fargate.amazonaws.com" }
    Action    = statement.action
    Resource  = "*"
    Condition = merge(statement.condition, {
      StringEquals = { "kms:EncryptionContext:aws:ecs:clusterAccount" = var.context.account_id }
    })
  } if contains(var.service_principals, "fargate.amazonaws.com")]

  services = [for principal in var.service_principals : {
    Sid       = "UsedBy${join("", [for word in regexall("[a-z0-9]+", trimsuffix(principal, ".amazonaws.com")) : title(word)])}"
    Effect    = "Allow"
    Principal = { Service = principal }
    Action    = local.use
    Resource  = "*"
    Condition = { StringEquals = { "aws:SourceAccount" = var.context.account_id } }
  } if !contains(["logs.amazonaws.com", "delivery.logs.amazonaws.com", "fargate.amazonaws.com"], principal)]

  # The principal is the role's account, the condition the role: a role named as principal must exist when the key is made,
  # and the key would forget it when it is made anew.
  users = [for name, user in var.users : {
    Sid       = "UsedThroughServicesBy${join("", [for word in split("-", name) : title(word)])}"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.context.partition}:iam::${split(":", user.role_arn)[4]}:root" }
    Action    = local.use
    Resource  = "*"
    Condition = {
      ArnEquals    = { "aws:PrincipalArn" = user.role_arn }
      StringEquals = { "kms:ViaService" = [for service in user.via_services : "${service}.${var.context.region}.amazonaws.com"] }
    }
  }]
}
