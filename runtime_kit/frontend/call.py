# One expression: run carried sources in a namespace of their own and call a function
# of theirs. The front end puts the arguments behind it and has it evaluated by the
# kernel. It binds no name of the user's and uses none that they may have rebound.
# The result brings its own text: that of a plain string is as colored and wrapped as
# the user wants strings to be shown (`%load_ext rich`). The guard is the text of
# `_os/trusted_imports.py`: nothing that lies beside the notebook is imported.
lambda sources, name, function, arguments, guard="run_trusted = lambda call: call()": (
    lambda builtins, guards, namespace: (
        builtins.exec(builtins.compile(guard, f"<{name}>", "exec", 0, True), guards),
        guards["run_trusted"](
            lambda: (
                [
                    builtins.exec(builtins.compile(source, f"<{name}>", "exec", 0, True), namespace)
                    for source in sources
                ],
                (
                    lambda text: builtins.type(
                        name, (), {"_repr_mimebundle_": lambda self, **_: {"text/plain": text}}
                    )()
                )(builtins.repr(namespace[function](*arguments))),
            )[1]
        ),
    )[1]
)(__import__("builtins"), {"__name__": name}, {"__name__": name})
