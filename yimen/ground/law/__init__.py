"""Law: which days are working days, and the legal parameters of each date.

Verbs: enter_year_notice, confirm_year_notice, declare_emergency_day, confirm_emergency_day. Journal subjects:
`year_notice:ID`, `emergency_day:ID`.
"""
