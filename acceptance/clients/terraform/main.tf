# Who may do what, a trail that watches it, and what X-Ray keeps. The bucket is a folder: it is no resource here.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region            = "us-east-1"
  s3_use_path_style = true
}

data "aws_caller_identity" "me" {}
data "aws_partition" "here" {}

resource "aws_kms_key" "trail" {
  description             = "Trail"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "root", Effect = "Allow", Principal = { AWS = "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "kms:*", Resource = "*" },
      { Sid = "trail", Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = ["kms:GenerateDataKey*", "kms:DescribeKey"], Resource = "*" },
    ]
  })
  tags = { team = var.team }
}

resource "aws_kms_alias" "trail" {
  name          = "alias/tf-trail"
  target_key_id = aws_kms_key.trail.key_id
}

resource "aws_cloudtrail" "main" {
  name                          = "tf-main"
  s3_bucket_name                = "audit"
  s3_key_prefix                 = var.prefix
  include_global_service_events = true
  is_multi_region_trail         = true
  enable_log_file_validation    = true
  kms_key_id                    = aws_kms_key.trail.arn
  tags                          = { team = var.team }
  advanced_event_selector {
    name = "Writes"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field  = "readOnly"
      equals = [var.read_only]
    }
  }
  advanced_event_selector {
    name = "Traces"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::XRay::Trace"]
    }
  }
  insight_selector {
    insight_type = "ApiCallRateInsight"
  }
}

resource "aws_cloudtrail" "basic" {
  name           = "tf-basic"
  s3_bucket_name = "audit"
  enable_logging = false
  event_selector {
    read_write_type                  = "WriteOnly"
    include_management_events        = true
    exclude_management_event_sources = ["kms.amazonaws.com"]
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::audit/"]
    }
  }
}

resource "aws_iam_role" "trail" {
  name                 = "tf-trail"
  path                 = "/audit/"
  description          = "Reads the trail"
  max_session_duration = var.session_seconds
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  tags = { team = var.team }
}

resource "aws_iam_role_policy" "inline" {
  name   = "read"
  role   = aws_iam_role.trail.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.actions, Resource = "arn:aws:s3:::audit/*" }] })
}

resource "aws_iam_policy" "managed" {
  name   = "tf-managed"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["cloudtrail:LookupEvents"], Resource = "*" }] })
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.trail.name
  policy_arn = aws_iam_policy.managed.arn
}

resource "aws_iam_role_policy_attachment" "aws" {
  role       = aws_iam_role.trail.name
  policy_arn = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"
}

resource "aws_iam_instance_profile" "trail" {
  name = "tf-trail"
  role = aws_iam_role.trail.name
}

resource "aws_iam_user" "auditor" {
  name          = "tf-auditor"
  force_destroy = true
  tags          = { team = var.team }
}

resource "aws_iam_access_key" "auditor" {
  user = aws_iam_user.auditor.name
}

resource "aws_iam_group" "auditors" {
  name = "tf-auditors"
}

resource "aws_iam_group_membership" "auditors" {
  name  = "auditors"
  group = aws_iam_group.auditors.name
  users = [aws_iam_user.auditor.name]
}

resource "aws_cloudtrail_event_data_store" "lake" {
  name                           = "tf-lake"
  retention_period               = var.retention_days
  termination_protection_enabled = false
  tags                           = { team = var.team }
}

resource "aws_xray_group" "checkout" {
  group_name        = "tf-checkout"
  filter_expression = var.expression
  insights_configuration {
    insights_enabled      = false
    notifications_enabled = false
  }
  tags = { team = var.team }
}

resource "aws_xray_sampling_rule" "checkout" {
  rule_name      = "tf-checkout"
  priority       = 10
  version        = 1
  reservoir_size = 1
  fixed_rate     = 0.05
  url_path       = "*"
  host           = "*"
  http_method    = "*"
  service_type   = "*"
  service_name   = "*"
  resource_arn   = "*"
  attributes     = { Hello = "Tris" }
  tags           = { team = var.team }
}

resource "aws_xray_encryption_config" "traces" {
  type   = "KMS"
  key_id = aws_kms_key.trail.arn
}
