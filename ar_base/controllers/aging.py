import json

from werkzeug.exceptions import BadRequest

from odoo.http import Controller, content_disposition, request, route

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class AgingController(Controller):
    @route('/ar_base/aging.xlsx', type='http', auth='user', methods=['GET'], readonly=True)
    def aging_xlsx(self, options='{}'):
        """Send the aging as a spreadsheet; the report itself checks who asks."""
        try:
            asked = json.loads(options)
        except ValueError:
            raise BadRequest from None
        if not isinstance(asked, dict):
            raise BadRequest
        content, name = request.env['report.ar_base.ar_open_item_report']._xlsx(asked)
        return request.make_response(
            content, headers=[('Content-Type', XLSX), ('Content-Disposition', content_disposition(name))]
        )
