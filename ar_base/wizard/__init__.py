from . import ar_aging_compare, base_partner_merge
