"""Requests made from an OpenAPI description and from a GraphQL schema; the same ones for the same seed."""
from __future__ import annotations

import random
import re
import uuid

from .rows import NAMESPACE, Pool

METHODS = ("get", "post", "put", "patch", "delete")


class Maker:
    def __init__(self, pool: Pool, seed: int):
        self.pool = pool
        self.random = random.Random(seed)

    def known(self, name: str, owner: str = ""):
        values = self.pool.find(name, owner)
        return self.random.choice(values) if values else None

    def word(self, name: str) -> str:
        if "email" in name.lower():
            return f"person{self.random.randrange(4)}@example.org"
        if "url" in name.lower():
            return "https://example.org/made"
        return f"made {name} {self.random.randrange(1000)}"


class OpenApi(Maker):
    """One list of `{method, path, params, json}` for each round through all operations."""

    def __init__(self, document: dict, pool: Pool, seed: int):
        super().__init__(pool, seed)
        self.document = document

    def resolve(self, schema: dict) -> dict:
        while "$ref" in schema:
            found = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema

    def value(self, schema: dict, name: str, owner: str = "", depth: int = 0):
        schema = self.resolve(schema)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                kinds = [one for one in schema[several] if self.resolve(one).get("type") != "null"]
                return self.value(kinds[0], name, owner, depth) if kinds else None
        if "allOf" in schema:
            return self.value(schema["allOf"][0], name, owner, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            if depth > 4:
                return {}
            required = set(schema.get("required", ()))
            return {key: self.value(part, key, owner, depth + 1) for key, part in schema.get("properties", {}).items()
                    if key in required or self.random.random() < 0.6}
        if kind == "array":
            count = max(schema.get("minItems", 1), 1)
            return [self.value(schema.get("items", {}), name.removesuffix("s"), owner, depth + 1) for _ in range(count)]
        known = self.known(name, owner)
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("integer", "number"):
            if known is not None and isinstance(known, (int, float)) and not isinstance(known, bool):
                return known
            low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            return min(low + self.random.randrange(3), schema.get("maximum", 10 ** 6))
        if known is not None and not isinstance(known, bool):
            return str(getattr(known, "value", known))
        form = schema.get("format", "")
        if form == "date-time":
            return f"2030-02-{self.random.randrange(1, 28):02d}T10:00:00Z"
        if form == "date":
            return f"2030-02-{self.random.randrange(1, 28):02d}"
        if form == "uuid":
            return str(uuid.uuid5(NAMESPACE, name))
        text = self.word(name)
        text = text + "x" * (schema.get("minLength", 0) - len(text))
        return text[: schema.get("maxLength", 10 ** 6)]

    def request(self, method: str, path: str, operation: dict, shared: list) -> dict:
        params, headers = {}, {}
        for parameter in [*shared, *operation.get("parameters", ())]:
            parameter = self.resolve(parameter)
            name, where = parameter["name"], parameter["in"]
            if where == "path":
                owner = re.search(r"([^/{}]+)/\{" + re.escape(name) + r"[^}]*\}", path)
                made = self.value(parameter.get("schema", {}), name, owner.group(1) if owner else "")
                path = re.sub(r"\{" + re.escape(name) + r"[^}]*\}", str(made), path)
            elif where == "query" and (parameter.get("required") or self.random.random() < 0.3):
                params[name] = self.value(parameter.get("schema", {}), name)
            elif where == "header" and parameter.get("required"):
                headers[name] = str(self.value(parameter.get("schema", {}), name))
        out = {"method": method.upper(), "path": path, "params": params, "headers": headers}
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            out["json"] = self.value(content["application/json"].get("schema", {}), "")
        elif content:
            kind = next(iter(content))
            if "form" in kind:
                out["data"] = {key: one if isinstance(one, str) else str(one) for key, one in
                               (self.value(content[kind].get("schema", {}), "") or {}).items()}
        return out

    def round(self) -> list[dict]:
        """Reads first, deletions last: most of what is asked for is there."""
        operations = [(method, path, item[method], item.get("parameters", []))
                      for path, item in self.document.get("paths", {}).items() for method in METHODS if method in item]
        operations.sort(key=lambda one: METHODS.index(one[0]))
        return [self.request(*one) for one in operations]


INTROSPECTION = """{ __schema { queryType { name } mutationType { name } types { kind name
  fields(includeDeprecated: true) { name args { name defaultValue type { ...T } } type { ...T } }
  inputFields { name defaultValue type { ...T } } enumValues(includeDeprecated: true) { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }"""


class GraphQl(Maker):
    """A request for each field of Query and Mutation, asking for everything below it down to three levels."""

    def __init__(self, schema: dict, pool: Pool, seed: int):
        super().__init__(pool, seed)
        self.schema = schema
        self.types = {one["name"]: one for one in schema["types"]}

    def bare(self, kind: dict) -> dict:
        while kind.get("ofType"):
            kind = kind["ofType"]
        return kind

    def value(self, kind: dict, name: str, depth: int = 0):
        if kind["kind"] == "NON_NULL":
            return self.value(kind["ofType"], name, depth)
        if kind["kind"] == "LIST":
            return [self.value(kind["ofType"], name.removesuffix("s"), depth + 1)]
        if kind["kind"] == "ENUM":
            return self.random.choice(self.types[kind["name"]]["enumValues"])["name"]
        if kind["kind"] == "INPUT_OBJECT":
            fields = self.types[kind["name"]]["inputFields"]
            return {one["name"]: self.value(one["type"], one["name"], depth + 1) for one in fields
                    if one["type"]["kind"] == "NON_NULL" or (depth < 3 and self.random.random() < 0.5)}
        known = self.known(name)
        if kind["name"] == "Int":
            return known if type(known) is int else 1 + self.random.randrange(5)
        if kind["name"] == "Float":
            return float(1 + self.random.randrange(5))
        if kind["name"] == "Boolean":
            return self.random.random() < 0.5
        if kind["name"] in ("DateTime", "Date", "Time"):
            return {"DateTime": "2030-02-03T10:00:00Z", "Date": "2030-02-03", "Time": "10:00:00"}[kind["name"]]
        if kind["name"] == "JSON":
            return {}
        return str(getattr(known, "value", known)) if known is not None else self.word(name)

    def selection(self, kind: dict, depth: int) -> str:
        one = self.types[self.bare(kind)["name"]]
        if not one.get("fields"):
            return ""
        parts = []
        for field in one["fields"]:
            if any(arg["type"]["kind"] == "NON_NULL" and arg["defaultValue"] is None for arg in field["args"]):
                continue
            below = self.types[self.bare(field["type"])["name"]]
            if not below.get("fields"):
                parts.append(field["name"])
            elif depth > 0 and (inner := self.selection(field["type"], depth - 1)):
                parts.append(field["name"] + " " + inner)
        return "{ " + " ".join(parts) + " }" if parts else "{ __typename }"

    def type_text(self, kind: dict) -> str:
        if kind["kind"] == "NON_NULL":
            return self.type_text(kind["ofType"]) + "!"
        if kind["kind"] == "LIST":
            return "[" + self.type_text(kind["ofType"]) + "]"
        return kind["name"]

    def round(self) -> list[dict]:
        out = []
        for root, keyword in (("queryType", "query"), ("mutationType", "mutation")):
            if not self.schema.get(root):
                continue
            for field in self.types[self.schema[root]["name"]]["fields"]:
                if field["name"].startswith("_"):
                    continue
                given = [arg for arg in field["args"]
                         if arg["type"]["kind"] == "NON_NULL" or self.random.random() < 0.5]
                values = {arg["name"]: self.value(arg["type"], arg["name"]) for arg in given}
                names = ", ".join(f"${arg['name']}: {self.type_text(arg['type'])}" for arg in given)
                passed = ", ".join(f"{arg['name']}: ${arg['name']}" for arg in given)
                text = (keyword + (f"({names})" if names else "") + " { " + field["name"] +
                        (f"({passed})" if passed else "") + " " + self.selection(field["type"], 3) + " }")
                out.append({"field": f"{keyword} {field['name']}", "json": {"query": text, "variables": values}})
        return out
