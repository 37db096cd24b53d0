"""What tests share that need a world of their own."""

import os

import pytest

import odoo.sql_db
from odoo.tools import config

from . import databases as db
from .attack.server import Person, serving
from .attack.world import World


@pytest.fixture(scope='session')
def attacked():
    """A copy of the test's database with a small company, its people, and a server on it: made once."""

    class Attacked:
        def __init__(self, world, url):
            self.world, self.url, self.people = world, url, {}

        def person(self, login):
            if login not in self.people:
                self.people[login] = Person(self.url, self.world.database, login)
            return self.people[login]

    source = config['db_name'][0] if isinstance(config['db_name'], list) else config['db_name']
    database = f'life_{os.getpid()}_attacked'
    db.drop(database)
    odoo.sql_db.close_db(source)  # a database that is in use cannot be copied
    db.copy(source, database)
    try:
        world = World(database).make()
        with serving(database) as url:
            yield Attacked(world, url)
    finally:
        odoo.sql_db.close_db(database)
        db.drop(database)
