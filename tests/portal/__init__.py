"""The portal stand-in: a real HTTP server on loopback that answers as an ArcGIS portal does.

Written from the REST facts, never from what our client happens to send. How to use it:

    from tests.portal import Drop, PortalStandIn, canyonlands

    with PortalStandIn(canyonlands(samples, access="private"), redirect_data=True) as portal:
        portal.url                                     # what a user types: http://127.0.0.1:…/portal
        portal.rest                                    # …/sharing/rest
        token = portal.tokens.issue(OWNER).text        # a ready token; or ask generateToken
        portal.fault(package + "/data", Drop(after=1000), origin=portal.data_origin)
        …
        assert portal.asked("/data")[0].range is None  # what was asked: method, origin, path, query,
        assert portal.bytes_sent(package) < 2_000      # headers, form, range, status, bytes_sent
        assert not portal.secrets_seen("storage", "stranger")
        portal.clock.advance(3600)                     # tokens and signed addresses expire
        portal.tokens.revoke_all()                     # 498 from now on

- Content of your own: `PortalContent` (content.py), `add_web_map`, `add_map_area`, `add_geodatabase`,
  `add_tiles` (map_areas.py); `packages(folder)` serves any folder of packages, `offline_map(folder)` puts a
  downloaded offline map back, `canyonlands(samples)` the sample.
- Feature services that are edited and synchronised: `add_editable_service`, `add_replica_package`,
  `make_editable` (editable.py). `tests.fixtures.synced_town` has one ready, with map, area and package:

      town = synced_town(tmp_path, behaviour=Behaviour(guids="braced", repeated_adds="ignore"))
      running = portal(town.content)                 # town.web_map, town.area: download the area from it
      service = town.service
      service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": …, "name": "B"}}])  # a second client
      service.rows(HYDRANTS)                         # {GUID} → attributes and "geometry"
      service.attachments(HYDRANTS)                  # {GUID} → name, data, parentGlobalId …
      service.own_replicas()                         # not those of the packages
      service.delete_replica(id); service.raise_floor(); service.jobs.hold(); service.jobs.forget()
      service.add_field(…); service.rename_field(…); service.change_field(…); service.remove_layer(…)
      service.read_only_users.add(user); service.calculate(MAINS, "field", function_of_row)
      service.behaviour.transfer_limit = 2           # every switch turns while it runs (behaviour.py)
      Behaviour.drawn(Random(seed))                  # a server as chance has it
      assert service.misuse == []                    # what a client sent that good ones do not (book.py)
      assert service.misuse_but(book.REPEATED_ADD) == []   # after a lost answer

  What is lost: `portal.fault("/synchronizeReplica", HangUp())`, `Unheard()`, `Doubled()`,
  `Afterwards(Status(500))`; status and files of jobs: `"/jobs/*"`, `"/replicafilescache/*"`.
- Access `public`, `org`, `private` or `shared`; users OWNER and VISITOR in the ready-made contents.
- Faults (faults.py): Drop, HangUp (done, but never answered), Unheard (never done), Doubled,
  Afterwards(fault) (done, then that fault), Stall, PortalFault, Status, Busy, Html, Body, Truncated,
  WrongLength, ChangedEtag, WeakEtag, NoEtag, Header, IgnoreRange, IgnoreIfRange, ShiftedRange, Slow,
  Redirect, Gzip, Chunked.
- Paths are globs for the end of a path; a file is `<item id>/data` on the portal and on the storage.
- Origins: `portal`, `storage` (signed addresses; where `/data` redirects to with `redirect_data`), `server`
  (federated, refuses the portal's token, takes the exchanged one) and `stranger` (nobody's; always http).
- OAuth 2 with PKCE: `portal.sharing.oauth.clients[id] = redirect`, `.user_in_browser = OWNER` (oauth.py).
- `tls=True`: https; with `server_tls=False` the federated server speaks http all the same. Trust
  `portal.certificates.authority`; `portal.certificates.issue(user)` makes a client certificate,
  with which `generateToken?request=getToken` needs no password.
- In a test: the fixture `portal` starts one, `portal(content, **options)`. On the command line:
  `python -m tests.portal --help`; `--editable` for services that can be synchronised.
"""

from .content import SERVER, PortalContent
from .editable import add_editable_service, add_replica_package, make_editable, service_url
from .faults import (
    Afterwards,
    Body,
    Busy,
    ChangedEtag,
    Chunked,
    Doubled,
    Drop,
    Fault,
    Gzip,
    HangUp,
    Header,
    Html,
    IgnoreIfRange,
    IgnoreRange,
    NoEtag,
    PortalFault,
    Redirect,
    ShiftedRange,
    Slow,
    Stall,
    Status,
    Truncated,
    Unheard,
    WeakEtag,
    WrongLength,
)
from .feature_service import Behaviour, FeatureServiceStandIn, Misuse, SourceLayer
from .map_areas import add_geodatabase, add_map_area, add_tiles, add_web_map, feature_layer, tiled_layer
from .offline_maps import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    OWNER,
    PASSWORD,
    VISITOR,
    VISITOR_PASSWORD,
    canyonlands,
    offline_map,
    packages,
)
from .record import Asked
from .stand_in import PortalStandIn

__all__ = [
    "CANYONLANDS",
    "CANYONLANDS_AREA",
    "CANYONLANDS_GEODATABASE",
    "CANYONLANDS_TILES",
    "OWNER",
    "PASSWORD",
    "SERVER",
    "VISITOR",
    "VISITOR_PASSWORD",
    "Afterwards",
    "Asked",
    "Behaviour",
    "Body",
    "Busy",
    "ChangedEtag",
    "Chunked",
    "Doubled",
    "Drop",
    "Fault",
    "FeatureServiceStandIn",
    "Gzip",
    "HangUp",
    "Header",
    "Html",
    "IgnoreIfRange",
    "IgnoreRange",
    "Misuse",
    "NoEtag",
    "PortalContent",
    "PortalFault",
    "PortalStandIn",
    "Redirect",
    "ShiftedRange",
    "Slow",
    "SourceLayer",
    "Stall",
    "Status",
    "Truncated",
    "Unheard",
    "WeakEtag",
    "WrongLength",
    "add_editable_service",
    "add_geodatabase",
    "add_map_area",
    "add_replica_package",
    "add_tiles",
    "add_web_map",
    "canyonlands",
    "feature_layer",
    "make_editable",
    "offline_map",
    "packages",
    "service_url",
    "tiled_layer",
]
