"""Reads its key from a KV secret before each call, as many programs do; counts the calls that were refused."""

import json
import os
import sys
import urllib.error
import urllib.request

import hvac

client = hvac.Client(url=os.environ["BAO_ADDR"], token=open(os.environ["BAO_TOKEN_FILE"]).read().strip())
calls, refused, keys = 0, 0, set()
print("ready", flush=True)
while not os.path.exists(os.environ["STOP"]):
    read = client.secrets.kv.v2.read_secret_version(path=os.environ["KV_PATH"], raise_on_deleted_version=True)
    key = read["data"]["data"]["value"]
    request = urllib.request.Request(os.environ["SERVICE"], headers={"Authorization": f"Bearer {key}"})
    try:
        urllib.request.urlopen(request, timeout=10).read()
    except urllib.error.HTTPError as error:
        refused += error.code in (401, 403)
    calls += 1
    keys.add(hash(key))
json.dump({"calls": calls, "refused": refused, "keys": len(keys)}, sys.stdout)
