"""A name in a namespace means one type: two of the same name link without a word, and break at run time."""
import re

from tree import ROOT, sources, verdict

NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.M)
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)(?: final)?(?: :[^;{]*)? \{", re.M)

defined = {}
for path in sources(".h"):
    text = (ROOT / path).read_text()
    space = NAMESPACE.search(text)
    for name in set(TYPE.findall(text)):  # one file may define it for one system or another
        defined.setdefault((space.group(1) if space else "", name), []).append(str(path))

# Headers of tests end up in different programs: they may repeat each other, not the product.
complaints = [f"{space}::{name} is defined in {', '.join(where)}" for (space, name), where in sorted(defined.items())
              if len(where) > 1 and not all(file.startswith("tests/") for file in where)]
verdict("one_name", complaints, len(defined))
