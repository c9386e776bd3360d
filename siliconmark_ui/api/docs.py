"""The API's page for people: made here from the OpenAPI document, so that it needs neither a network nor scripts."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from siliconmark_ui.api.schema import OpenApi

# The page may use its own style and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
DEEPEST = 6
_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { border: 1px solid var(--line); border-radius: 4px; padding: .75rem; overflow-x: auto; }
details { border: 1px solid var(--line); border-radius: 4px; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
"""


def docs_page(document: OpenApi, schema_url: str) -> str:
    """Return the page of an OpenAPI document, whose machine-readable form stands at `schema_url`."""
    info = document["info"]
    body = "".join(_groups(document))
    schemes = document["components"]["securitySchemes"]
    who = "".join(f"<li><b>{escape(name)}</b>: {escape(of['description'])}</li>" for name, of in schemes.items())
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(info['title'])}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])} "
        f"<a href='{escape(schema_url)}'>OpenAPI document</a></p><h2>Tokens</h2>"
        f"<p>Send one as <code>Authorization: Bearer …</code></p><ul>{who}</ul>{body}</main></body></html>"
    )


def _groups(document: OpenApi) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            drawn = _operation(document, method, path, operation)
            groups.setdefault(operation["tags"][0], []).append(drawn)
    for name, drawn_ones in groups.items():
        yield f"<h2>{escape(name)}</h2>{''.join(drawn_ones)}"


def _operation(document: OpenApi, method: str, path: str, operation: OpenApi) -> str:
    callers = " or ".join(name for entry in operation["security"] for name in entry) or "nobody in particular"
    parts = [f"<p>{escape(operation.get('description', ''))} Token: {escape(callers)}.</p>"]
    parts += [_parameters(operation.get("parameters", []))]
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<h4>Body, {escape(media_type)}</h4>{_example(document, content['schema'])}")
    parts += [_answer(document, status, answer) for status, answer in sorted(operation["responses"].items())]
    return (
        f"<details id='{escape(operation['operationId'])}'><summary><b>{method.upper()}</b> <code>{escape(path)}</code>"
        f"</summary>{''.join(parts)}</details>"
    )


def _parameters(parameters: list[OpenApi]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}</td>"
        f"<td>{escape(_rule(one['schema']))}</td><td>{escape(one.get('description', ''))}</td></tr>"
        for one in parameters
    )
    return f"<table><tr><th>Parameter<th>In<th>Value<th>Meaning</tr>{rows}</table>"


def _rule(schema: OpenApi) -> str:
    if schema.get("type") == "array":
        return f"repeated: {_rule(schema['items'])}"
    words = [str(schema.get("format", schema.get("type", "")))]
    if "enum" in schema:
        words = [", ".join(map(str, schema["enum"]))]
    limits = (("from", "minimum"), ("to", "maximum"), ("at most this many characters:", "maxLength"))
    words += [f"{word} {schema[limit]}" for word, limit in limits if limit in schema]
    return " ".join(words) + (f"; default {json.dumps(schema['default'])}" if "default" in schema else "")


def _answer(document: OpenApi, status: str, answer: OpenApi) -> str:
    drawn = f"<h4>{escape(status)}: {escape(answer['description'])}</h4>"
    if not status.startswith("2"):
        return drawn
    contents = answer.get("content", {}).items()
    return drawn + "".join(f"<p>{escape(kind)}</p>{_example(document, of.get('schema', {}))}" for kind, of in contents)


def _example(document: OpenApi, schema: OpenApi) -> str:
    shape = _shape(document, schema, DEEPEST)
    return f"<pre>{escape(json.dumps(shape, indent=2, ensure_ascii=False))}</pre>"


def _shape(document: OpenApi, schema: OpenApi, depth: int) -> Any:
    """Return what a value of the schema looks like: objects and lists as they are, the rest as a word for its type."""
    if "$ref" in schema:
        return _shape(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], depth)
    if depth == 0:
        return "…"
    if "anyOf" in schema:
        return _either([_shape(document, one, depth) for one in schema["anyOf"]])
    if "properties" in schema:
        return {name: _shape(document, of, depth - 1) for name, of in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        return {"…": _shape(document, schema["additionalProperties"], depth - 1)}
    if schema.get("type") == "array":
        return [_shape(document, schema.get("items", {}), depth - 1)]
    return str(schema.get("const", "")) or " | ".join(map(str, schema.get("enum", ()))) or schema.get("type", "any")


def _either(shapes: list[Any]) -> Any:
    """Return one shape for several: words together, a structure alone (that it may be null as well is little news)."""
    structures = [shape for shape in shapes if not isinstance(shape, str)]
    return structures[0] if structures else " | ".join(shapes)
