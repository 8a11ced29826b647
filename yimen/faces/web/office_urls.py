"""The organs' and the committee's office."""

from django.urls import URLPattern, path

from yimen.faces.web.views import (
    accounts,
    bulk,
    calendar,
    committee,
    decisions,
    office,
    orders,
    overview,
    places,
    questions,
    ready_texts,
    registers,
)

urlpatterns: list[URLPattern] = [
    path("office/", office.my_desk, name="office"),
    path("office/next/", office.next_case, name="next_case"),
    path("office/overview/", overview.month_page, name="overview"),
    path("office/overview/<slug:figure>/", overview.figure_page, name="figure"),
    path("office/bulk/<slug:verb>/", bulk.bulk, name="bulk"),
    path("office/texts/", ready_texts.texts, name="ready_texts"),
    path("office/texts/<int:key>/", ready_texts.text, name="ready_text"),
    path("office/accounts/", accounts.reset, name="accounts"),
    path("office/publications/", decisions.publications, name="publications"),
    path("office/meetings/due/", committee.meetings_due, name="meetings_due"),
    path("office/budget/", committee.budget, name="budget"),
    path("office/rules/", committee.rules, name="rules"),
    path("office/breaches/", committee.breaches, name="breaches"),
    path("office/questions/", questions.questions, name="office_questions"),
    path("office/questions/<str:number>/", questions.question, name="office_question"),
    path("office/questions/<str:number>/publish/", questions.publish, name="office_question_publish"),
    path("office/three-in/", places.three_in, name="three_in"),
    path("office/violations/", places.violations, name="violations"),
    path("office/registers/", registers.registers, name="registers"),
    path("office/registers/<slug:kind>/", registers.register_list, name="register"),
    path("office/registers/<slug:kind>/new/<slug:verb>/", registers.register_new, name="register_new"),
    path("office/registers/<slug:kind>/<code:key>/do/<slug:verb>/", registers.register_do, name="register_do"),
    path("office/registers/<slug:kind>/<code:key>/", registers.register_thing, name="register_thing"),
    path("office/versions/<str:old>/<str:new>/", orders.compare, name="compare_versions"),
    path("office/calendar/", calendar.overview, name="calendar"),
    path("office/calendar/notices/<int:key>/", calendar.notice, name="calendar_notice"),
    path("office/calendar/emergencies/", calendar.emergency_new, name="calendar_emergency_new"),
    path("office/calendar/emergencies/<int:key>/", calendar.emergency, name="calendar_emergency"),
]
