"""Uses docent's tools through the Model Context Protocol's own client.

    mcp_client.py DOCENT BOOK http://127.0.0.1:3000/ QUESTION

Over stdin and stdout and over HTTP, each with the handshake of the older
protocol and without one. The client checks every structured result against
the schema that the server gave for it.
"""

import asyncio
import json
import sys
import urllib.error
import urllib.request

from mcp import Client, StdioServerParameters
from mcp.types import LATEST_PROTOCOL_VERSION

FOREIGN = "Which wine goes with roast duck and plums?"


async def use(client, question):
    """What every client sees, whatever it came through."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(tools) == ["search", "read", "ask"], list(tools)
    for tool in tools.values():
        assert tool.annotations.read_only_hint and tool.annotations.open_world_hint is False
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
    assert client.server_info.name == "docent" and "`search`" in client.instructions

    found = await client.call_tool("search", {"query": question, "limit": 3})
    assert not found.is_error and 1 <= len(found.structured_content["hits"]) <= 3, found
    hit = found.structured_content["hits"][0]
    assert hit["heading"] in found.content[0].text, found.content

    page = await client.call_tool("read", {"url": hit["url"].split("#")[0]})
    whole = page.structured_content
    assert whole["markdown"].startswith("# ") and whole["sections"], whole
    part = await client.call_tool("read", {"url": whole["sections"][-1]["url"]})
    assert part.structured_content["markdown"].strip() in whole["markdown"]
    assert len(part.content[0].text) < len(page.content[0].text)

    answer = await client.call_tool("ask", {"question": question})
    assert answer.structured_content["outcome"] == "answered", answer
    assert answer.structured_content["sources"] and "Sources:" in answer.content[0].text
    refusal = await client.call_tool("ask", {"question": FOREIGN, "extractive": True})
    assert refusal.structured_content["outcome"] == "not-in-docs", refusal

    for name, arguments in [
        ("search", {}),
        ("search", {"query": "a", "limit": 0}),
        ("read", {"url": "no/such/page.html"}),
        ("ask", {"question": ""}),
        ("ask", {"question": "a", "model": "x"}),
    ]:
        wrong = await client.call_tool(name, arguments)
        assert wrong.is_error and wrong.content[0].text, (name, arguments, wrong)
    try:
        await client.call_tool("delete", {})
    except Exception as error:
        assert "delete" in str(error), error
    else:
        raise AssertionError("a tool that does not exist was called")
    return hit["url"], len(answer.content[0].text)


def refused(address, status, method="POST", **headers):
    """What the protocol demands of a server on the machine of a person."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    body = json.dumps(message).encode() if method == "POST" else None
    request = urllib.request.Request(address, data=body, headers=sent, method=method)
    try:
        found = urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        found = error.code
    assert found == status, (headers, found)


async def main():
    docent, book, address, question = sys.argv[1:]
    stdio = StdioServerParameters(command=docent, args=["mcp", book, "--extractive"])
    for mode in ["legacy", "auto"]:
        for name, server in [("stdio", stdio), ("HTTP", address + "mcp")]:
            async with Client(server, mode=mode, raise_exceptions=True) as client:
                url, length = await use(client, question)
                print(f"{name}, {mode}, protocol {client.protocol_version}: "
                      f"found {url}, answered in {length} characters")
                if mode == "auto":
                    assert client.protocol_version == LATEST_PROTOCOL_VERSION
    refused(address + "mcp", 403, Origin="http://evil.example")
    refused(address + "mcp", 403, method="GET", Origin="http://evil.example")
    refused(address + "mcp", 421, Host="evil.example")
    refused(address + "mcp", 405, method="GET")
    print("foreign origins and hosts are refused: 403, 403, 421; no stream to open: 405")


asyncio.run(main())
