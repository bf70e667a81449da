# Who looks for drift reads states, and that is all. It takes no lock, so the table of locks does not know it.
module "reader_naming" {
  source   = "../../modules/naming"
  for_each = { for name, environment in local.by_name : name => environment if var.reader_role_name != null }
  context  = merge(var.context, { environment = each.key, region = each.value.region, account_id = each.value.account })
}

locals {
  reader_role_arns = { for name, naming in module.reader_naming : name => join("", [
    "arn:${var.context.partition}:iam::${local.by_name[name].account}:role/",
    replace(replace(var.reader_role_name, "{environment}", name), "{region}", naming.region_code),
  ]) }

  # Of that form, in any account and for any environment.
  reader_roles = var.reader_role_name == null ? [] : [join("", [
    "arn:${var.context.partition}:iam::*:role/",
    replace(replace(var.reader_role_name, "{environment}", "*"), "{region}", "*"),
  ])]

  reader_statements = [for pattern in local.reader_roles : {
    # An IAM policy of the bucket's own account could allow more; this holds against it.
    Sid       = "ReadersOnlyRead"
    Effect    = "Deny"
    Principal = { AWS = "*" }
    NotAction = ["s3:GetObject", "s3:ListBucket"]
    Resource  = [module.states.arn, "${module.states.arn}/*"]
    Condition = { ArnLike = { "aws:PrincipalArn" = pattern } }
  }]
}
