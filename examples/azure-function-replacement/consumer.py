"""A program that reads its key from Azure Key Vault with Microsoft's client, keeps it for a while, and calls the service.

`python3 consumer.py` works until the file `stop` is there, and appends the status of each call to the file that it is told.
`python3 consumer.py once` prints the key, as `az keyvault secret show --query value -o tsv` does.
"""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.keyvault.secrets import SecretClient

VAULT, AUTHORITY, TENANT = os.environ["VAULT"], os.environ["AUTHORITY"], os.environ["TENANT"]
NAME = "external-api-key"
# In life ten minutes: `CACHE_SECONDS=600`. The example has no time for that.
CACHE_SECONDS = float(os.environ.get("CACHE_SECONDS", "600"))


class Login:
    """In life `azure.identity.DefaultAzureCredential()`; here a client secret at the example's own directory."""

    def get_token(self, *scopes, **_):
        form = {"grant_type": "client_credentials", "client_id": "shop", "scope": " ".join(scopes),
                "client_secret": open("shop.secret").read().strip()}
        context = ssl.create_default_context(cafile=AUTHORITY)
        url, body = f"{VAULT}/{TENANT}/oauth2/v2.0/token", urllib.parse.urlencode(form).encode()
        answer = json.load(urllib.request.urlopen(url, body, timeout=10, context=context))
        return AccessToken(answer["access_token"], int(time.time()) + answer["expires_in"])


class RotatingSecret:
    """The key by the name of its secret, never by the id of a version; kept for a while, and read anew after a 401."""

    def __init__(self):
        # The two switches are for a vault on this machine. Yours needs neither.
        self.client = SecretClient(VAULT, Login(), verify_challenge_resource=False, connection_verify=AUTHORITY)
        self.value, self.ends = None, 0.0

    def get(self):
        if time.monotonic() >= self.ends:
            try:
                self.value = self.client.get_secret(NAME).value
                self.ends = time.monotonic() + CACHE_SECONDS
            except AzureError:
                if self.value is None:
                    raise  # Otherwise what is at hand is better than nothing.
        return self.value

    def refused(self):
        self.ends = 0.0


def call(key):
    request = urllib.request.Request(os.environ["SERVICE"] + "/v1/work", headers={"Authorization": f"Bearer {key}"})
    try:
        return urllib.request.urlopen(request, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code


def main():
    secret = RotatingSecret()
    if sys.argv[1:] == ["once"]:
        print(secret.get(), end="")
        return
    with open(sys.argv[1], "a", buffering=1) as calls:
        while not os.path.exists("stop"):
            status = call(secret.get())
            calls.write(f"{status}\n")
            if status == 401:
                secret.refused()
            time.sleep(0.2)


main()
