"""中心管理 The committee's work: coordination, meetings, rotas, duties, promises, rules, announcements, budget."""
