"""Microsoft's client for Python at a key vault on loopback: everything that a consumer or an operator does there."""

import json
import os
import ssl
import time
import urllib.parse
import urllib.request
from datetime import datetime, timezone

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.secrets import SecretClient

authority, vault, name = os.environ["AUTHORITY"], os.environ["VAULT"], os.environ["NAME"]


class Login:
    """A login by a client secret, as the identity library does it."""

    def get_token(self, *scopes, **_):
        form = {"grant_type": "client_credentials", "client_id": os.environ["CLIENT"],
                "client_secret": os.environ["SECRET"], "scope": " ".join(scopes)}
        url = f"{vault}/{os.environ['TENANT']}/oauth2/v2.0/token"
        body = urllib.parse.urlencode(form).encode()
        context = ssl.create_default_context(cafile=authority)
        answer = json.load(urllib.request.urlopen(urllib.request.Request(url, body), context=context, timeout=10))
        return AccessToken(answer["access_token"], int(time.time()) + answer["expires_in"])


def client(**more):
    return SecretClient(vault, Login(), verify_challenge_resource=False, connection_verify=authority, **more)


def fails(kind, work):
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} is expected")


def everything():
    secrets = client()
    fails(ResourceNotFoundError, lambda: secrets.get_secret(name))
    first = secrets.set_secret(name, "one", tags={"owner": "team"}, content_type="text/plain")
    assert first.value == "one" and first.properties.enabled and first.properties.version
    assert first.properties.tags == {"owner": "team"} and first.properties.content_type == "text/plain"
    expires = datetime(2031, 1, 1, tzinfo=timezone.utc)
    second = secrets.set_secret(name, "two", expires_on=expires)
    assert second.properties.expires_on == expires and second.properties.created_on.year >= 2024
    assert secrets.get_secret(name).value == "two" and secrets.get_secret(name.upper()).value == "two"
    assert secrets.get_secret(name, first.properties.version).value == "one"
    for number in range(60):
        secrets.set_secret(name, f"more-{number}")
    versions = {version.version for version in secrets.list_properties_of_secret_versions(name)}
    assert len(versions) == 62 and {first.properties.version, second.properties.version} <= versions
    assert len(list(secrets.list_properties_of_secret_versions(name, max_page_size=5))) == 62
    assert name in {found.name for found in secrets.list_properties_of_secrets()}
    changed = secrets.update_secret_properties(name, first.properties.version, enabled=False, tags={"a": "b"})
    assert not changed.enabled and changed.tags == {"a": "b"} and changed.content_type == "text/plain"
    refused = fails(HttpResponseError, lambda: secrets.get_secret(name, first.properties.version))
    assert refused.status_code == 403 and refused.error.code == "Forbidden", refused
    assert refused.error.innererror["code"] == "SecretDisabled"
    assert secrets.get_secret(name).value == "more-59"
    deleted = secrets.begin_delete_secret(name).result()
    assert deleted.name == name and deleted.recovery_id and deleted.scheduled_purge_date > deleted.deleted_date
    fails(ResourceNotFoundError, lambda: secrets.get_secret(name))
    fails(ResourceExistsError, lambda: secrets.set_secret(name, "three"))
    secrets.begin_recover_deleted_secret(name).wait()
    assert secrets.get_secret(name).value == "more-59"
    secrets.begin_delete_secret(name).wait()
    secrets.purge_deleted_secret(name)
    secrets.set_secret(name, "anew")
    assert len(list(secrets.list_properties_of_secret_versions(name))) == 1
    fails(HttpResponseError, lambda: secrets.set_secret(name, "x" * (25 * 1024 + 1)))
    fails(HttpResponseError, lambda: secrets.set_secret(name, "x", tags={str(no): "" for no in range(16)}))
    print("ok")


def forbidden():
    refused = fails(HttpResponseError, lambda: client().get_secret(name))
    print(refused.status_code, refused.error.code)


{"everything": everything, "forbidden": forbidden,
 "read": lambda: print(client().get_secret(name).value)}[os.environ["WORK"]]()
