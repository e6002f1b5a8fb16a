"""Do one piece of work after the other in several processes; the answers keep their order.

Each process has a pipe of its own and gets a piece when it is done with the one before. When either
end dies, the other sees its pipe close: a process that was killed is noticed, and none is left over
when the command itself is killed. No thread is started, so that to fork is safe.
"""

from __future__ import annotations

import signal
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .failures import OURS, Stopped, described

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from multiprocessing.process import BaseProcess

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

_AHEAD = 4
"""Answers for each process that may wait for one before them: memory stays bounded."""

_KILLED = (
    "a process that checked files has ended, perhaps for want of memory: try again with --jobs 1"
)
_NOT_STARTED = "the system lets no more processes start: try again with --jobs 1"


def in_processes(
    work: Callable[[Piece], Answer], pieces: Iterator[Piece], count: int
) -> Generator[Answer, None, None]:
    """Yield what ``work`` returns for each piece, computed in ``count`` processes.

    Raises :class:`Stopped` if the work fails or a process ends. Close the iterator to end early.
    """
    crew = _Crew(work, pieces, count)
    try:
        yield from crew.answers()
    finally:
        crew.end()


class _Crew(Generic[Piece, Answer]):
    """The processes, and what each of them is busy with."""

    def __init__(
        self, work: Callable[[Piece], Answer], pieces: Iterator[Piece], count: int
    ) -> None:
        self._work = work
        self._pieces = pieces
        self._count = count
        # Forking keeps what is loaded; elsewhere than on Linux, libraries may not bear it.
        self._context: Any = get_context("fork" if sys.platform == "linux" else "spawn")
        self._processes: list[BaseProcess] = []
        self._pipes: list[Connection[Any, Any]] = []
        self._idle: list[Connection[Any, Any]] = []
        self._busy: dict[Connection[Any, Any], int] = {}
        self._done: dict[int, Answer] = {}
        self._given = 0

    def answers(self) -> Iterator[Answer]:
        wanted = 0
        while True:
            self._give(wanted + _AHEAD * self._count)
            if wanted in self._done:
                yield self._done.pop(wanted)
                wanted += 1
            elif self._busy:
                self._take()
            else:
                return

    def _give(self, limit: int) -> None:
        """Give everybody something to do, but nothing from the piece of number ``limit`` on."""
        while self._given < limit and (self._idle or len(self._pipes) < self._count):
            piece = next(self._pieces, None)
            if piece is None:
                return
            pipe = self._idle.pop() if self._idle else self._another()
            self._busy[pipe] = self._given
            self._given += 1
            try:
                pipe.send(piece)
            except OSError:
                raise Stopped(OURS, _KILLED) from None

    def _take(self) -> None:
        """Wait until somebody is done."""
        for ready in wait(list(self._busy)):
            pipe: Any = ready
            try:
                failure, answer = pipe.recv()
            except (EOFError, OSError):
                raise Stopped(OURS, _KILLED) from None
            if failure is not None:
                raise Stopped(*failure)
            self._done[self._busy.pop(pipe)] = answer
            self._idle.append(pipe)

    def _another(self) -> Connection[Any, Any]:
        """Start one more process and return the pipe to it."""
        ours, theirs = self._context.Pipe()
        inherited = [*self._pipes, ours] if self._context.get_start_method() == "fork" else []
        arguments = (self._work, theirs, inherited)
        process = self._context.Process(target=_serve, args=arguments, daemon=True)
        # Ctrl-C is for the command, which then closes the pipes; its processes never get it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        except OSError:
            raise Stopped(OURS, _NOT_STARTED) from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self._processes.append(process)
        self._pipes.append(ours)
        pipe: Connection[Any, Any] = ours
        return pipe

    def end(self) -> None:
        """End the processes: those that are busy at once."""
        for process in self._processes if self._busy else ():
            process.terminate()
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()


def _serve(
    work: Callable[[Piece], Answer],
    pipe: Connection[Any, Any],
    inherited: Sequence[Connection[Any, Any]],
) -> None:
    """Answer until the pipe is closed. What was ``inherited`` are the ends of the command."""
    for other in inherited:
        other.close()
    try:
        while True:
            piece: Any = pipe.recv()
            pipe.send(_answered(work, piece))
    except (EOFError, OSError):
        return


def _answered(
    work: Callable[[Piece], Answer], piece: Piece
) -> tuple[tuple[int, str] | None, Answer | None]:
    try:
        return None, work(piece)
    except Exception as error:
        return described(error), None
