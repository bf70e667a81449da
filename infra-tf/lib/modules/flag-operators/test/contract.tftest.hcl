mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Mocked\"}]}" }
  }
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home     = "us-east-1"
    standby  = "us-west-2"
    regions  = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [{ name = "checkout", cell = "cell-1" }]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
  operators   = { doctor = { users = true }, operator = { users = true, names = ["ada"] }, promoter = { users = true }, witness = { users = true, names = ["eva"] } }
}

run "rejects_nobody" {
  command = plan
  variables {
    operators = merge(var.operators, { witness = {} })
  }
  expect_failures = [var.operators]
}

run "rejects_two_ways_in" {
  command = plan
  variables {
    operators = merge(var.operators, { promoter = { users = true, saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company" } })
  }
  expect_failures = [var.operators]
}

run "rejects_oidc" {
  command = plan
  variables {
    operators = merge(var.operators, { promoter = { saml_provider_arn = "arn:aws:iam::123456789012:oidc-provider/company" } })
  }
  expect_failures = [var.operators]
}

run "rejects_people_whom_another_account_signs_in" {
  command = plan
  variables {
    operators = merge(var.operators, { promoter = { saml_provider_arn = "arn:aws:iam::210987654321:saml-provider/company" } })
  }
  expect_failures = [var.operators]
}

run "rejects_a_provider_by_a_policy_variable" {
  command = plan
  variables {
    operators = merge(var.operators, { promoter = { saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/$${aws:username}" } })
  }
  expect_failures = [var.operators]
}

run "rejects_a_role_without_people" {
  command = plan
  variables {
    operators = { operator = { users = true, names = ["ada"] }, promoter = { users = true }, doctor = { users = true } }
  }
  expect_failures = [var.operators]
}

run "rejects_people_of_a_role_that_there_is_not" {
  command = plan
  variables {
    operators = merge(var.operators, { chief = { users = true } })
  }
  expect_failures = [var.operators]
}

run "rejects_a_list_of_nobody" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true, names = [] } })
  }
  expect_failures = [var.operators]
}

run "rejects_a_name_by_a_policy_variable" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true, names = ["$${aws:username}"] } })
  }
  expect_failures = [var.operators]
}

run "rejects_a_name_with_places_for_any_letters" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true, names = ["a*"] } })
  }
  expect_failures = [var.operators]
}

run "rejects_names_of_those_who_sign_in" {
  command = plan
  variables {
    operators = merge(var.operators, { promoter = { saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company", names = ["ada"] } })
  }
  expect_failures = [var.operators]
}

run "rejects_an_operator_who_is_witness_too" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true, names = ["ada", "ben"] }, witness = { users = true, names = ["ada"] } })
  }
  expect_failures = [var.operators]
}

run "rejects_operators_who_could_be_witness_too" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true } })
  }
  expect_failures = [var.operators]
}

run "rejects_witnesses_who_could_be_operator_too" {
  command = plan
  variables {
    operators = merge(var.operators, { witness = { users = true } })
  }
  expect_failures = [var.operators]
}

run "rejects_one_user_written_in_two_ways" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true, names = ["Ada.Abel"] }, witness = { users = true, names = ["ada.abel"] } })
  }
  expect_failures = [var.operators]
}

run "rejects_people_whom_nobody_can_compare" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company" } })
  }
  expect_failures = [var.operators]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:210987654321:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_key_of_another_partition" {
  command = plan
  variables {
    kms_key_arn = "arn:aws-cn:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_key_of_one_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  }
  expect_failures = [var.kms_key_arn]
}
