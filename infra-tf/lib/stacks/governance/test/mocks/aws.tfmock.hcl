# Values that other resources check, where a mocked provider would make up random ones.
mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111111111111:role/mocked" }
}
mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
}
