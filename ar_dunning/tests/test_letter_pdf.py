import io
import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common_sending import SendingCommon
from odoo.addons.base.models import ir_actions_report


@tagged('post_install', '-at_install')
class TestLetterPdf(SendingCommon):
    """The letter on paper, as the tool that prints it is called."""

    def test_it_prints_without_server_and_without_waiting(self):
        notice, calls = self._queued(), []

        def run(arguments):
            (page,) = (argument for argument in arguments if argument.endswith('.html'))
            with open(page, encoding='utf-8') as file:
                calls.append((arguments, file.read()))
            return wkhtmltopdf(arguments)

        wkhtmltopdf = ir_actions_report._run_wkhtmltopdf
        for lang in ('en_US', 'zh_CN'):
            self.env['res.lang']._activate_lang(lang)
            self.contact.lang = self.customer.lang = lang
            with patch.object(ir_actions_report, '_run_wkhtmltopdf', run):
                name, content = notice._letter_pdf()
            arguments, page = calls.pop()
            self.assertIn(f'lang="{lang.replace("_", "-")}"', page)
            self.assertFalse(
                re.findall(r'<script|<link|(?:src|background)="(?!data:)|url\(', page),
                "nothing to fetch, nothing to run",
            )
            delays = [
                arguments[index + 1]
                for index, argument in enumerate(arguments)
                if argument == '--javascript-delay'
            ]
            self.assertEqual(delays[-1], '0', "the last one counts")
            self.assertTrue(name.endswith('.pdf'))
            self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 1)
