"""Invitations from a protocol office to embassies: list, letter, mail, reply, attendance."""

__version__ = "0.1.0"
