"""One worker: ``python3 -m tests.bench.provision_job DATABASE RUN`` calls the scheduled job until the run is
done.
"""

import sys

import odoo.init  # noqa: F401  (makes the namespace package complete)
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

if __name__ == '__main__':
    config.parse_config([], setup_logging=False)
    while True:
        with Registry(sys.argv[1]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if not env['ar.provision.run'].browse(int(sys.argv[2])).job_state:
                break
            env.ref('ar_aging_provision.ir_cron_provision_run').method_direct_trigger()
