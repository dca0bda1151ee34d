"""Asks a running docent through OpenAI's own client.

    openai_client.py http://127.0.0.1:3000/ QUESTION

Fails at the first thing that is not as the client's types and docent's
reference say.
"""

import re
import sys
import time

import openai

# Of no documentation that this is run on.
FOREIGN = "Which wine goes with roast duck and plums?"


def wait(client):
    """Until the index is there."""
    for _ in range(300):
        try:
            return client.chat.completions.create(model="docent-extractive", messages=user("hello"))
        except openai.InternalServerError as error:
            assert error.status_code == 503 and error.code == "not-ready", error
            time.sleep(0.2)
    raise SystemExit("the server is never ready")


def user(text):
    return [{"role": "user", "content": text}]


def refused(kind, call, **wanted):
    try:
        call()
    except kind as error:
        found = {name: getattr(error, name) for name in wanted}
        assert found == wanted, found
        assert error.body["message"], error.body
        return
    raise AssertionError(f"no {kind.__name__}")


def main():
    address, question = sys.argv[1:]
    client = openai.OpenAI(base_url=address + "v1", api_key="none", max_retries=0)
    print(f"openai {openai.__version__}")
    wait(client)

    names = [model.id for model in client.models.list()]
    assert names == ["docent", "docent-extractive"], names
    assert client.models.retrieve("docent").owned_by == "docent"
    print("models:", *names)

    started = time.monotonic()
    whole = client.chat.completions.create(model="docent", messages=user(question))
    took = time.monotonic() - started
    text = whole.choices[0].message.content
    assert whole.object == "chat.completion" and whole.choices[0].finish_reason == "stop"
    assert whole.docent["outcome"] == "answered" and whole.docent["sources"], whole.docent
    links = re.findall(r"\]\((http[^)]*)\)", text)
    assert links and all(link.startswith(address) for link in links), text
    usage = whole.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    wrote = whole.docent["usage"]["model"] is not None
    assert (usage.completion_tokens > 0) == wrote, whole.docent["usage"]
    print(f"completion: {len(text)} characters, {len(links)} links, {usage.total_tokens} tokens, "
          f"{took:.3f} s\n\n{text}\n")

    started, first, pieces, last = time.monotonic(), None, [], None
    stream = client.chat.completions.create(
        model="docent-extractive",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": question}]},
        ],
        stream=True,
        stream_options={"include_usage": True},
        temperature=0,
    )
    told = {}
    for chunk in stream:
        last = chunk
        told.update((chunk.model_extra or {}).get("docent", {}))
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.monotonic() - started
            pieces.append(chunk.choices[0].delta.content)
    assert told["outcome"] == "answered" and told["sources"] == whole.docent["sources"], told
    assert last.choices == [] and last.usage.total_tokens == 0, last
    if not wrote:
        assert "".join(pieces) == text
    print(f"stream: {len(pieces)} pieces, the first after {first:.3f} s")

    refusal = client.chat.completions.create(model="docent", messages=user(FOREIGN))
    assert refusal.docent["outcome"] == "not-in-docs", refusal
    assert refusal.choices[0].message.content.startswith("These docs do not cover")
    print("foreign question:", refusal.choices[0].message.content.splitlines()[0])

    ask = client.chat.completions.create
    refused(openai.NotFoundError, lambda: ask(model="gpt-x", messages=user("a")),
            code="model_not_found", param="model", status_code=404)
    refused(openai.BadRequestError, lambda: ask(model="docent", messages=user("")),
            status_code=400, type="invalid_request_error")
    refused(openai.BadRequestError, lambda: ask(model="docent", messages=[]), param="messages")
    refused(openai.PermissionDeniedError,
            lambda: ask(model="docent", messages=user("a"),
                        extra_headers={"Origin": "http://evil.example"}),
            code="forbidden")
    print("errors: 404, 400, 400, 403 as the client's own types")


main()
