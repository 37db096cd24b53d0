from . import aging, dispute, portal
