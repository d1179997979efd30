"""Texts of policies that tests put."""

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)
READ = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"xray:Get*","Resource":"*"}]}'
# Spelled as no program would spell it again: it must come back letter for letter.
ODD = '{\n\t"Statement" : {"Effect":"Allow","Action":[ "xray:GetGroups" ], "Resource": "arn:aws:xray:*:*:group/a~b-c_d.e+f%g/é"},\r\n "Version": "2012-10-17"}\n'
READ_ONLY = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"
