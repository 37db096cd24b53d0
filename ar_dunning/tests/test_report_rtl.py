import lxml.html

from odoo.tests import BaseCase

from ..report.rtl import drawable, join


class TestRtl(BaseCase):
    def test_lam_alef_is_one_character_of_the_right_form(self):
        self.assertEqual(join('لا'), '\ufefb')
        self.assertEqual(join('بلا'), 'ب\ufefc')
        self.assertEqual(join('أولا'), 'أو\ufefb', "waw does not join")
        self.assertEqual(join('الأول'), 'ا\ufef7ول')
        self.assertEqual(join('ذكّرناكم'), 'ذكرناكم', "without vowel marks")

    def test_nothing_is_lost_and_the_rest_stays(self):
        page = (
            '<html dir="rtl"><body><p>التذكير DL/7: <b>16,250.00 متأخرة</b>، شكرا</p>'
            '<p title="a">Latin only</p></body></html>'
        )
        drawn = lxml.html.document_fromstring(drawable(page))
        self.assertEqual(
            ' '.join(drawn.text_content().split()), 'التذكير DL/7: 16,250.00 متأخرة ، شكرا Latin only'
        )
        self.assertEqual(drawn.find('.//b').text_content().strip(), '16,250.00 متأخرة')
        self.assertFalse(len(drawn.findall('.//p')[1]), "Latin is left as it is")
