"""Mails that go out exactly once, over Odoo's own mail servers.

``ir.mail_server.send_email`` sends a mail and waits for the answer in one call: a process that dies in
it, or a connection that breaks, leaves unknown whether the server took the mail. Here the two
are apart, and the caller commits in between; see ``SmtpConnection``.

Odoo has no public methods for the steps of ``send_email``, so these private ones of ``ir.mail_server`` are
used, here and nowhere else (``tests/test_mail_smtp.py`` fails when one of them changes):

- ``_find_mail_server``: which server and envelope sender fit the sender, by the filters that the user set up;
- ``_connect__``: a connection with the server's encryption and authentication; None where Odoo sends
  nothing, as in tests;
- ``_build_email__``: the message, with plain text made from the body and the headers that Odoo's bounce
  handling reads;
- ``_prepare_email_message__``: envelope addresses and headers as the server's settings ask for.

No ``self.env``, no records but the servers: what becomes of a mail is for ``ar.dunning.delivery`` to decide.
"""

import copy
import email.generator
import io
import re
import smtplib
from typing import NamedTuple

from odoo.exceptions import UserError

OK, START_INPUT = 250, 354


class Answer(NamedTuple):
    """What a mail server said. A code of 0: nothing, the connection is gone."""

    code: int
    text: str

    @property
    def accepted(self):
        return 200 <= self.code < 300

    @property
    def permanent(self):
        return self.code >= 500


class Refused(Exception):
    """The server did not take the mail, for certain."""

    def __init__(self, answer):
        super().__init__(answer.text)
        self.answer = answer


class Outage(Exception):
    """A mail server cannot be reached."""


class MailPool:
    """The connections of one round of the worker, one for each mail server and sender.

    A server that is down is tried once in a round.
    """

    def __init__(self):
        self.open = {}
        self.down = {}

    def connect(self, servers, email_from):
        """Return a ``SmtpConnection`` for the sender.

        :param servers: ``ir.mail_server``, as superuser.
        :raise Outage: the server cannot be reached, or refuses us.
        """
        server, smtp_from = servers._find_mail_server(email_from)
        key = (server.id if server else None, smtp_from)
        if key in self.down:
            raise Outage(self.down[key])
        connection = self.open.pop(key, None)
        if not connection or not connection.reset():
            connection = self._connect(servers, key)
        self.open[key] = connection
        return connection

    def _connect(self, servers, key):
        server_id, smtp_from = key
        try:
            return SmtpConnection(servers._connect__(mail_server_id=server_id, smtp_from=smtp_from))
        except (OSError, UserError) as error:
            self.down[key] = str(error)
            raise Outage(str(error)) from error

    def close(self):
        for connection in self.open.values():
            connection.close()
        self.open = {}


class SmtpConnection:
    """Delivers a mail in two steps, because a lost answer leaves unknown what the server did with it.

    ``offer`` brings everything but the final dot: whatever goes wrong until it returns, the server has not
    taken the mail. ``complete`` sends the dot. Only between the two can the outcome be uncertain, so the
    caller commits what it is about to do in between.

    Without a connection (``smtp`` is None) nothing is sent and every mail is accepted.
    """

    def __init__(self, smtp):
        self.smtp = smtp

    def offer(self, servers, message):
        """Bring the message up to the final dot.

        :raise Refused: the server said no.
        :raise OSError: the connection broke (``smtplib.SMTPException`` is one).
        """
        if not self.smtp:
            return
        sender, recipients, message = servers._prepare_email_message__(message, self.smtp)
        self._expect(OK, self.smtp.mail(sender))
        answers = [Answer(code, _text(text)) for code, text in map(self.smtp.rcpt, recipients)]
        if not any(answer.accepted for answer in answers):
            raise Refused(answers[0])
        self.smtp.putcmd('data')
        self._expect(START_INPUT, self.smtp.getreply())
        self.smtp.send(_wire(message))

    def complete(self):
        """Send the final dot and return the server's answer; of code 0 where none came: unknown."""
        if not self.smtp:
            return Answer(OK, '')
        try:
            self.smtp.send(b'.\r\n')
            code, text = self.smtp.getreply()
        except OSError as error:
            self.close()
            return Answer(0, str(error))
        return Answer(code, _text(text)) if code > 0 else Answer(0, _text(text))

    def reset(self):
        """Make the connection ready for the next mail; return whether it still is one."""
        try:
            return not self.smtp or self.smtp.rset()[0] == OK
        except OSError:
            self.close()
            return False

    def close(self):
        if self.smtp:
            self.smtp.close()

    def _expect(self, wanted, answer):
        code, text = answer
        if code == -1 or code == 421:
            raise smtplib.SMTPServerDisconnected(_text(text))
        if code != wanted:
            raise Refused(Answer(code, _text(text)))


def build(servers, **values):
    """Return the HTML mail for the wire; ``values`` as ``ir.mail_server`` takes them."""
    return servers._build_email__(subtype='html', **values)


def _text(answer):
    return answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else str(answer)


def _wire(message):
    """Return the mail as it goes over the wire, leading dots doubled, without the final dot."""
    message = copy.copy(message)
    del message['Bcc']
    out = io.BytesIO()
    email.generator.BytesGenerator(out).flatten(message, linesep='\r\n')
    data = re.sub(rb'(?m)^\.', b'..', out.getvalue())
    return data if data.endswith(b'\r\n') else data + b'\r\n'
