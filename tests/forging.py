from odoo.exceptions import UserError


class Forging:
    """Attempts that write fields instead of pressing buttons; for a test case of Odoo."""

    def _refused(self, call, *args, **kwargs):
        """Check that it is refused, and that nothing of it is left."""
        with self.assertRaises(UserError), self.env.cr.savepoint():
            call(*args, **kwargs)
            self.env.flush_all()

    def _refuses(self, record, **changes):
        """Check that each field is refused, to the user and to the superuser."""
        for name, value in changes.items():
            with self.subTest(field=name):
                self._refused(record.write, {name: value})
                self._refused(record.sudo().write, {name: value})

    def _cannot_go(self, record):
        self._refused(record.unlink)
        self._refused(record.sudo().with_context(_force_unlink=True).unlink)
        self.assertTrue(record.exists())

    def _starts(self, model, user, values, **forged):
        """Check that no forged value reaches a new record, by value or by the context."""
        Model = self.env[model].with_user(user)
        for name, value in forged.items():
            self._refused(Model.create, {**values, name: value})
        context = {f'default_{name}': value for name, value in forged.items()}
        record = Model.with_context(**context).create(values)
        for name, value in forged.items():
            self.assertNotEqual(record._fields[name].convert_to_write(record[name], record), value, name)
        return record
