"""``python -m bench.storage_parts.link PORT TARGET_PORT MBYTES_PER_SECOND LATENCY_MS``.

A network link on loopback: passes connections on, with so many bytes a second each way for all of
them together, and so long before a request arrives.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

PIECE = 1 << 17


class Direction:
    """One way of the link: the bytes of all connections go one behind the other."""

    def __init__(self, rate: float, latency: float) -> None:
        self._rate = rate
        self._latency = latency
        self._free_at = 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        arrivals: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

        async def deliver() -> None:
            while True:
                when, piece = await arrivals.get()
                if (wait := when - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if not piece:
                    break
                writer.write(piece)
                await writer.drain()
            with contextlib.suppress(OSError, RuntimeError):
                writer.write_eof()

        delivery = asyncio.create_task(deliver())
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                # What was not sent while the link was idle is not made up for.
                self._free_at = max(self._free_at, loop.time()) + len(piece) / self._rate
                await arrivals.put((self._free_at + self._latency, piece))
        await arrivals.put((0.0, b""))
        with contextlib.suppress(OSError):
            await delivery


async def main(port: int, target: int, rate: float, latency: float) -> None:
    up, down = Direction(rate, latency), Direction(rate, 0.0)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", target, limit=1 << 18)
        except OSError:
            writer.close()
            return
        await asyncio.gather(up.carry(reader, outer), down.carry(inner, writer))
        for end in (writer, outer):
            end.close()

    server = await asyncio.start_server(accept, "127.0.0.1", port, limit=1 << 18)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    PORT, TARGET, MEGABYTES, MILLISECONDS = sys.argv[1:]
    asyncio.run(main(int(PORT), int(TARGET), float(MEGABYTES) * 1e6, float(MILLISECONDS) / 1e3))
