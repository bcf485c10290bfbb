"""What a person does at AWS, and what the application does: with Amazon's own client, and no code of keybaton's."""

import json
import os
import pathlib
import sys
import time

import botocore.exceptions
import botocore.session
from botocore.config import Config


def client(service, key, secret):
    once = Config(retries={"total_max_attempts": 1}, read_timeout=10)
    return botocore.session.get_session().create_client(
        service, region_name="us-east-1", endpoint_url=os.environ["API"],
        aws_access_key_id=key, aws_secret_access_key=secret, config=once)


def refused(key, secret):
    try:
        client("sts", key, secret).get_caller_identity()
        return False
    except botocore.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 403:
            raise
        return True


def save(name, text):
    path = pathlib.Path(name)
    path.touch(0o600)
    path.write_text(text)


def identity(iam, user, *statements):
    iam.create_user(UserName=user)
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document)
    return iam.create_access_key(UserName=user)["AccessKey"]


def allow(actions, resource):
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def set_up():
    iam, secrets = client("iam", "test", "test"), client("secretsmanager", "test", "test")
    old = identity(iam, "checkout")
    rendered = f'{{"aws_access_key_id": "{old["AccessKeyId"]}", "aws_secret_access_key": "{old["SecretAccessKey"]}"}}'
    secrets.create_secret(Name="checkout/aws", SecretString=rendered)
    save("adopted.id", old["AccessKeyId"])
    save("adopted", old["SecretAccessKey"])
    about = "arn:aws:secretsmanager:*:*:secret:checkout/*"
    keys = ["Create", "Delete", "Update"]
    own = identity(
        iam, "keybaton",
        allow([f"iam:{verb}AccessKey" for verb in keys] + ["iam:ListAccessKeys", "iam:ListUserTags",
               "iam:TagUser", "iam:UntagUser"], "arn:aws:iam::*:user/checkout"),
        # At AWS this is about the user too; the emulator knows it for everything only.
        allow(["iam:GetAccessKeyLastUsed"], "*"),
        allow([f"secretsmanager:{action}" for action in ("DescribeSecret", "GetSecretValue", "PutSecretValue",
               "UpdateSecretVersionStage")], about))
    save("keybaton.id", own["AccessKeyId"])
    save("keybaton.secret", own["SecretAccessKey"])
    reader = identity(iam, "reader", allow(["secretsmanager:GetSecretValue"], about))
    save("reader.json", json.dumps([reader["AccessKeyId"], reader["SecretAccessKey"]]))


def read(stage="AWSCURRENT"):
    secrets = client("secretsmanager", *json.loads(pathlib.Path("reader.json").read_text()))
    key = json.loads(secrets.get_secret_value(SecretId="checkout/aws", VersionStage=stage)["SecretString"])
    return key["aws_access_key_id"], key["aws_secret_access_key"]


def application():
    calls = refusals = 0
    while not pathlib.Path("stop").exists():
        refusals += refused(*read())
        calls += 1
        time.sleep(0.1)
    print(json.dumps({"calls": calls, "refusals": refusals}))


def hand_made():
    print(client("iam", "test", "test").create_access_key(UserName="checkout")["AccessKey"]["AccessKeyId"])


def remove(key):
    client("iam", "test", "test").delete_access_key(UserName="checkout", AccessKeyId=key)


def show():
    iam = client("iam", "test", "test")
    marks = {tag["Key"]: tag["Value"] for tag in iam.list_user_tags(UserName="checkout")["Tags"]}
    for key in iam.list_access_keys(UserName="checkout")["AccessKeyMetadata"]:
        print(key["AccessKeyId"], key["Status"], marks.get(key["AccessKeyId"], "no description"))


def keep(name, stage):
    save(name, json.dumps(read(stage)))


def takes(name):
    print("refused" if refused(*json.loads(pathlib.Path(name).read_text())) else "taken")


{"set-up": set_up, "application": application, "hand-made": hand_made, "remove": remove, "show": show, "keep": keep,
 "takes": takes}[sys.argv[1]](*sys.argv[2:])
