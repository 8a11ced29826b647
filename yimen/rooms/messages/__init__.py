"""通知 Messages: what leaves the house and whether the carrier took it.

A delivery names a document number, a channel of the registry (`contrib/`) and an address. The worker hands deliveries
to their channel outside any transaction and records what the carrier answered.
"""
