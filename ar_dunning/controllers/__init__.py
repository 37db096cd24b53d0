from . import letter, portal
