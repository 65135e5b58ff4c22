"""Modules as they are written, for the test of the map: what each imports and uses."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of Python: its dotted name and what is written in it."""

    name: str
    source: str

    def is_in(self, *packages: str) -> bool:
        """Whether it is one of these packages or modules, or stands within one."""
        return is_within(self.name, *packages)

    @cached_property
    def opening(self) -> str:
        """The first paragraph of its docstring; empty where there is none."""
        return (ast.get_docstring(self._tree) or "").partition("\n\n")[0]

    @cached_property
    def imports(self) -> list[str]:
        """What it imports, in full: `from handlers.stats import Stats` is handlers.stats.Stats."""
        plain = [alias.name for node in self._nodes if isinstance(node, ast.Import) for alias in node.names]
        named = [
            f"{'.' * node.level}{node.module or ''}.{alias.name}"
            for node in self._nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]
        return plain + named

    @cached_property
    def uses(self) -> list[str]:
        """Every dotted name that it uses, and every name that it imports."""
        return [_dotted(node) for node in self._nodes if isinstance(node, ast.Attribute)] + self.imports

    @cached_property
    def calls(self) -> list[str]:
        """Every dotted name that it calls."""
        called = [node.func for node in self._nodes if isinstance(node, ast.Call)]
        return [_dotted(node) for node in called if isinstance(node, ast.Attribute)]

    @cached_property
    def functions(self) -> list[tuple[str, int]]:
        """Each function and method, with its number of lines."""
        found = [node for node in self._nodes if isinstance(node, Function)]
        return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]

    @cached_property
    def _tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(self._tree))


def read_modules(*packages: str) -> list[Module]:
    """Every module of these folders of the project; an absent folder has none."""
    paths = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [Module(_name(path), path.read_text(encoding="utf-8")) for path in paths]


def is_within(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of these, or stands within one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _dotted(node: ast.expr) -> str:
    """`datetime.now` as it is written; what is no name, such as a call, leaves its place empty."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
