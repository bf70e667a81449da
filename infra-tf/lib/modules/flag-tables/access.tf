locals {
  access = jsondecode(file("${path.module}/../../../../packages/wiring/lib/access.json"))

  # A placeholder is a whole JSON string.
  proposals_place = jsonencode("{proposals}")
  roles_place     = jsonencode("{homeRoles}")

  # Who was made home by data writes there, so both tables are named to authors.
  all_proposals = [for region in module.plan.homes : replace(module.plan.tables["proposals"].arn, ":${var.context.region}:", ":${region}:")]

  changes_places = {
    changes         = try(local.tables["changes"].arn, "missing")
    changeWriters   = concat(module.plan.change_writer_role_arns, [module.promoter.arns["promoter"]])
    progressKeepers = module.plan.progress_role_arns
  }
  changes_statements = jsondecode(replace(replace(replace(
    jsonencode(local.access.changes.Statement),
    "\"{changes}\"", jsonencode(local.changes_places.changes)),
    "\"{changeWriters}\"", jsonencode(local.changes_places.changeWriters)),
  "\"{progressKeepers}\"", jsonencode(local.changes_places.progressKeepers)))

  # The principal is the role's account, the condition the role: a role named as principal must exist, and would be forgotten
  # when it is made anew.
  readers = [for name, arn in var.reader_role_arns : {
    Sid       = "ReadBy${title(name)}"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.context.partition}:iam::${split(":", arn)[4]}:root" }
    Action    = ["dynamodb:GetItem", "dynamodb:Query"]
    Resource  = local.changes_places.changes
    Condition = { ArnEquals = { "aws:PrincipalArn" = arn } }
  }]
}

# Nobody changes what is written, nobody writes under another's key, nobody without a key: not even an administrator. Only the
# functions that settle proposals do (rule 18).
resource "aws_dynamodb_resource_policy" "proposals" {
  for_each = toset([for table in var.tables : table if table == "proposals"])

  resource_arn = aws_dynamodb_table.this[each.key].arn
  policy = replace(
    replace(jsonencode(local.access.proposals), local.proposals_place, jsonencode(local.tables[each.key].arn)),
    local.roles_place, jsonencode(module.plan.home_role_arns),
  )
}

# Who made a change known to home, and how it ended, is not for anybody else to say: an outcome counts as an acceptance. The next
# environment, which may lie in another account, asks here what was verified. A table has one policy: that of flags is the module
# flag-guard's.
resource "aws_dynamodb_resource_policy" "changes" {
  for_each = toset([for table in var.tables : table if table == "changes"])

  resource_arn = aws_dynamodb_table.this[each.key].arn
  policy       = jsonencode({ Version = local.access.changes.Version, Statement = concat(local.changes_statements, local.readers) })
}

moved {
  from = aws_dynamodb_resource_policy.readers
  to   = aws_dynamodb_resource_policy.changes
}

locals {
  author_roles = var.authors == null ? {} : merge(
    var.authors.saml_provider_arn == null ? {} : {
      sign-in = replace(jsonencode(local.access.trustSignIn), jsonencode("{samlProvider}"), jsonencode(var.authors.saml_provider_arn))
    },
    !var.authors.users ? {} : {
      users = replace(jsonencode(local.access.trustUsers), jsonencode("{accountRoot}"), jsonencode("arn:${var.context.partition}:iam::${var.context.account_id}:root"))
    },
    length(module.plan.canary_role_arns) == 0 ? {} : {
      canary = replace(
        replace(jsonencode(local.access.trustCanary), jsonencode("{accountRoot}"), jsonencode("arn:${var.context.partition}:iam::${var.context.account_id}:root")),
        jsonencode("{canaryRoles}"), jsonencode(module.plan.canary_role_arns),
      )
    },
    {
      for name, program in var.authors.programs : name => replace(
        replace(jsonencode(local.access.trustProgram), jsonencode("{programRole}"), jsonencode(program.role_arn)),
        jsonencode("{sessionName}"), jsonencode(program.session_name),
      )
    },
  )
}

resource "aws_iam_role" "author" {
  for_each = local.author_roles

  name                 = module.naming.names[each.key]
  description          = "Writes proposals and approvals under its sessions' own keys."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = each.value
  tags                 = module.naming.named_tags[each.key]
}

data "aws_iam_policy_document" "author" {
  source_policy_documents = [replace(jsonencode(local.access.author), local.proposals_place, jsonencode(local.all_proposals))]

  statement {
    sid       = "ReadEncryptedTables"
    actions   = ["kms:Decrypt"]
    resources = [for region in module.plan.homes : replace(var.kms_key_arn, ":${var.context.region}:", ":${region}:")]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for region in module.plan.homes : "dynamodb.${region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "author" {
  for_each = local.author_roles

  name   = module.policies.names[each.key]
  role   = aws_iam_role.author[each.key].id
  policy = data.aws_iam_policy_document.author.json
}
