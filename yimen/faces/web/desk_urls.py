"""The window's desk and the pages of one case."""

from django.urls import URLPattern, path

from yimen.faces.web.views import casework, desk, enterprises, papers, personal

urlpatterns: list[URLPattern] = [
    path("desk/", desk.today, name="desk"),
    path("desk/new/", desk.new, name="desk_new"),
    path("desk/suggest/", desk.suggest, name="desk_suggest"),
    path("desk/enterprises/", enterprises.owners, name="enterprise_owners"),
    path("cases/", casework.case_list, name="cases"),
    path("cases/<str:number>/", casework.case_page, name="case"),
    path("cases/<str:number>/personal/", personal.reveal, name="case_personal"),
    path("cases/<str:number>/do/<slug:verb>/", casework.do_page, name="case_do"),
    path("cases/<str:number>/files/<int:key>/", casework.material_file, name="case_file"),
    path("cases/<str:number>/proof.json", casework.proof, name="case_proof"),
    path("papers/<path:number>.pdf", papers.paper_pdf, name="paper_pdf"),
    path("papers/<path:number>/", casework.paper_page, name="paper"),
]
