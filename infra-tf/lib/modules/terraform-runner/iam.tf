data "aws_iam_policy_document" "assume" {
  statement {
    sid     = "ForThisProject"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["codebuild.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [module.naming.arns["project"]]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = module.naming.names["role"]
  description          = "Starts Terraform, which takes on the role that deploys."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = module.naming.named_tags["role"]
}

data "aws_iam_policy_document" "this" {
  source_policy_documents = var.policy_documents

  statement {
    sid       = "TakeOnWhoDeploys"
    actions   = ["sts:AssumeRole"]
    resources = var.deployment_role_arns
  }

  statement {
    sid       = "WriteItsLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:*"]
  }

  statement {
    sid       = "EncryptArtifacts"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${local.region}.amazonaws.com"]
    }
  }

  statement {
    sid     = "LookAtItsNetwork"
    actions = ["ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
    # What describes knows no resource.
    resources = ["*"]
  }

  # CodeBuild makes an interface for each build, in these subnets; it has no name before.
  statement {
    sid     = "HaveAnInterface"
    actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
    resources = concat(
      ["${local.ec2}:network-interface/*", "${local.ec2}:security-group/*"],
      [for id in var.network.subnet_ids : "${local.ec2}:subnet/${id}"],
    )
  }

  statement {
    sid       = "LendItsInterface"
    actions   = ["ec2:CreateNetworkInterfacePermission"]
    resources = ["${local.ec2}:network-interface/*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:AuthorizedService"
      values   = ["codebuild.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "ec2:Subnet"
      values   = [for id in var.network.subnet_ids : "${local.ec2}:subnet/${id}"]
    }
  }

  dynamic "statement" {
    for_each = var.connection_arn[*]

    content {
      sid       = "ReadTheRepository"
      actions   = ["codeconnections:GetConnection", "codeconnections:GetConnectionToken", "codeconnections:UseConnection"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.sources.type == "CODECOMMIT" ? ["repository"] : []

    content {
      sid       = "ReadTheRepository"
      actions   = ["codecommit:GitPull"]
      resources = ["arn:${local.partition}:codecommit:${local.region}:${local.account}:${reverse(split("/", var.sources.location))[0]}"]
    }
  }

  dynamic "statement" {
    for_each = var.sources.type == "S3" ? ["archive"] : []

    content {
      sid       = "ReadTheArchive"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["arn:${local.partition}:s3:::${var.sources.location}"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = module.naming.names["policy"]
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}
