"""itil: after-sales incident management by JQ-ITSMS-02-01, as plain files in git."""

__version__ = "0.1.0"
