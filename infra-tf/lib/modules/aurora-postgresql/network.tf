resource "aws_db_subnet_group" "this" {
  name        = module.naming.names["subnets"]
  description = "The data subnets, one per zone."
  subnet_ids  = var.data_subnet_ids
  tags        = module.naming.named_tags["subnets"]
}

# Without rules nothing comes in or goes out. Who queries the database opens the way, naming its own group; see ecs-service.
resource "aws_security_group" "this" {
  name        = module.naming.names["security_group"]
  description = "The database: reached by the groups that name themselves, reaches nothing."
  vpc_id      = var.vpc_id
  tags        = module.naming.named_tags["security_group"]
}
