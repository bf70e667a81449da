module "naming" {
  source    = "../naming"
  context   = var.context
  resources = { this = { type = "key", qualifier = var.purpose } }
}

module "governance" {
  source = "../governance"
}

locals {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = flatten([local.administration, local.logs, local.log_delivery, local.fargate, local.services, local.users])
  })

  key = one(concat(
    [for key in aws_kms_key.this : { arn = key.arn, id = key.key_id }],
    [for key in aws_kms_replica_key.this : { arn = key.arn, id = key.key_id }],
  ))
}

resource "aws_kms_key" "this" {
  count = var.replica_of == null ? 1 : 0

  description             = var.description
  enable_key_rotation     = true
  deletion_window_in_days = module.governance.key_deletion_window_days
  multi_region            = var.multi_region
  policy                  = local.policy

  tags = module.naming.named_tags["this"]
}

# The same key in another region: its material and its rotation are the first one's, its policy its own.
resource "aws_kms_replica_key" "this" {
  count = var.replica_of == null ? 0 : 1

  description             = var.description
  primary_key_arn         = var.replica_of
  deletion_window_in_days = module.governance.key_deletion_window_days
  policy                  = local.policy

  tags = module.naming.named_tags["this"]
}

resource "aws_kms_alias" "this" {
  name          = "alias/${module.naming.names["this"]}"
  target_key_id = local.key.id
}
