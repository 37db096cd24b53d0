class OverviewCommon:
    """Helpers for what the first page says; mix in before a test case."""

    def _page(self, user, **filters):
        return self.env['ar.overview'].with_user(user).ar_page(filters)

    def _tiles(self, user, **filters):
        """Return {code: tile} of the whole page."""
        Overview = self.env['ar.overview'].with_user(user)
        sections = [*Overview.ar_page(filters)['sections'], *Overview.ar_page_tiles(filters)]
        return {tile['code']: tile for section in sections for tile in section['tiles']}

    def _opened(self, user, action):
        """Return what an action of the page opens, as the user."""
        Model = self.env[action['res_model']].with_user(user).with_context(**action['context'])
        return Model.search(action['domain'])

    def assertCounts(self, user, tiles):
        """Check that every count of the page is the number of records that it opens."""
        for tile in tiles.values():
            self.assertTrue(tile['definition'], tile['code'])
            for figure in (tile, *tile['lines']):
                if figure['unit'] == 'count' and figure['action']:
                    opened = len(self._opened(user, figure['action']))
                    self.assertEqual(figure['value'], opened, (tile['code'], figure['label']))
