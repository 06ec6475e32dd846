"""Whose turn it is: in a cycle of sessions, the person who holds each role that goes round."""

from __future__ import annotations


def turns(people: int, sessions: int, roles: int) -> tuple[tuple[int, ...], ...]:
    """For each session, the number (from 1) of the person who holds each role, for as many people as roles or more.

    Each role goes from one person to the next, and the roles start as far from each other as they can. So nobody holds
    two roles in a session, and two people never differ by more than one turn: neither in a role nor in all of them.
    """
    starts = [role * people // roles for role in range(roles)]
    return tuple(tuple((session + start) % people + 1 for start in starts) for session in range(sessions))
