"""The portal's addresses."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path, register_converter
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.accounts import views as accounts
from portal.cms import entries, media, sitemaps, social_card, styleguide, views
from portal.operations import health
from search import views as search_views
from search.api import api


class EntryIndexConverter:
    """Matches the names of the entry points, and leaves every other address to the pages."""

    regex = "|".join((*entries.TERM_INDEXES, *entries.TYPE_INDEXES))

    def to_python(self, value: str) -> str:
        """Give the name."""
        return value

    def to_url(self, value: str) -> str:
        """Give the name."""
        return value


register_converter(EntryIndexConverter, "entry_index")

handler400 = "portal.cms.errors.bad_request"
handler403 = "portal.cms.errors.permission_denied"
handler404 = "portal.cms.errors.page_not_found"
handler429 = "portal.cms.errors.too_many_requests"  # allauth asks for it
handler500 = "portal.cms.errors.server_error"

urlpatterns = [
    # One door: these lead to the portal's own log-in.
    path("admin/login/", accounts.to_login),
    path("admin/logout/", accounts.log_out_of_admin),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:name>", media.serve_rendition, name="rendition"),
    path("api/v1/", api.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("w/<str:reference>/", views.work, name="work"),
    path("w/<str:reference>", views.work),
    path("card/<str:reference>/<slug:language>.png", social_card.serve, name="social_card"),
    path("health/", health.view, name="health"),
    path("favicon.ico", views.favicon),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:language>-<int:number>.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<slug:language>.xml", sitemaps.sitemap, name="sitemap"),
    *i18n_patterns(
        path("search/", search_views.search, name="search"),
        path("search/complete/", search_views.complete, name="search_complete"),
        path("search/click/", search_views.click, name="search_click"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("w/<str:reference>/", views.work_in_language, name="work_in_language"),
        path("<entry_index:name>/", entries.index, name="entry_index"),
        path("<entry_index:name>/<str:code>/", entries.term, name="entry"),
        path("account/", include("portal.accounts.urls")),
        path("_util/login/", accounts.to_login, name="wagtailcore_login"),
        path("", include("practices.submissions.urls")),
        # Before Wagtail's own, under the same names.
        re_path(r"^(?!_util/)((?:[\w\-]+/)*)$", views.page, name="wagtail_serve"),
        path("", include(wagtail_urls)),
    ),
]
