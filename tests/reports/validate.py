"""Holds the reports of a directory against the public schemas: validate.py SCHEMAS DIRECTORY"""

import json
import pathlib
import sys

import jsonschema
from lxml import etree

schemas, directory = map(pathlib.Path, sys.argv[1:])


def holds_json(name, schema):
    known = json.loads((schemas / schema).read_text())
    kind = jsonschema.validators.validator_for(known)
    kind.check_schema(known)
    files = sorted(directory.glob(name))
    assert files, f"no report is called {name}"
    for file in files:
        kind(known, format_checker=kind.FORMAT_CHECKER).validate(json.loads(file.read_text()))
    return len(files)


def holds_xml(name, schema):
    known = etree.XMLSchema(etree.parse(schemas / schema))
    files = sorted(directory.glob(name))
    assert files, f"no report is called {name}"
    for file in files:
        known.assertValid(etree.parse(file))
    return len(files)


told = [
    f"{holds_json('*.sarif', 'sarif-2.1.0.json')} SARIF",
    f"{holds_json('*.gitlab.json', 'gitlab-terraform.json')} GitLab",
    f"{holds_xml('*.junit.xml', 'junit-10.xsd')} JUnit",
]
print("reports that are as their schemas say:", ", ".join(told))
