"""Validates a running docent's OpenAPI document, and its answers against it.

    openapi_check.py http://127.0.0.1:3000/ QUESTION
"""

import json
import sys
import urllib.error
import urllib.request

import jsonschema
from openapi_spec_validator import OpenAPIV31SpecValidator, validate


def fetch(address, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Accept": "application/json, text/event-stream" if address.endswith("/mcp")
               else "application/json", "Content-Type": "application/json"}
    request = urllib.request.Request(address, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def main():
    address, question = sys.argv[1:]
    _, document = fetch(address + "api/openapi.json")
    validate(document, cls=OpenAPIV31SpecValidator)
    asked = {"question": question}
    chat = {"messages": [{"role": "user", "content": question}]}
    calls = [
        ("healthz", None, "/healthz"),
        ("readyz", None, "/readyz"),
        ("api/search?q=port&limit=3", None, "/api/search"),
        ("api/search", None, "/api/search"),
        ("api/ask", asked, "/api/ask"),
        ("api/ask", {}, "/api/ask"),
        ("api/feedback", {**asked, "helpful": True}, "/api/feedback"),
        ("api/feedback", {}, "/api/feedback"),
        ("v1/chat/completions", chat, "/v1/chat/completions"),
        ("v1/chat/completions", {"model": "x", **chat}, "/v1/chat/completions"),
        ("v1/models", None, "/v1/models"),
        ("v1/models/docent", None, "/v1/models/{model}"),
        ("mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, "/mcp"),
        ("api/openapi.json", None, "/api/openapi.json"),
    ]
    for target, body, path in calls:
        status, found = fetch(address + target, body)
        operation = document["paths"][path]["get" if body is None else "post"]
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        whole = {**schema, "components": document["components"]}
        jsonschema.validate(found, whole, cls=jsonschema.Draft202012Validator)
    missing = set(document["paths"]) - {path for _, _, path in calls}
    assert not missing, missing
    print(f"OpenAPI {document['openapi']}: valid, {len(document['paths'])} paths, "
          f"{len(document['components']['schemas'])} schemas, {len(calls)} answers fit")


main()
