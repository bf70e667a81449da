# What is named by a program as well, @flaghoist/stack-outputs: both prove the same cases.
variables {
  context = {
    environment        = "blue"
    service            = "hoist"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "platform-1001"
    owner              = "team-platform"
  }
}

run "shared_names_of_blue_in_eu_west_1" {
  command = plan

  variables {
    context = merge(var.context, { environment = "blue", region = "eu-west-1" })
    resources = {
      for key, each in jsondecode(file("test/shared-cases.json")).cases : key => { type = each.type, qualifier = each.qualifier }
      if each.environment == "blue" && each.region == "eu-west-1"
    }
  }

  assert {
    condition     = length(output.names) == 3 && alltrue([for key, name in output.names : name == jsondecode(file("test/shared-cases.json")).cases[key].name])
    error_message = "Names differ from test/shared-cases.json: ${jsonencode(output.names)}"
  }
}

run "shared_names_of_blue_in_ap_southeast_2" {
  command = plan

  variables {
    context = merge(var.context, { environment = "blue", region = "ap-southeast-2" })
    resources = {
      for key, each in jsondecode(file("test/shared-cases.json")).cases : key => { type = each.type, qualifier = each.qualifier }
      if each.environment == "blue" && each.region == "ap-southeast-2"
    }
  }

  assert {
    condition     = length(output.names) == 1 && alltrue([for key, name in output.names : name == jsondecode(file("test/shared-cases.json")).cases[key].name])
    error_message = "Names differ from test/shared-cases.json: ${jsonencode(output.names)}"
  }
}

run "shared_names_of_blue_in_ca_central_1" {
  command = plan

  variables {
    context = merge(var.context, { environment = "blue", region = "ca-central-1" })
    resources = {
      for key, each in jsondecode(file("test/shared-cases.json")).cases : key => { type = each.type, qualifier = each.qualifier }
      if each.environment == "blue" && each.region == "ca-central-1"
    }
  }

  assert {
    condition     = length(output.names) == 1 && alltrue([for key, name in output.names : name == jsondecode(file("test/shared-cases.json")).cases[key].name])
    error_message = "Names differ from test/shared-cases.json: ${jsonencode(output.names)}"
  }
}

run "shared_names_of_shared_in_ap_southeast_2" {
  command = plan

  variables {
    context = merge(var.context, { environment = "shared", region = "ap-southeast-2" })
    resources = {
      for key, each in jsondecode(file("test/shared-cases.json")).cases : key => { type = each.type, qualifier = each.qualifier }
      if each.environment == "shared" && each.region == "ap-southeast-2"
    }
  }

  assert {
    condition     = length(output.names) == 1 && alltrue([for key, name in output.names : name == jsondecode(file("test/shared-cases.json")).cases[key].name])
    error_message = "Names differ from test/shared-cases.json: ${jsonencode(output.names)}"
  }
}

run "shared_names_of_bluee_in_eu_west_1" {
  command = plan

  variables {
    context = merge(var.context, { environment = "bluee", region = "eu-west-1" })
    resources = {
      for key, each in jsondecode(file("test/shared-cases.json")).cases : key => { type = each.type, qualifier = each.qualifier }
      if each.environment == "bluee" && each.region == "eu-west-1"
    }
  }

  assert {
    condition     = length(output.names) == 1 && alltrue([for key, name in output.names : name == jsondecode(file("test/shared-cases.json")).cases[key].name])
    error_message = "Names differ from test/shared-cases.json: ${jsonencode(output.names)}"
  }
}

run "shared_tags" {
  command = plan

  assert {
    condition     = output.tags == merge(jsondecode(file("test/shared-cases.json")).tags, { managed-by = "terraform" })
    error_message = "The tags differ from test/shared-cases.json."
  }
}
