"""What ./setup/journal does in Odoo's shell. Exits with 1 when an entry is broken."""

import base64
import os
import re
import sys
from pathlib import Path

asked = {
    name.removeprefix('JOURNAL_'): value for name, value in os.environ.items() if name.startswith('JOURNAL_')
}
Company = env['res.company']  # noqa: F821 (given by the shell)
roots = Company.search([('parent_id', '=', False)])
if asked['COMPANY']:
    roots = Company.browse(int(asked['COMPANY'])).exists().root_id
if not roots:
    sys.exit("There is no such company.")
if asked['COMMAND'] == 'export':
    roots = roots[:1]

broken = False
for company in roots:
    audit = (
        Company.env['ar.journal.audit']
        .with_company(company)
        .create(
            {
                'company_id': company.id,
                'head': asked['HEAD'] if asked['COMMAND'] == 'verify' else False,
                **(
                    {'date_from': asked['FROM'], 'date_to': asked['TO']}
                    if asked['COMMAND'] == 'export'
                    else {}
                ),
            }
        )
    )
    audit.action_verify()
    broken = broken or audit.is_broken
    print(f"{company.name}: {audit.result}")
    if asked['COMMAND'] == 'export':
        attachment = int(re.search(r'/web/content/(\d+)', audit.action_export()['url'])[1])
        content = Company.env['ir.attachment'].browse(attachment).datas
        Path(asked['FILE']).write_bytes(base64.b64decode(content))
        print(asked['FILE'])
Company.env.cr.commit()
sys.stdout.flush()
os._exit(1 if broken else 0)
