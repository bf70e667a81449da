module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    role   = { type = "role", qualifier = "drift" }
    policy = { type = "policy", qualifier = "drift" }
  }
}

module "governance" {
  source = "../governance"
}

locals {
  # Computed, because the role names itself: one that was assumed by other means is assumed once more, from within.
  role_arn = "arn:${var.context.partition}:iam::${var.context.account_id}:role/${module.naming.names["role"]}"
  account  = "arn:${var.context.partition}:iam::${var.context.account_id}:root"

  # Whoever works for several customers says for which one it asks.
  detectors = [
    { Sid = "AssumedByDetectors", Effect = "Allow", Principal = { AWS = [local.account] }, Action = "sts:AssumeRole" },
    merge(
      { Sid = "AssumedFromElsewhere", Effect = "Allow", Principal = { AWS = var.principal_arns }, Action = "sts:AssumeRole" },
      var.external_id == null ? {} : { Condition = { StringEquals = { "sts:ExternalId" = var.external_id } } },
    ),
  ]
}

resource "aws_iam_role" "this" {
  name                 = module.naming.names["role"]
  description          = "Reads the state and the settings of resources, to tell what drifted. It reads no data and changes nothing."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.detectors : statement if length(statement.Principal.AWS) > 0]
  })

  tags = module.naming.named_tags["role"]
}

resource "aws_iam_role_policy" "this" {
  name   = module.naming.names["policy"]
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.read.json
}
