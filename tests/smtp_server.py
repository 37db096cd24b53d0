"""A real SMTP server that writes down what it has taken: ``smtp_server.py PORT FILE SEED SLOW``. Started and
killed by the tests.
"""

import asyncio
import random
import signal
import sys

from aiosmtpd.controller import Controller


class Handler:
    """Takes every mail, now slow before and now slow after it has taken it, so that a kill can fall into
    either.
    """

    def __init__(self, path, seed, slow):
        self.path, self.slow = path, slow
        self.random = random.Random(seed)

    async def handle_DATA(self, server, session, envelope):
        message_id = next(
            line
            for line in envelope.content.decode('utf-8', 'replace').splitlines()
            if line.lower().startswith('message-id:')
        )
        await asyncio.sleep(self.random.random() * self.slow)
        with open(self.path, 'a', encoding='utf-8') as file:
            file.write(f"{message_id.split(':', 1)[1].strip()} {','.join(envelope.rcpt_tos)}\n")
        await asyncio.sleep(self.random.random() * self.slow)
        return '250 OK'


if __name__ == '__main__':
    controller = Controller(
        Handler(sys.argv[2], int(sys.argv[3]), float(sys.argv[4])),
        hostname='127.0.0.1',
        port=int(sys.argv[1]),
    )
    controller.start()
    print('ready', flush=True)
    signal.pause()
