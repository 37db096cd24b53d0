from odoo.tests import BaseCase, tagged

from ..rules.effect import Stage, advise


@tagged('post_install', '-at_install')
class TestEffectRules(BaseCase):
    """What the history of stages suggests, by table. Claims of 1000 make shares easy to read."""

    def _kinds(self, *stages):
        """:param stages: (from day, letters, collected in 7 days, in 14 days)."""
        return advise(
            [
                Stage(number, days, letters, 1000.0, week, fortnight)
                for number, (days, letters, week, fortnight) in enumerate(stages)
            ]
        )

    def test_kinds(self):
        for stages, expected in (
            ([(3, 40, 300, 350)], ['keep']),
            ([(3, 29, 300, 350)], ['sample']),
            # 50 came anyway in the second week; the next stage brought 60: it adds one point.
            ([(3, 40, 300, 350), (14, 40, 60, 80)], ['keep', 'drop']),
            ([(3, 40, 300, 350), (14, 40, 70, 80)], ['keep', 'keep']),  # two points: just enough
            ([(3, 40, 300, 350), (14, 40, 69.9, 80)], ['keep', 'drop']),
            ([(3, 40, 300, 310), (30, 40, 200, 240)], ['keep', 'forward']),
            ([(3, 40, 300, 310), (17, 40, 200, 240)], ['keep', 'keep']),  # 14 days later is not late
            ([(3, 40, 300, 310), (18, 40, 200, 240)], ['keep', 'forward']),
            ([(3, 10, 300, 310), (30, 40, 200, 240)], ['sample', 'sample']),  # what came anyway is not known
            ([(3, 40, 0, 0), (30, 40, 0, 0)], ['keep', 'drop']),
        ):
            self.assertEqual([advice.kind for advice in self._kinds(*stages)], expected, stages)

    def test_figures_are_shown(self):
        _first, second = self._kinds((3, 40, 300, 310), (30, 40, 200, 240))
        self.assertEqual((second.rate, second.before, second.lift, second.days), (20, 1, 19, 23))

    def test_never_sooner_than_a_week_after_the_stage_before(self):
        self.assertEqual(self._kinds((3, 40, 300, 310), (18, 40, 200, 240))[1].days, 11)
        self.assertEqual(self._kinds((10, 40, 300, 310), (25, 40, 200, 240))[1].days, 18)

    def test_nothing_claimed(self):
        self.assertEqual(advise([Stage(1, 3, 50, 0.0, 0.0, 0.0)])[0].rate, 0)
