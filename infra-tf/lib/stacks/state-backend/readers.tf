# Who looks for drift reads states, and that is all. It takes no lock, so the table of locks does not know it.
module "reader_naming" {
  source   = "../../modules/naming"
  for_each = var.reader_role_name == null ? {} : local.by_name
  context  = merge(var.context, { environment = each.key, region = each.value.region, account_id = each.value.account })
}

locals {
  reader_role_arns = { for name, naming in module.reader_naming : name => join("", [
    "arn:${var.context.partition}:iam::${local.by_name[name].account}:role/",
    replace(replace(var.reader_role_name, "{environment}", name), "{region}", naming.region_code),
  ]) }

  reader_statements = flatten([for name, role_arn in local.reader_role_arns : [
    {
      Sid       = "${local.sids[name]}ReaderReads"
      Effect    = "Allow"
      Principal = { AWS = local.accounts[name] }
      Action    = ["s3:GetObject", "s3:ListBucket"]
      Resource  = concat([module.states.arn], local.own_state_arns[name], local.readable_arns[name])
      Condition = { ArnEquals = { "aws:PrincipalArn" = role_arn } }
    },
    {
      # An IAM policy of the bucket's own account could allow more; this holds against it.
      Sid         = "${local.sids[name]}ReaderStaysThere"
      Effect      = "Deny"
      Principal   = { AWS = "*" }
      Action      = "s3:*"
      NotResource = concat([module.states.arn], local.own_state_arns[name], local.readable_arns[name])
      Condition   = { ArnEquals = { "aws:PrincipalArn" = role_arn } }
    },
    {
      Sid       = "${local.sids[name]}ReaderOnlyReads"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      NotAction = ["s3:GetObject", "s3:ListBucket"]
      Resource  = [module.states.arn, "${module.states.arn}/*"]
      Condition = { ArnEquals = { "aws:PrincipalArn" = role_arn } }
    },
  ]])
}
