"""The addresses of submissions, below each language's home."""

from django.urls import path

from . import case, coauthors, desks, interest, link_views, word_views, writing

app_name = "submissions"
urlpatterns = [
    path("submit/", interest.start, name="start"),
    path("submit/sent/", interest.sent, name="sent"),
    path("submit/word/<slug:kind>/", word_views.blank, name="blank_word"),
    path("submissions/", desks.mine, name="mine"),
    path("submissions/link/<str:secret>/", link_views.link, name="link"),
    path("submissions/<uuid:key>/", case.case, name="case"),
    path("submissions/<uuid:key>/do/<slug:name>/", case.act, name="act"),
    path("submissions/<uuid:key>/coauthor/", coauthors.invite, name="coauthor"),
    path("submissions/<uuid:key>/write/<slug:step>/", writing.write, name="write"),
    path("submissions/<uuid:key>/preview/", writing.preview, name="preview"),
    path("submissions/<uuid:key>/word/", word_views.word, name="word"),
    path("submissions/<uuid:key>/word/read/", word_views.read_word, name="read_word"),
    path("submissions/<uuid:key>/word/read/<int:number>/", word_views.reading, name="word_reading"),
    path("desks/secretariat/", desks.secretariat, name="secretariat"),
    path("desks/<slug:section>/", desks.desk, name="desk"),
]
