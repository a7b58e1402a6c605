"""Holds what the tool wrote for programs against its own schemas: documents.py SCHEMAS DIRECTORY

SCHEMAS has a NAME.json for each `stackfleet schema NAME`; a document says in `format` which one is its own, a line of events says it in
`v`. The schemas are closed for this: a key that is written and that no schema names is a mistake here, though readers are to ignore it.
Every schema must have been needed.
"""

import collections
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

schemas, directory = map(pathlib.Path, sys.argv[1:])


def shared(schema):
    """Names of definitions that an object refers to beside keys of its own: both describe the same object."""
    if isinstance(schema, list):
        return set().union(*map(shared, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"].rsplit("/", 1)[1]} if "$ref" in schema and "properties" in schema else set()
    return own.union(*map(shared, schema.values()))


def closed(schema, open_ones, branch=False):
    """The same, with no room for keys that it does not name. Branches of an object that names keys itself share them with it."""
    if isinstance(schema, list):
        return [closed(one, open_ones, branch) for one in schema]
    if not isinstance(schema, dict):
        return schema
    own = "properties" in schema
    out = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: closed(one, open_ones) for name, one in value.items()}
        elif key == "$defs":
            out[key] = {name: closed(one, open_ones, name in open_ones) for name, one in value.items()}
        else:
            out[key] = closed(value, open_ones, own and key in ("oneOf", "anyOf", "allOf"))
    if own and not branch and "additionalProperties" not in schema:
        out["unevaluatedProperties"] = False
    return out


def formats(schema):
    """The formats that a schema is for."""
    for one in [schema, *schema.get("oneOf", [])]:
        means = one.get("properties", {}).get("format", {})
        if "const" in means:
            yield means["const"]


def messages(validator, value):
    return [f"/{'/'.join(map(str, one.absolute_path))}: {one.message[:300]}" for one in validator.iter_errors(value)]


validators, names = {}, {}
for file in sorted(schemas.glob("*.json")):
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(closed(schema, shared(schema)), format_checker=Draft202012Validator.FORMAT_CHECKER)
    for form in formats(schema) if file.stem != "events" else ["events"]:
        validators[form], names[form] = validator, file.stem

wrong, counts = [], collections.Counter()


def hold(name, form, value):
    if form not in validators:
        wrong.append(f"{name}: no schema is for {form!r}")
        return
    counts[names[form]] += 1
    wrong.extend(f"{name}: {one}" for one in messages(validators[form], value))


for file in sorted(directory.iterdir()):
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".events":
        for line in text.splitlines():
            hold(file.name, "events", json.loads(line))
    elif file.suffix == ".stdout" or file.suffix == ".json" and not file.name.endswith(".gitlab.json"):
        if not text.startswith("{"):
            # Help and a typing mistake have no result for programs.
            if text and "\nUsage: stackfleet" not in text and not file.name.endswith(".other.stdout"):
                wrong.append(f"{file.name} is no document: {text[:200]}")
            continue
        value = json.loads(text)
        if "$schema" in value:
            continue
        hold(file.name, value.get("format"), value)

unused = sorted(set(names.values()) - set(counts))
if unused:
    wrong.append(f"no scenario writes what these schemas are for: {', '.join(unused)}")
assert not wrong, "\n".join(wrong[:40])
print("documents that are as their schemas say:", ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
