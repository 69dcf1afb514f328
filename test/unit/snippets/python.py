"""Answer what Python makes of cells: a JSON request a line, a JSON answer a line."""

import ast
import io
import json
import sys
import tokenize

from IPython.core.inputtransformer2 import TransformerManager


def examine(cell: str, name: str) -> dict:
    tree = ast.parse(cell)
    assigned = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == name
    ]
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(cell).readline)
        if token.type == tokenize.COMMENT
    ]
    return {
        "value": [ast.literal_eval(node.value) for node in assigned],
        "others": [ast.dump(node) for node in tree.body if node not in assigned],
        "comments": comments,
        "magic": TransformerManager().transform_cell(cell) != cell + "\n",
    }


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = examine(request["cell"], request["name"])
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
