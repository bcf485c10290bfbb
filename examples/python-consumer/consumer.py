"""Calls a service with the current key, which an agent on this machine hands out. Standard library only."""
import json, os, time, urllib.error, urllib.request

AGENT = os.environ["AGENT"] + "/v1/secrets/payments/prod"
with open(os.environ["TOKEN_FILE"]) as file:
    HEADERS = {"Authorization": "Bearer " + file.read().strip(), "Keybaton-Instance": "checkout-1"}


def agent(path="", document=None):  # reads the key, or says what became of it
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(AGENT + path, body, HEADERS)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer) if body is None else None


def call(key):  # the work itself, with the key
    request = urllib.request.Request(os.environ["SERVICE"], headers={"Authorization": "Bearer " + key["value"]})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


while not os.path.exists("stop"):
    key = agent()  # every time: it costs 30 microseconds, and is never an old one
    status = call(key)
    if status in (200, 401):  # what the service says of the key; anything else says nothing
        agent("/auth-results", {"version": key["version"], "ok" if status == 200 else "unauthorized": 1})
    if status == 200:
        agent("/sightings", {"version": key["version"], "kind": "used"})
    print(status, flush=True)
    time.sleep(0.2)
