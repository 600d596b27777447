#!/usr/bin/env python3
"""Notes in a running keyserver, over its HTTP interface. Standard library only.

    notes.py HOME add ID TEXT     returns when the note survives the loss of this machine
    notes.py HOME get ID
    notes.py HOME list
    notes.py HOME remove ID
    notes.py HOME import          one "ID TEXT" a line from standard input, all of them in one stream
    notes.py HOME watch COUNT     prints that many events of how far the backup is
"""

import json
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request


class Keyserver:
    """A client. Reads the address and the token anew at each start of the program."""

    def __init__(self, home):
        lines = pathlib.Path(home, "api.properties").read_text(encoding="utf-8").splitlines()
        properties = dict(line.split("=", 1) for line in lines if "=" in line)
        self.url = properties["url"]
        self.token = properties["token"]

    def open(self, method, path, body=None, **parameters):
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        request = urllib.request.Request(self.url + path + query, data=body, method=method)
        request.add_header("Authorization", "Bearer " + self.token)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        return urllib.request.urlopen(request, timeout=90)

    def transact(self, *operations):
        body = json.dumps({"ops": operations}).encode()
        with self.open("POST", "/v1/transact", body, wait="backedUp") as answer:
            return json.load(answer)

    def transact_many(self, transactions):
        body = "".join(json.dumps({"ops": ops}) + "\n" for ops in transactions).encode()
        with self.open("POST", "/v1/transactions", body, wait="backedUp") as answer:
            return json.load(answer)

    def get(self, collection, id):
        with self.open("GET", "/v1/object", collection=collection, id=id) as answer:
            return json.load(answer)

    def list(self, collection):
        with self.open("GET", "/v1/objects", collection=collection) as answer:
            for line in answer:
                yield json.loads(line)["id"]

    def progress(self):
        with self.open("GET", "/v1/receipts") as events:
            for line in events:
                if line.startswith(b"data: "):
                    yield json.loads(line[len(b"data: "):])


def put(id, text):
    return {"put": {"collection": "notes", "id": id, "value": {"text": text}}}


def main(home, command, *arguments):
    keyserver = Keyserver(home)
    if command == "add":
        id, text = arguments
        print(keyserver.transact(put(id, text))["sequence"])
    elif command == "get":
        print(keyserver.get("notes", arguments[0])["text"])
    elif command == "list":
        for id in keyserver.list("notes"):
            print(id)
    elif command == "remove":
        keyserver.transact({"delete": {"collection": "notes", "id": arguments[0]}})
    elif command == "import":
        lines = (line.rstrip("\n").split(" ", 1) for line in sys.stdin)
        print(keyserver.transact_many([put(id, text)] for id, text in lines)["transactions"])
    elif command == "watch":
        for _, event in zip(range(int(arguments[0])), keyserver.progress()):
            print(event["sequence"], event["backedUpSequence"], flush=True)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        print(problem["message"], file=sys.stderr)
        sys.exit(int(problem["details"].get("exitCode", "1")))
    except (TypeError, ValueError) as error:
        sys.exit(f"{error}\n{__doc__}")
