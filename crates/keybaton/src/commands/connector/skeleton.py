#!/usr/bin/python3
# A connector of your own: keybaton runs it once for each call, with one JSON document on stdin, and reads one on stdout.
# A JSON file plays the service, so that `keybaton connector test` passes at once: put your service's calls in its place.
# Answer `refused` only when nothing happened and nothing will; `unknown` when you cannot tell; `not_sent` when no request left.
import json
import os
import sys

request = json.loads(sys.stdin.readline())
verb, wanted = request["verb"], request.get("id")
path = request["options"]["file"]


def answer(**what):
    print(json.dumps({"schema": "keybaton/exec/v1", **what}))
    sys.exit(0)


def keys():
    """The keys of the service. Here: what the file holds; nothing when there is none yet."""
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        answer(not_sent=str(error))


def keep(all_keys):
    with open(path + ".new", "w") as file:
        json.dump(all_keys, file)
    os.rename(path + ".new", path)


def create():
    """Makes a key. The label must stand where `list` shows it: so a key whose answer was lost is found again."""
    made = {"id": os.urandom(6).hex(), "label": request["label"], "value": os.urandom(24).hex(), "enabled": True}
    keep(keys() + [made])
    answer(ok={"id": made["id"], "value": made["value"]})


def destroy():
    """Destroys a key. One that is gone already is `ok`."""
    keep([key for key in keys() if key["id"] != wanted])
    answer(ok={})


def listed():
    answer(ok={"credentials": [{name: key[name] for name in ("id", "label", "enabled")} for key in keys()]})


def switch(enabled):
    all_keys = keys()
    for key in all_keys:
        if key["id"] == wanted:
            key["enabled"] = enabled
            keep(all_keys)
            answer(ok={})
    answer(refused="there is no such key", blame="not-found")


def probe():
    """Says whether a key works. Leave it out of `can` when the secret has a probe of its own."""
    works = any(key["id"] == wanted and key["value"] == request["value"] and key["enabled"] for key in keys())
    answer(ok={"verdict": "accepted" if works else "refused"})


def describe():
    """Says what this program can do, in the words of keybaton.toml: `connector test` compares."""
    answer(ok={"can": ["list", "disable", "probe"], "value": "theirs", "ids": "once"})


verbs = {
    "describe": describe,
    "create": create,
    "destroy": destroy,
    "list": listed,
    "disable": lambda: switch(False),
    "enable": lambda: switch(True),
    "probe": probe,
}
if verb not in verbs:
    answer(refused="unknown verb " + verb, blame="unsupported")
verbs[verb]()
