"""Reads its key from a key vault by Microsoft's client, keeps it for a while, and counts the calls that were refused."""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from azure.core.credentials import AccessToken
from azure.keyvault.secrets import SecretClient

vault, authority = os.environ["VAULT"], os.environ["AUTHORITY"]
TTL = 0.3


class Login:
    def get_token(self, *scopes, **_):
        form = {"grant_type": "client_credentials", "client_id": "reader", "client_secret": os.environ["SECRET"],
                "scope": " ".join(scopes)}
        url = f"{vault}/{os.environ['TENANT']}/oauth2/v2.0/token"
        context = ssl.create_default_context(cafile=authority)
        answer = json.load(urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=10, context=context))
        return AccessToken(answer["access_token"], int(time.time()) + answer["expires_in"])


client = SecretClient(vault, Login(), verify_challenge_resource=False, connection_verify=authority)
calls, refused, keys, key, ends = 0, 0, set(), None, 0
client.get_secret(os.environ["NAME"])
print("ready", flush=True)
while not os.path.exists(os.environ["STOP"]):
    if time.monotonic() >= ends:
        key, ends = client.get_secret(os.environ["NAME"]).value, time.monotonic() + TTL
    request = urllib.request.Request(os.environ["SERVICE"], headers={"Authorization": f"Bearer {key}"})
    try:
        urllib.request.urlopen(request, timeout=10).read()
    except urllib.error.HTTPError as error:
        refused += error.code in (401, 403)
    calls += 1
    keys.add(hash(key))
json.dump({"calls": calls, "refused": refused, "keys": len(keys)}, sys.stdout)
