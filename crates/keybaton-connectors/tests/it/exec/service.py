# A far service that is a JSON file beside the program, and the program that speaks for it.
import json, os, sys

request = json.loads(sys.stdin.readline())
options, secrets = request["options"], request["secrets"]


def answer(**what):
    print(json.dumps({"schema": "keybaton/exec/v1", **what}))
    sys.exit(0)


if not os.path.exists(options["file"]):
    answer(not_sent="the service cannot be reached")
with open(options["file"]) as file:
    keys = json.load(file)
verb, ident = request["verb"], request.get("id")
if verb != "probe" and secrets["token"] != "the-right-token":
    answer(refused="the token is not the right one", blame="our-credential")

if verb == "create":
    ours = request.get("value")
    same = [k for k in keys if k["label"] == request["label"] and k["value"] == ours]
    if not same and len(keys) >= 3:
        answer(refused="there is no room", blame="full")
    value = ours or os.urandom(16).hex()
    made = same[0] if same else {"id": "key-" + os.urandom(6).hex(), "label": request["label"], "value": value, "enabled": True}
    if not same:
        keys.append(made)
    result = {"id": made["id"]} if ours else {"id": made["id"], "value": made["value"]}
elif verb == "list":
    result = {"credentials": [{"id": k["id"], "label": k["label"], "enabled": k["enabled"], "created": "2026-01-02T03:04:05Z"} for k in keys]}
elif verb == "destroy":
    keys, result = [k for k in keys if k["id"] != ident], {}
elif verb in ("disable", "enable"):
    found = [k for k in keys if k["id"] == ident]
    if not found:
        answer(refused="there is no such key", blame="not-found")
    found[0]["enabled"], result = verb == "enable", {}
elif verb == "probe":
    works = any(k["id"] == ident and k["value"] == request["value"] and k["enabled"] for k in keys)
    answer(ok={"verdict": "accepted" if works else "refused"})

with open(options["file"] + ".new", "w") as file:
    json.dump(keys, file)
os.rename(options["file"] + ".new", options["file"])
answer(ok=result)
