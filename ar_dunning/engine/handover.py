import copy
import email.generator
import io
import re
import smtplib
from typing import NamedTuple

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

    def __init__(self, answer, of_recipient=False):
        super().__init__(answer.text)
        self.answer = answer
        self.of_recipient = of_recipient


class Handover:
    """A mail handed to a server in two steps, because nobody can know what a server took whose answer got lost.

    ``offer`` brings everything but the final dot: whatever goes wrong until it returns, the server has not taken the mail.
    ``complete`` sends the dot. Only between the two the outcome can be uncertain, so the caller notes it in between.
    """

    def __init__(self, smtp):
        self.smtp = smtp

    def offer(self, sender, recipients, message):
        """Bring the mail up to the final dot.

        :raise Refused: the server said no; ``of_recipient`` where it refused every address.
        :raise OSError: the connection broke (``smtplib.SMTPException`` is one).
        """
        self._command(*self.smtp.mail(sender))
        answers = [Answer(code, _text(text)) for code, text in map(self.smtp.rcpt, recipients)]
        if not any(answer.accepted for answer in answers):
            raise Refused(answers[0], of_recipient=True)
        self.smtp.putcmd('data')
        self._command(*self.smtp.getreply(), wanted=START_INPUT)
        self.smtp.send(_wire(message))

    def complete(self):
        """Send the final dot and return the server's answer; of code 0 where none came, so that nobody knows."""
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
            return self.smtp.rset()[0] == OK
        except OSError:
            self.close()
            return False

    def close(self):
        self.smtp.close()

    def _command(self, code, text, wanted=OK):
        if code == -1 or code == 421:
            raise smtplib.SMTPServerDisconnected(_text(text))
        if code != wanted:
            raise Refused(Answer(code, _text(text)))


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
