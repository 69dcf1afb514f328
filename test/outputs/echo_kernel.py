"""A kernel of another language: it prints each line of a cell, slowly, and knows one error."""

import time
from typing import Any, ClassVar

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class EchoKernel(Kernel):
    """Repeats what it is told."""

    implementation = "echo"
    implementation_version = "1"
    banner = "echo"
    language_info: ClassVar = {"name": "echo", "mimetype": "text/plain", "file_extension": ".txt"}

    def do_execute(self, code: str, silent: bool, *_: Any, **__: Any) -> dict[str, Any]:
        for line in code.splitlines():
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": line + "\n"})
            time.sleep(0.2)
        count = {"execution_count": self.execution_count}
        if code.endswith("fail"):
            error = {"ename": "Failure", "evalue": "as told", "traceback": ["as told"]}
            self.send_response(self.iopub_socket, "error", error)
            return {"status": "error", **error, **count}
        data = {"data": {"text/plain": "echoed"}, "metadata": {}, **count}
        self.send_response(self.iopub_socket, "execute_result", data)
        return {"status": "ok", "payload": [], "user_expressions": {}, **count}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=EchoKernel)
