from . import ar_commitment_cancel
