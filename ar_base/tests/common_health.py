"""Looking at the set-up as a receivables manager does."""


class HealthCommon:
    """Mixed into a test that plants a fault and mends it; the database says what was found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user('setup_manager', 'ar_base.group_manager')

    def _lines(self, code, user=None):
        """Return what the set-up check, opened by the user, says of one thing."""
        Check = self.env['ar.health.check'].with_user(user or self.manager)
        return Check.search([*Check.action_check()['domain'], ('code', '=', code)])

    def assertRed(self, code, *words, severity=None, user=None):
        """Check that the line is red and says the words; return it."""
        lines = self._lines(code, user)
        self.assertTrue(lines and '9' not in lines.mapped('severity'), f"{code} is green")
        found = lines.filtered(lambda line: all(word in f'{line.name} {line.remedy}' for word in words))
        self.assertTrue(found, f"{code} does not say {words}: {lines.mapped('name')}")
        if severity:
            self.assertEqual(found[0].severity, severity)
        return found[0]

    def assertGreen(self, code, user=None):
        lines = self._lines(code, user)
        self.assertEqual(lines.mapped('severity'), ['9'], f"{code}: {lines.mapped('name')}")

    def assertMends(self, code, *words):
        """Check that the line is red, that its button mends it, and that it is green in the same list."""
        line = self.assertRed(code, *words)
        self.assertTrue(line.mends)
        line.action_mend()
        self.assertGreen(code)

    def assertOpens(self, code, *words, model, user=None):
        """Check that the line is red and opens the place where it is mended; return the action."""
        line = self.assertRed(code, *words, user=user)
        action = line.action_open()
        self.assertEqual(action['res_model'], model)
        return action
