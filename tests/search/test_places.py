"""Places as people write them; what is none is said and left out."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.translation import override

from search.geography import Box, Near
from search.places import PlaceError, read_box, read_near, read_place
from search.request import SearchRequest, parse_request
from search.vocabulary import Vocabulary

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("41.38,2.17", (41.38, 2.17)),
        (" 41.38 , 2.17 ", (41.38, 2.17)),
        ("41.38 2.17", (41.38, 2.17)),
        ("41.38; 2.17", (41.38, 2.17)),
        ("41,38; 2,17", (41.38, 2.17)),
        ("41,38 2,17", (41.38, 2.17)),
        ("41,38,2,17", (41.38, 2.17)),
        ("-33.45,-70.66", (-33.45, -70.66)),
        ("−33.45,−70.66", (-33.45, -70.66)),
        ("0,0", (0, 0)),
        ("41°23′N 2°10′E", (41 + 23 / 60, 2 + 10 / 60)),
        ("41° 23' 10\" N, 2° 10' 30\" E", (41 + 23 / 60 + 10 / 3600, 2 + 10 / 60 + 30 / 3600)),
        ("33°27′S 70°40′O", (-33.45, -70.66666667)),
        ("2°10′E 41°23′N", (41 + 23 / 60, 2 + 10 / 60)),
    ],
)
def test_a_place_is_read(text: str, place: tuple[float, float]) -> None:
    assert read_place(text) == pytest.approx(place, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "41.38",
        "1,2,3",
        "1,2,3,4,5",
        "nan,nan",
        "inf,1",
        "1e5,1",
        "Barcelona",
        "41°61′N 2°10′E",
        "41°N 42°N",
        "91,181",
        "41.38,200",
        "120.5,41.38",
        "41.38,2.17" * 50,
    ],
)
def test_what_is_no_place_is_said(text: str) -> None:
    with pytest.raises(PlaceError, match=r"“"):
        read_place(text)


def test_swapped_coordinates_are_named_as_such() -> None:
    with pytest.raises(PlaceError, match="latitude comes first"):
        read_place("120.97,14.6")


@pytest.mark.parametrize(
    ("within", "kilometres"), [("", 50), ("5", 5), ("2,5", 2.5), ("2000", 2000)]
)
def test_a_distance_is_read(within: str, kilometres: float) -> None:
    assert read_near("1,2", within) == Near(1, 2, kilometres)


@pytest.mark.parametrize("within", ["0", "-5", "2001", "abc", "1e3", "99999999", "nan"])
def test_what_is_no_distance_is_said(within: str) -> None:
    with pytest.raises(PlaceError, match="no distance"):
        read_near("1,2", within)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("-10,35,5,44", Box(-10, 35, 5, 44)),
        ("170,-50,-170,-30", Box(170, -50, -170, -30)),
        ("170,-50,190,-30", Box(170, -50, -170, -30)),
        ("-300,-80,300,80", Box(-180, -80, 180, 80)),
    ],
)
def test_a_box_is_read(text: str, box: Box) -> None:
    assert read_box(text) == box


@pytest.mark.parametrize(
    "text", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "0,50,1,40", "0,-91,1,1", "nan,0,1,1", "999,0,1,1"]
)
def test_what_is_no_box_is_said(text: str) -> None:
    with pytest.raises(PlaceError, match="no area"):
        read_box(text)


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestRequest:
    def parse(self, query: str) -> SearchRequest:
        return parse_request(QueryDict(query), "en", Vocabulary())

    @pytest.mark.parametrize(
        "query",
        [
            "near=41.38%2C2.17",
            "near=41.38%2C2.17&within=5",
            "box=-10%2C35%2C5%2C44",
            "near=-41.38506%2C-139.69171&within=12.5",
            "box=-123.45678%2C-35.00001%2C105.12345%2C44.5",
            "q=water&near=41.38%2C2.17&box=170%2C-50%2C-170%2C-30&page=2",
        ],
    )
    def test_there_and_back(self, query: str) -> None:
        request = self.parse(query)
        assert not request.notices
        assert request.query_string() == query
        assert self.parse(request.query_string()) == request

    def test_an_address_says_all_that_is_searched(self) -> None:
        """Also of a place that was given more exactly than an address writes it."""
        for query in (
            "near=41.385063912,2.173403599",
            "near=41°23′17″N 2°10′24″E&box=0,0,9.123456,9",
        ):
            request = self.parse(query)
            assert self.parse(request.query_string()) == request

    def test_a_place_outlives_ticking_and_paging(self) -> None:
        request = self.parse("near=41.38,2.17&box=0,0,9,9")
        ticked = request.select("type", ["hub"])
        assert (ticked.near, ticked.box) == (request.near, request.box)

    def test_bad_places_are_left_out_and_said_in_the_readers_language(self) -> None:
        request = self.parse("near=nowhere&box=1,2&within=x")
        assert (request.near, request.box) == (None, None)
        assert len(request.notices) == 2
        with override("fr"):
            assert self.parse("near=nowhere").notices != request.notices[:1]
