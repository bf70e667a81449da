module "naming" {
  source    = "../naming"
  context   = var.context
  resources = { this = { type = "key", qualifier = var.purpose } }
}

module "governance" {
  source = "../governance"
}

resource "aws_kms_key" "this" {
  description             = var.description
  enable_key_rotation     = true
  deletion_window_in_days = module.governance.key_deletion_window_days
  multi_region            = var.multi_region
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = flatten([local.administration, local.logs, local.fargate, local.services, local.users])
  })

  tags = module.naming.named_tags["this"]
}

resource "aws_kms_alias" "this" {
  name          = "alias/${module.naming.names["this"]}"
  target_key_id = aws_kms_key.this.key_id
}
